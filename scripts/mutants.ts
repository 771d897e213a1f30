/**
 * Tries the checks: `npm run mutants [-- R01 X02]`. Each deliberate bug is run under its own schedule, and looked for
 * blindly by the cases of `npm run fuzz`; the honest protocol under the same schedule must raise no alarm.
 */
import { beginning, explore } from "../src/harness/fuzz/campaign.ts";
import { type Alarm, perform } from "../src/harness/fuzz/finding.ts";
import { Pool } from "../src/harness/pool.ts";
import { loadProtocol } from "../src/harness/protocols.ts";
import { type Mutant, mutants } from "../test/mutants/catalogue.ts";
import { scheduledCase } from "../test/mutants/schedule.ts";

interface Outcome {
  readonly directed: Alarm | undefined;
  readonly honest: Alarm | undefined;
  readonly blind: Alarm | undefined;
  readonly runs: number; // of fuzz, until the alarm
  readonly seconds: number;
}

const SEED = 1;

async function tryMutant(mutant: Mutant, pool: Pool): Promise<Outcome> {
  const started = performance.now();
  const directed = await underSchedule(mutant, mutant.file);
  const honest = await underSchedule(mutant, mutant.honest);
  const campaign = { algo: mutant.file, seed: SEED, sizes: undefined, faults: undefined, options: {} };
  const limits = {
    runs: mutant.blindRuns,
    untilMs: Number.POSITIVE_INFINITY,
    keepGoing: false,
    stopped: () => false,
  };
  const { failures } = await explore(campaign, beginning, limits, pool, () => {});
  const first = failures[0];
  const seconds = (performance.now() - started) / 1000;
  return { directed, honest, blind: first?.alarm, runs: (first?.index ?? mutant.blindRuns - 1) + 1, seconds };
}

async function underSchedule({ schedule }: Mutant, algo: string): Promise<Alarm | undefined> {
  const { protocol } = await loadProtocol(algo, "/");
  return perform(scheduledCase(schedule, algo), protocol).alarm;
}

const isRight = ({ mustFire }: Mutant, alarm: Alarm | undefined): boolean =>
  alarm !== undefined && mustFire.includes(alarm.check);

const chosen = process.argv.slice(2).map(id => id.toUpperCase());
const stranger = chosen.find(id => mutants.every(mutant => mutant.id !== id));
if (stranger !== undefined) {
  console.error(`error: there is no mutant ${stranger}; there are ${mutants.map(({ id }) => id).join(", ")}`);
  process.exit(2);
}
const pool = new Pool({ workers: undefined });
const row = (...cells: string[]) =>
  console.log(
    [4, 38, 22, 22, 7, 8]
      .map((width, index) => cells[index]!.padEnd(width))
      .join("  ")
      .trimEnd(),
  );
row("", "bug", "under its schedule", "blindly", "runs", "seconds");
let survivors = 0;
for (const mutant of mutants.filter(({ id }) => chosen.length === 0 || chosen.includes(id))) {
  const { directed, honest, blind, runs, seconds } = await tryMutant(mutant, pool);
  const killed = isRight(mutant, directed) && isRight(mutant, blind) && honest === undefined;
  if (!killed) survivors++;
  row(mutant.id, mutant.bug, directed?.check ?? "-", blind?.check ?? "-", String(runs), seconds.toFixed(1));
  for (const alarm of [directed, blind]) if (alarm !== undefined) console.log(`      ${alarm.sentence}`);
  if (honest !== undefined) console.log(`      FALSE ALARM about the honest protocol: ${honest.sentence}`);
  if (!killed) console.log(`      NOT CAUGHT as it should be: by ${mutant.mustFire.join(" or ")}`);
}
await pool.close();
console.log(
  survivors === 0 ? "\nall caught, and no false alarm" : `\n${survivors} not caught as they should be`,
);
process.exitCode = survivors === 0 ? 0 : 1;
