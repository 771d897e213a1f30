/** Runs what a plan lists and has every result written as it comes. */
import { join } from "node:path";
import type { AnyProtocol } from "#protocol";
import type { RunLine, SeriesLine } from "../results/schema.ts";
import { Batches } from "./batches.ts";
import { withDefaults } from "./defaults.ts";
import { estimateRun } from "./estimate.ts";
import { failedLine } from "./failed.ts";
import type { RunSpec } from "./spec.ts";
import type { Answer, Task } from "./worker.ts";

/** Where runs are performed; `Pool` is one. */
export interface Runner {
  readonly workers: number;
  run(task: Task, limitMs: number): Promise<Answer>;
  /** Undefined if the thread died under them. */
  runAll?(tasks: readonly Task[], limitMs: number): Promise<readonly Answer[] | undefined>;
}

/** Where results go; `StudyWriter` is one. */
export interface Sink {
  append(line: RunLine, series: SeriesLine | undefined): Promise<void>;
}

export interface Job {
  readonly specs: readonly RunSpec[]; // what is to be run, in this order
  readonly protocols: ReadonlyMap<string, AnyProtocol>; // by what `RunSpec.algo` says
  readonly folder: string;
  readonly stopped: () => boolean; // no further run is started once this is true
  readonly onStart?: (spec: RunSpec) => void;
  readonly onLine?: (line: RunLine) => void;
  /** Whether everything that led to it should be kept, for it holds a violation that nobody expected. */
  readonly isSurprising?: (line: RunLine) => boolean;
}

export const traceFile = (folder: string, key: string): string => join(folder, "traces", `${key}.ndjson`);

/** A result could not be written: the study ends, what is committed stays. */
export class DiskError extends Error {
  override readonly name = "DiskError";
}

/** As many lanes as threads, each taking the next runs when its last ones are done. */
export async function runStudy(job: Job, runner: Runner, sink: Sink): Promise<void> {
  const batches = new Batches(job.specs, runner.workers, spec => estimateOf(job, spec));
  let broken = false;
  let kept = 0; // traces of violations
  const lane = async () => {
    // While results are on their way to the disk, the lane's next run is under way.
    let committing = Promise.resolve();
    for (let batch = batches.take(); batch.length > 0; batch = batches.take()) {
      if (broken || job.stopped()) break;
      const results = await perform(job, batch, runner);
      for (const [line] of results) {
        if (kept < MOST_TRACES && job.isSurprising?.(line) === true) {
          kept++;
          await keepTrace(job, line, runner);
        }
      }
      await committing;
      committing = commit(job, results, sink);
      committing.catch(() => {
        broken = true;
      });
    }
    await committing;
  };
  const guarded = () =>
    lane().catch(error => {
      broken = true;
      throw error;
    });
  const lanes = await Promise.allSettled(Array.from({ length: runner.workers }, guarded));
  const failure = lanes.find(outcome => outcome.status === "rejected");
  if (failure !== undefined) throw failure.reason;
}

/** The same run once more, this time written down: it does the same, since it is deterministic. */
async function keepTrace(job: Job, { key }: RunLine, runner: Runner): Promise<void> {
  const spec = job.specs.find(one => one.key === key)!;
  if (spec.traceFile !== undefined) return;
  const traced = { ...spec, traceFile: traceFile(job.folder, key) };
  const answer = await runner.run(taskOf(job, traced), limitOf(job, spec));
  if (answer.kind === "refused") throw new DiskError(answer.error, { cause: answer });
}

type Result = readonly [line: RunLine, series: SeriesLine | undefined];

async function perform(job: Job, batch: readonly RunSpec[], runner: Runner): Promise<Result[]> {
  for (const spec of batch) job.onStart?.(spec);
  const together = batch.length > 1 ? await performTogether(job, batch, runner) : undefined;
  if (together !== undefined) return together;
  const results: Result[] = [];
  for (const spec of batch) results.push(await performAlone(job, spec, runner));
  return results;
}

/** Undefined if the thread died: only running them singly tells which of them is guilty. */
async function performTogether(
  job: Job,
  batch: readonly RunSpec[],
  runner: Runner,
): Promise<Result[] | undefined> {
  const started = performance.now();
  const limit = batch.reduce((sum, spec) => sum + 100 * estimateOf(job, spec), 0);
  const tasks = batch.map(spec => taskOf(job, spec));
  const answers = await runner.runAll?.(tasks, Math.max(LEAST_LIMIT_MS, limit));
  const wallMs = Math.round(performance.now() - started);
  return answers?.map((answer, index) => resultOf(job, batch[index]!, answer, wallMs));
}

async function performAlone(job: Job, spec: RunSpec, runner: Runner): Promise<Result> {
  const started = performance.now();
  const answer = await runner.run(taskOf(job, spec), limitOf(job, spec));
  return resultOf(job, spec, answer, Math.round(performance.now() - started));
}

const taskOf = (job: Job, spec: RunSpec): Task => ({ spec, failureTrace: traceFile(job.folder, spec.key) });

function resultOf(job: Job, spec: RunSpec, answer: Answer, wallMs: number): Result {
  if (answer.kind === "done") return [answer.result.line, answer.result.series];
  if (answer.kind === "refused") throw new DiskError(answer.error, { cause: answer });
  return [failedLine(spec, job.protocols.get(spec.algo)!, answer.error, wallMs), undefined];
}

async function commit(job: Job, results: readonly Result[], sink: Sink): Promise<void> {
  try {
    await Promise.all(results.map(([line, series]) => sink.append(line, series)));
  } catch (error) {
    throw new DiskError((error as Error).message, { cause: error });
  }
  for (const [line] of results) job.onLine?.(line);
}

const LEAST_LIMIT_MS = 120_000;
const MOST_TRACES = 8; // of violations: they are large, and the others can be replayed

/** Far above what any honest run takes, on any machine. */
const limitOf = (job: Job, spec: RunSpec): number =>
  Math.min(Math.max(LEAST_LIMIT_MS, 100 * estimateOf(job, spec)), 2 ** 31 - 1);

function estimateOf(job: Job, { algo, options, n, workload }: RunSpec): number {
  const protocol = job.protocols.get(algo)!;
  return estimateRun(protocol, withDefaults(protocol, options), n, workload).wallMs;
}
