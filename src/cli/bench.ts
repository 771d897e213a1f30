/** `npm run bench`: plans a study, runs it, and shows what came of it. */
import { existsSync } from "node:fs";
import { relative, resolve } from "node:path";
import type { Command } from "commander";
import { type Evidence, judge } from "../harness/judge.ts";
import { codesOf, newManifest, planOf, withProgress } from "../harness/manifest.ts";
import { costliestFirst, expand, type Plan, type PlannedRun, planStudy, quoted } from "../harness/plan.ts";
import { defaultWorkers, Pool } from "../harness/pool.ts";
import { referenceOf } from "../harness/protocols.ts";
import { type Climb, climbsOf, Progress, saturationOf, wantedCells } from "../harness/saturation.ts";
import type { RunSpec } from "../harness/spec.ts";
import { DiskError, type Job, runStudy, traceFile } from "../harness/study.ts";
import { type Surprise, surprises } from "../harness/violations.ts";
import { readManifest } from "../results/reader.ts";
import type { Manifest, RunLine } from "../results/schema.ts";
import { type StudyWriter, writeManifest } from "../results/writer.ts";
import { addBenchOptions, type BenchOptions } from "./bench-options.ts";
import { printDryRun, seconds } from "./dry-run.ts";
import { diskReason, exitCodes, report } from "./errors.ts";
import { expectationsText, failing, saturationText } from "./expectations.ts";
import { refuseForgottenDashes } from "./forgotten-dashes.ts";
import { Interruption } from "./interruption.ts";
import { keepForReport } from "./kept-traces.ts";
import { progressOf } from "./progress.ts";
import { openStudy, reopenStudy, userFolder } from "./study-folder.ts";
import { failures, table } from "./table.ts";
import { violationsText } from "./violations.ts";

export function define(command: Command): void {
  addBenchOptions(
    command.description("Runs every algorithm at every size under every workload, once a seed."),
  )
    .usage("[options]")
    .argument("[stray...]")
    .action(async (stray: string[], options: BenchOptions) => {
      const words = process.argv.slice(2);
      refuseForgottenDashes(stray, words.filter(word => word.startsWith("-")).length, process.env);
      process.exitCode = await bench(options, words);
    });
}

/** A study before anything of it has run. */
interface Draft {
  readonly plan: Plan;
  readonly runs: readonly PlannedRun[]; // all that there may be, in the order of the plan
  readonly climbs: readonly Climb[]; // searches for saturation, which may end before all of theirs have run
  readonly manifest: Manifest;
}

interface Study extends Draft {
  readonly folder: string;
  readonly writer: StudyWriter;
}

async function bench(options: BenchOptions, words: readonly string[]): Promise<number> {
  const resumed = options.resume === undefined ? undefined : resolve(userFolder(), options.resume);
  const draft = resumed === undefined ? await newDraft(options, words) : await oldDraft(resumed);
  tell(draft, options);
  if (options.dryRun) {
    printDryRun(draft.runs, options.workers, options.json === true, draft.climbs.length > 0);
    return exitCodes.fine;
  }
  const opened =
    resumed === undefined
      ? await openStudy(options.out, draft.manifest, draft.runs)
      : { folder: resumed, writer: await reopenStudy(resumed, draft.manifest) };
  return perform({ ...draft, ...opened }, options);
}

async function newDraft(options: BenchOptions, words: readonly string[]): Promise<Draft> {
  const plan = await planStudy({
    algorithms: options.algo,
    n: options.n,
    f: options.f,
    workloads: options.workload ?? ["steady"],
    seeds: seedsOf(options),
    settings: options.set,
    points: options.point,
    folder: userFolder(),
  });
  const codes = codesOf(plan.protocols);
  const runs = expand(plan, codes.of);
  const command = `npm run bench -- ${words.slice(1).map(quoted).join(" ")}`.trim();
  const how = { argv: words, command, trace: options.trace === true };
  return { plan, runs, climbs: climbsIn(plan), manifest: newManifest(plan, codes.engine, runs.length, how) };
}

async function oldDraft(folder: string): Promise<Draft> {
  const before = readManifest(folder);
  const plan = await planOf(before, folder);
  const runs = expand(plan, codesOf(plan.protocols).of);
  return { plan, runs, climbs: climbsIn(plan), manifest: { ...before, status: "running", ended: null } };
}

const climbsIn = ({ cells, workloads }: Plan): Climb[] =>
  climbsOf(cells, new Map(workloads.map(({ workload }) => [workload.name, workload.sweep])));

function seedsOf({ seed, seeds }: BenchOptions): readonly number[] | undefined {
  if (seed !== undefined) return [seed];
  return seeds === undefined ? undefined : Array.from({ length: seeds }, (_, index) => index + 1);
}

const manyEvents = 20_000_000;
const longStudyMs = 60_000;

/** What should be known before the study starts. */
function tell({ plan, runs, climbs }: Draft, options: BenchOptions): void {
  for (const warning of plan.warnings) console.error(`warning: ${warning}`);
  if (options.quiet) return;
  for (const note of plan.notes) console.error(`note: ${note}`);
  if (options.dryRun) return;
  const long = runs.filter(({ estimate }) => estimate.events > manyEvents).length;
  if (long > 0) {
    console.error(
      `note: ${long} of ${runs.length} runs are expected to take more than 20 million events each`,
    );
  }
  const wallMs =
    runs.reduce((sum, { estimate }) => sum + estimate.wallMs, 0) / (options.workers ?? defaultWorkers());
  if (wallMs < longStudyMs) return;
  const most = climbs.length > 0 ? "at most " : "";
  console.error(`note: a large study: ${most}${runs.length} runs, about ${seconds(wallMs)} on this machine`);
}

async function perform(study: Study, options: BenchOptions): Promise<number> {
  const { folder, writer } = study;
  const lines: RunLine[] = [...writer.finished];
  const current = (status: Manifest["status"]) =>
    withProgress(study.manifest, lines, status, found(study, lines, status));
  const save = (status: Manifest["status"]) => refusalOf(() => writeManifest(folder, current(status)));
  const ended = await runAll(study, options, lines, () => save("interrupted"));
  const { interrupted } = ended;
  const reached = ended.failure !== undefined || interrupted ? "interrupted" : "complete";
  const refusal = save(reached);
  const failure = ended.failure ?? refusal;
  const status = failure === undefined ? reached : "interrupted";
  const manifest = current(status);
  const cut = options.report && status === "complete" && (await keep(study, lines, manifest, options));
  show(study, lines, manifest, options);
  const surprised = surprises(evidenceOf(study, lines, manifest.saturation));
  if (surprised.length > 0) {
    const traceOf = (line: RunLine) => traceOfRun(folder, line);
    console.error(violationsText(surprised, quoted(shown(folder)), traceOf));
  }
  const code = conclude(study, lines, manifest, surprised, failure, interrupted || cut);
  if (!options.report || failure !== undefined) return code;
  const pageCode = await writePage(folder, options);
  return code === exitCodes.fine ? pageCode : code;
}

/** On a full disk the manifest stays as it was; the committed lines are what counts, and resuming makes up for it. */
function refusalOf(write: () => void): DiskError | undefined {
  try {
    write();
    return undefined;
  } catch (error) {
    if (diskReason(error) === undefined) throw error;
    return new DiskError((error as Error).message, { cause: error });
  }
}

/** Its place is the last line printed; with `--json`, where stdout is one document, it goes where people look. */
async function writePage(folder: string, options: BenchOptions): Promise<number> {
  try {
    // Loaded only now: the library that draws takes a while to start.
    const { writePageOf } = await import("./report.ts");
    const page = shown(await writePageOf(folder));
    if (!options.json) console.log(page);
    else if (!options.quiet) console.error(page);
    return exitCodes.fine;
  } catch (error) {
    return report(error);
  }
}

/** Returns whether somebody did not want to wait for it; resuming makes up for that. */
async function keep(
  { folder, runs }: Study,
  lines: readonly RunLine[],
  { expectations }: Manifest,
  options: BenchOptions,
): Promise<boolean> {
  const interruption = interruptionOf(() => {});
  const workers = options.workers ?? defaultWorkers();
  const quiet = options.quiet === true;
  try {
    await keepForReport({ folder, runs, lines, expectations }, workers, quiet, () => interruption.stopped);
    return interruption.stopped;
  } finally {
    interruption.release();
  }
}

/** What only all the results together say: how many runs there are, where the knees are, what was expected. */
function found({ plan, runs, climbs }: Study, lines: readonly RunLine[], status: Manifest["status"]) {
  const progress = new Progress(lines);
  const planned = wanted(plan, runs, climbs, progress).length;
  if (status !== "complete") return { planned };
  const saturation = climbs.length === 0 ? null : saturationOf(climbs, progress);
  const judgements = judge(evidenceOf({ plan }, lines, saturation));
  return { planned, saturation, expectations: judgements.length > 0 ? judgements : null };
}

const evidenceOf = (
  { plan }: Pick<Draft, "plan">,
  lines: readonly RunLine[],
  saturation: Manifest["saturation"],
): Evidence => ({
  workloads: plan.workloads.map(({ workload }) => workload),
  cells: plan.cells,
  lines,
  saturation: saturation ?? [],
});

function traceOfRun(folder: string, { key }: RunLine): string | undefined {
  const file = traceFile(folder, key);
  return existsSync(file) ? shown(file) : undefined;
}

function wanted(
  { cells }: Plan,
  runs: readonly PlannedRun[],
  climbs: readonly Climb[],
  progress: Progress,
): readonly PlannedRun[] {
  if (climbs.length === 0) return runs;
  const names = wantedCells(cells, climbs, progress);
  return runs.filter(({ name }) => names.has(name));
}

async function runAll(
  study: Study,
  options: BenchOptions,
  lines: RunLine[],
  saveInterrupted: () => void,
): Promise<{ failure: DiskError | undefined; interrupted: boolean }> {
  const { plan, runs, climbs, writer } = study;
  const results = new Progress(lines);
  const done = new Set(lines.map(line => line.key));
  const missing = () => wanted(plan, runs, climbs, results).filter(({ spec }) => !done.has(spec.key));
  let wave = missing();
  if (wave.length === 0) {
    await writer.close();
    return { failure: undefined, interrupted: false };
  }
  const pool = new Pool({ workers: Math.min(options.workers ?? defaultWorkers(), wave.length) });
  const progress = progressOf(wave, options.quiet === true, process.stderr, process.env);
  const interruption = interruptionOf(saveInterrupted);
  const record = (line: RunLine) => {
    lines.push(line);
    results.add(line);
    done.add(line.key);
    progress.finished(line.key);
  };
  try {
    // A search for saturation decides from its results what is to be run next.
    while (wave.length > 0 && !interruption.stopped) {
      await runStudy(jobOf(study, wave, interruption, progress, record), pool, writer);
      wave = interruption.stopped ? [] : missing();
      progress.expect(wave);
    }
    return { failure: undefined, interrupted: interruption.stopped };
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    return { failure: error, interrupted: interruption.stopped };
  } finally {
    progress.close();
    interruption.release();
    await writer.close();
    await pool.close();
  }
}

const interruptionOf = (saveInterrupted: () => void): Interruption =>
  new Interruption(
    () => console.error("\nfinishing the runs under way; once more stops at once"),
    () => {
      saveInterrupted();
      process.exit(exitCodes.interrupted);
    },
  );

const jobOf = (
  { plan, folder, manifest }: Study,
  wave: readonly PlannedRun[],
  interruption: Interruption,
  progress: ReturnType<typeof progressOf>,
  onLine: (line: RunLine) => void,
): Job => ({
  specs: costliestFirst(wave).map(({ spec }) => (manifest.trace ? withTrace(spec, folder) : spec)),
  protocols: new Map(plan.protocols.map(loaded => [referenceOf(loaded), loaded.protocol])),
  folder,
  stopped: () => interruption.stopped,
  onStart: (spec: RunSpec) => progress.started(spec),
  onLine,
  isSurprising: line => surprises(evidenceOf({ plan }, [line], null)).length > 0,
});

const withTrace = (spec: RunSpec, folder: string): RunSpec => ({
  ...spec,
  traceFile: traceFile(folder, spec.key),
});

/** The table for people, or the one JSON document. */
function show(study: Study, lines: RunLine[], manifest: Manifest, options: BenchOptions): void {
  const place = new Map(study.runs.map(({ spec }, index) => [spec.key, index]));
  const ordered = lines.toSorted((left, right) => place.get(left.key)! - place.get(right.key)!);
  if (options.json) {
    console.log(JSON.stringify({ manifest, runs: ordered }, undefined, 2));
    return;
  }
  if (ordered.length > 0) console.log(table(ordered));
  const failed = failures(ordered, line => traceOfRun(study.folder, line));
  for (const text of [saturationText(manifest.saturation), failed, expectationsText(manifest.expectations)]) {
    if (text !== "") console.log(text);
  }
  // The last line but that of the report; a script takes it from there.
  console.log(`\n${shown(study.folder)}`);
}

function conclude(
  { folder }: Study,
  lines: readonly RunLine[],
  { runs, expectations }: Manifest,
  surprised: readonly Surprise[],
  failure: DiskError | undefined,
  interrupted: boolean,
): number {
  const kept = `${lines.length} of ${runs.planned} runs are done and kept`;
  const resume = `go on with: npm run bench -- --resume ${quoted(shown(folder))}`;
  if (failure !== undefined) {
    const reason = diskReason(failure.cause) ?? failure.message;
    console.error(
      `error: results could not be written to ${shown(folder)}: ${reason}; ${kept}; then ${resume}`,
    );
  }
  if (interrupted) {
    if (failure === undefined) console.error(`interrupted: ${kept}; ${resume}`);
    return exitCodes.interrupted;
  }
  const failed = failure !== undefined || lines.some(line => line.status === "failed");
  if (failed) return exitCodes.internal;
  if (surprised.length > 0) return exitCodes.violation;
  return failing(expectations).length > 0 ? exitCodes.expectation : exitCodes.fine;
}

/** A path as a person would type it from where they are. */
function shown(folder: string): string {
  const path = relative(userFolder(), folder);
  return path === "" || path.startsWith("..") ? folder : path;
}
