/** One run, completely described: what a worker gets, and what it gives back. Both cross threads, so plain data. */
import type { Options } from "#protocol";
import type { RunLine, SeriesLine } from "../results/schema.ts";
import type { Workload } from "../workload/workload.ts";
import type { Happened } from "./happened.ts";

export interface RunSpec {
  readonly algo: string; // a name of the registry, or the absolute path of a protocol file
  readonly n: number;
  readonly seed: number;
  readonly options: Options; // only those that differ from the protocol's defaults
  readonly workload: Workload;
  readonly point: Readonly<Record<string, unknown>>; // the coordinates of a sweep
  readonly key: string;
  readonly pairKey: string;
  readonly rerun: string; // the command that runs this one again
  readonly traceFile: string | undefined; // where to write the full event log
  readonly eventBudget?: number; // where fewer events than usual are already too many
}

export interface RunResult {
  readonly line: RunLine;
  readonly series: SeriesLine;
  readonly happened: Happened;
  readonly eventsInAll: number; // those of the time after the run included, in which it is judged
}
