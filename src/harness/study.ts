/** Runs what a plan lists and has every result written as it comes. */
import { join } from "node:path";
import type { AnyProtocol } from "#protocol";
import type { RunLine, SeriesLine } from "../results/schema.ts";
import { estimateRun } from "./estimate.ts";
import { failedLine } from "./failed.ts";
import { withDefaults } from "./options.ts";
import type { RunSpec } from "./spec.ts";
import type { Answer, Task } from "./worker.ts";

/** Where runs are performed; `Pool` is one. */
export interface Runner {
  readonly workers: number;
  run(task: Task, limitMs: number): Promise<Answer>;
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
}

export const traceFile = (folder: string, key: string): string => join(folder, "traces", `${key}.ndjson`);

/** A result could not be written: the study ends, what is committed stays. */
export class DiskError extends Error {
  override readonly name = "DiskError";
}

/** As many lanes as threads, each taking the next run when its last one is done. */
export async function runStudy(job: Job, runner: Runner, sink: Sink): Promise<void> {
  const queue = job.specs.values();
  let broken = false;
  const lane = async () => {
    // While a result is on its way to the disk, the lane's next run is under way.
    let committing = Promise.resolve();
    for (const spec of queue) {
      if (broken || job.stopped()) break;
      const [line, series] = await perform(job, spec, runner);
      await committing;
      committing = commit(job, line, series, sink);
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

async function perform(
  job: Job,
  spec: RunSpec,
  runner: Runner,
): Promise<[line: RunLine, series: SeriesLine | undefined]> {
  const protocol = job.protocols.get(spec.algo)!;
  const failureTrace = traceFile(job.folder, spec.key);
  job.onStart?.(spec);
  const started = performance.now();
  const answer = await runner.run({ spec, failureTrace }, limitMs(protocol, spec));
  if (answer.kind === "done") return [answer.result.line, answer.result.series];
  if (answer.kind === "refused") throw new DiskError(answer.error, { cause: answer });
  return [failedLine(spec, protocol, answer.error, Math.round(performance.now() - started)), undefined];
}

async function commit(job: Job, line: RunLine, series: SeriesLine | undefined, sink: Sink): Promise<void> {
  try {
    await sink.append(line, series);
  } catch (error) {
    throw new DiskError((error as Error).message, { cause: error });
  }
  job.onLine?.(line);
}

/** Far above what any honest run takes, on any machine: two minutes, or a hundred times the estimate. */
function limitMs(protocol: AnyProtocol, { options, n, workload }: RunSpec): number {
  const { wallMs } = estimateRun(protocol, withDefaults(protocol, options), n, workload);
  return Math.min(Math.max(120_000, 100 * wallMs), 2 ** 31 - 1);
}
