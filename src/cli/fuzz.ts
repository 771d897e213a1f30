/** `npm run fuzz`: many small random clusters, loads and faults, every run checked, every alarm made small. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import type { Options } from "#protocol";
import { refuseContradictingSettings } from "../harness/contradicting-options.ts";
import { beginning, explore, type Limits, type Progress } from "../harness/fuzz/campaign.ts";
import type { Campaign } from "../harness/fuzz/case.ts";
import { type CampaignRecord, readCampaign, writeCampaign } from "../harness/fuzz/folder.ts";
import { vacuous } from "../harness/fuzz/tally.ts";
import { optionsFor, refuseStrangers } from "../harness/options.ts";
import { quoted } from "../harness/plan.ts";
import { Pool } from "../harness/pool.ts";
import { type LoadedProtocol, loadProtocol, referenceOf, root } from "../harness/protocols.ts";
import { UsageError } from "../harness/usage.ts";
import { campaignHash, moduleHash } from "../results/code-hash.ts";
import { LockedError, lockFolder } from "../results/lock.ts";
import { exitCodes } from "./errors.ts";
import { explained } from "./fuzz-alarms.ts";
import { newCampaignFolder } from "./fuzz-folder.ts";
import { addFuzzOptions, type FuzzOptions } from "./fuzz-options.ts";
import { alarmText, type Explained, FuzzProgress, shown, tallyText, UNBOUNDED } from "./fuzz-text.ts";
import { Interruption } from "./interruption.ts";
import { userFolder } from "./study-folder.ts";

export function define(command: Command): void {
  addFuzzOptions(command).action(async (stray: string[], options: FuzzOptions) => {
    if (stray.length > 0) {
      throw new UsageError(
        `'${stray[0]}' belongs to no option. Put -- in front of them all: npm run fuzz -- --algo raft`,
      );
    }
    process.exitCode = await fuzz(options);
  });
}

/** A campaign with what it takes to perform it. */
interface Undertaking {
  readonly folder: string;
  readonly record: CampaignRecord;
  readonly loaded: LoadedProtocol;
  readonly campaign: Campaign;
}

const USUAL_RUNS = 1000;
const SAVE_EVERY_MS = 2_000;

async function fuzz(options: FuzzOptions): Promise<number> {
  const undertaking =
    options.resume === undefined ? await begun(options) : await resumed(options.resume, options);
  const { folder, loaded, campaign } = undertaking;
  const pool = new Pool({ workers: options.workers });
  try {
    const { progress, elapsedMs, interrupted } = await carryOut(undertaking, options, pool);
    const { keep_going } = undertaking.record;
    const found = await explained({ folder, loaded, campaign }, progress.failures, keep_going, pool);
    const never = vacuous(progress.tally, loaded.protocol, campaign.faults);
    const outcome = { progress, found, never, elapsedMs };
    return conclude(undertaking, outcome, interrupted, options.json === true);
  } finally {
    await pool.close();
  }
}

interface CarriedOut {
  readonly progress: Progress;
  readonly elapsedMs: number;
  readonly interrupted: boolean;
}

/** Says how far it is, and writes that down now and then: who is killed loses no more than that. */
async function carryOut(
  { folder, record, campaign }: Undertaking,
  options: FuzzOptions,
  pool: Pool,
): Promise<CarriedOut> {
  const started = performance.now();
  const { runs_wanted: runs, ms_wanted } = record;
  let latest = record.progress;
  let saved = started;
  const elapsed = () => record.elapsed_ms + performance.now() - started;
  const save = (status: CampaignRecord["status"]) => {
    saved = performance.now();
    const so = { progress: latest, status, elapsed_ms: Math.round(elapsed()) };
    writeCampaign(folder, { ...record, ...so });
  };
  const screen = new FuzzProgress(runs, options.quiet === true, process.stderr, process.env);
  const interruption = interruptionOf(() => save("interrupted"));
  const limits: Limits = {
    runs,
    untilMs: ms_wanted === null ? Number.POSITIVE_INFINITY : started + ms_wanted - record.elapsed_ms,
    keepGoing: record.keep_going,
    stopped: () => interruption.stopped,
  };
  save("running");
  try {
    await explore(campaign, record.progress, limits, pool, progress => {
      latest = progress;
      screen.show(progress);
      if (performance.now() - saved > SAVE_EVERY_MS) save("running");
    });
    save(interruption.stopped ? "interrupted" : "complete");
    return { progress: latest, elapsedMs: elapsed(), interrupted: interruption.stopped };
  } finally {
    screen.close();
    interruption.release();
  }
}

/** A campaign that is resumed goes so much further; where nothing is said of that, to where it was to end. */
function furtherEnd(
  { runs_wanted, ms_wanted, progress, elapsed_ms }: CampaignRecord,
  { runs, time }: FuzzOptions,
): Pick<CampaignRecord, "runs_wanted" | "ms_wanted"> {
  if (runs === undefined && time === undefined) return { runs_wanted, ms_wanted };
  return {
    runs_wanted: runs === undefined ? UNBOUNDED : progress.done + runs,
    ms_wanted: time === undefined ? null : elapsed_ms + time,
  };
}

const interruptionOf = (save: () => void): Interruption =>
  new Interruption(
    () => console.error("\nfinishing the cases under way; once more stops at once"),
    () => {
      save();
      process.exit(exitCodes.interrupted);
    },
  );

async function begun(options: FuzzOptions): Promise<Undertaking> {
  const loaded = await loadProtocol(options.algo, userFolder());
  const { protocol } = loaded;
  refuseStrangers(options.set, [protocol.name]);
  const fixed: Options = optionsFor(protocol, options.set, {}, "--set");
  refuseContradictingSettings(protocol, options.set, options.n ?? [undefined]);
  const explored = { seed: options.seed, sizes: options.n, faults: options.faults, options: fixed };
  const folder = newCampaignFolder(options.out, `fuzz_${protocol.name}_${options.seed}`);
  const record: CampaignRecord = {
    schema_version: 1,
    command: `npm run fuzz -- ${process.argv.slice(3).map(quoted).join(" ")}`.trim(),
    code: campaignHash(root),
    status: "running",
    runs_wanted: options.runs ?? (options.time === undefined ? USUAL_RUNS : UNBOUNDED),
    ms_wanted: options.time ?? null,
    keep_going: options.keepGoing === true,
    algorithm: {
      name: protocol.name,
      source: loaded.source,
      path: loaded.path ?? null,
      code: loaded.path === undefined ? null : moduleHash(root, loaded.path),
    },
    campaign: explored,
    progress: beginning,
    elapsed_ms: 0,
  };
  return { folder, record, loaded, campaign: { algo: referenceOf(loaded), ...explored } };
}

async function resumed(name: string, options: FuzzOptions): Promise<Undertaking> {
  const folder = resolve(userFolder(), name);
  const before = readCampaign(folder);
  const keep_going = before.keep_going || options.keepGoing === true;
  const record = { ...before, ...furtherEnd(before, options), keep_going };
  const { path, source, code } = record.algorithm;
  if (record.code !== campaignHash(root)) {
    throw new UsageError(
      `${name} was made by other code, which drew other cases. Start anew: ${record.command}`,
    );
  }
  if (path !== null && !(existsSync(path) && moduleHash(root, path) === code)) {
    throw new UsageError(
      `${path} has changed since ${name} was begun, whose cases say nothing of it. Start anew: ${record.command}`,
    );
  }
  claim(folder);
  const loaded = { ...(await loadProtocol(path ?? source, "/")), source };
  return { folder, record, loaded, campaign: { algo: referenceOf(loaded), ...record.campaign } };
}

function claim(folder: string): void {
  try {
    lockFolder(folder);
  } catch (error) {
    throw error instanceof LockedError ? new UsageError(error.message) : error;
  }
}

interface Outcome {
  readonly progress: Progress;
  readonly found: readonly Explained[];
  readonly never: readonly string[]; // what should have happened and did not
  readonly elapsedMs: number;
}

function conclude({ folder }: Undertaking, outcome: Outcome, interrupted: boolean, json: boolean): number {
  const { progress, never } = outcome;
  if (json) console.log(JSON.stringify(documentOf(folder, outcome), undefined, 2));
  else console.log(outcomeText(folder, outcome, interrupted));
  if (interrupted) {
    const resume = `go on with: npm run fuzz -- --resume ${quoted(shown(folder))}`;
    console.error(`interrupted: ${progress.done} runs are done and kept; ${resume}`);
    return exitCodes.interrupted;
  }
  const { failures } = progress;
  if (failures.some(({ alarm }) => alarm.check === "run")) return exitCodes.internal;
  if (failures.length > 0) return exitCodes.violation;
  return never.length > 0 ? exitCodes.expectation : exitCodes.fine;
}

function documentOf(folder: string, { progress, found, never, elapsedMs }: Outcome): object {
  const { done, tally, failures } = progress;
  const verdict = failures.length > 0 ? "alarm" : never.length > 0 ? "vacuous" : "green";
  return {
    folder,
    verdict,
    done,
    elapsed_ms: Math.round(elapsedMs),
    tally,
    never_happened: never,
    alarms: found,
  };
}

function outcomeText(
  folder: string,
  { progress, found, never, elapsedMs }: Outcome,
  interrupted: boolean,
): string {
  const { done, tally, failures } = progress;
  const more = failures.length - found.length;
  const green = failures.length === 0 && never.length === 0 && !interrupted;
  return [
    tallyText(tally, elapsedMs),
    ...found.map(alarmText),
    ...(more > 0 ? [`and ${more} more: they are in campaign.json`] : []),
    ...(never.length > 0 ? [`this proves little, for some things never happened: ${never.join(", ")}`] : []),
    ...(green ? [`no alarm in ${done} runs`] : []),
    shown(folder),
  ].join("\n\n");
}
