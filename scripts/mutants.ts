/**
 * Tries the checks: `npm run mutants [-- R01 X02]`. Each deliberate bug is run under its own schedule, and looked for
 * blindly by the cases of `npm run fuzz`; the honest protocol under the same schedule must raise no alarm.
 */
import { beginning, explore, type Progress } from "../src/harness/fuzz/campaign.ts";
import type { Alarm } from "../src/harness/fuzz/finding.ts";
import { Pool } from "../src/harness/pool.ts";
import { loadProtocol } from "../src/harness/protocols.ts";
import { control, type Mutant, mutants } from "../test/mutants/catalogue.ts";
import { type Tampering, tamperings } from "../test/mutants/harness/tamperings.ts";
import { scheduledCase } from "../test/mutants/schedule.ts";
import {
  beyondTheBound,
  campaignOf,
  type Noticed,
  noticedBlindly,
  noticedUnderSchedule,
  tampered,
  underSchedule,
} from "../test/mutants/trying.ts";
import { wordsFor } from "./words.ts";

interface Row {
  readonly id: string;
  readonly bug: string;
  readonly mustFire: readonly string[];
  readonly directed: Alarm | undefined;
  readonly honest: Alarm | undefined; // about those that are right
  readonly blind: Noticed | undefined; // undefined: it makes no sense
}

const isRight = (mustFire: readonly string[], alarm: Alarm | undefined): boolean =>
  alarm !== undefined && mustFire.includes(alarm.check);

async function tryMutant(mutant: Mutant, pool: Pool): Promise<Row> {
  const { file, honest, schedule } = mutant;
  return {
    ...mutant,
    directed: await underSchedule(schedule, file),
    honest: await underSchedule(schedule, honest),
    blind: await lookFor(mutant, pool),
  };
}

/** Until the right check fires: what else goes wrong before may be another consequence of the same bug. */
async function lookFor({ file, mustFire, blindRuns }: Mutant, pool: Pool): Promise<Noticed> {
  let latest: Progress = beginning;
  const found = () => latest.failures.find(({ alarm }) => isRight(mustFire, alarm));
  const limits = {
    runs: blindRuns,
    untilMs: Number.POSITIVE_INFINITY,
    keepGoing: true,
    stopped: () => found() !== undefined,
  };
  await explore(campaignOf(file), beginning, limits, pool, progress => {
    latest = progress;
  });
  const first = found();
  return { alarm: first?.alarm, runs: first === undefined ? blindRuns : first.index + 1 };
}

async function tryControl(): Promise<Row> {
  return {
    ...control,
    directed: await beyondTheBound(control),
    honest: await underSchedule(control.schedule, control.honest),
    blind: undefined,
  };
}

async function tryTampering(tampering: Tampering): Promise<Row> {
  const { protocol } = await loadProtocol(tampering.honest, "/");
  const given = scheduledCase(tampering.schedule, tampering.honest);
  return {
    ...tampering,
    directed: tampered(tampering, () => noticedUnderSchedule(given, protocol)),
    honest: noticedUnderSchedule(given, protocol),
    blind: tampered(tampering, () => noticedBlindly(tampering, protocol)),
  };
}

function print(...cells: string[]): void {
  const widths = [4, 48, 22, 22, 6, 7];
  console.log(
    widths
      .map((width, index) => cells[index]!.padEnd(width))
      .join("  ")
      .trimEnd(),
  );
}

/** Returns whether it was caught as it should be. */
function tell({ id, bug, mustFire, directed, honest, blind }: Row, seconds: number): boolean {
  const blindly = blind === undefined ? "(not looked for)" : (blind.alarm?.check ?? "-");
  const runs = blind === undefined ? "" : String(blind.runs);
  print(id, bug, directed?.check ?? "-", blindly, runs, seconds.toFixed(1));
  for (const alarm of [directed, blind?.alarm])
    if (alarm !== undefined) console.log(`      ${alarm.sentence}`);
  if (honest !== undefined) console.log(`      FALSE ALARM where nothing is wrong: ${honest.sentence}`);
  const caught = isRight(mustFire, directed) && (blind === undefined || isRight(mustFire, blind.alarm));
  if (!caught) console.log(`      NOT CAUGHT as it should be: by ${mustFire.join(" or ")}`);
  return caught && honest === undefined;
}

const words = wordsFor(import.meta.filename, word => !word.startsWith("-"));
const pool = new Pool({ workers: undefined });
const trials = new Map<string, () => Promise<Row>>([
  ...mutants.map(mutant => [mutant.id, () => tryMutant(mutant, pool)] as const),
  [control.id, tryControl],
  ...tamperings.map(tampering => [tampering.id, () => tryTampering(tampering)] as const),
]);
const asked = words.map(id => id.toUpperCase());
const stranger = asked.find(id => !trials.has(id));
if (stranger !== undefined) {
  console.error(`error: there is no mutant ${stranger}; there are ${[...trials.keys()].join(", ")}`);
  process.exit(2);
}
print("", "bug", "under its schedule", "blindly", "runs", "seconds");
let survivors = 0;
for (const [id, attempt] of trials) {
  if (asked.length > 0 && !asked.includes(id)) continue;
  const started = performance.now();
  const row = await attempt();
  if (!tell(row, (performance.now() - started) / 1000)) survivors++;
}
await pool.close();
console.log(
  survivors === 0 ? "\nall caught, and no false alarm" : `\n${survivors} not caught as they should be`,
);
process.exitCode = survivors === 0 ? 0 : 1;
