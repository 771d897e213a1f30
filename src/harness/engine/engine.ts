/**
 * How fast the harness itself is, for `npm run bench:engine`. Only ratios are promised: two things are
 * measured in one thread, in slices that take turns, and each pair of slices gives one ratio. Rates are for
 * planning.
 */
import { availableParallelism, cpus, loadavg } from "node:os";
import { type Company, costOfCompany, costOfWatching, type Watching } from "./apart.ts";
import type { Clients, FullAgainstBare, MemorySettings } from "./measures.ts";
import type { Micro } from "./micro.ts";
import { EngineThread } from "./thread.ts";
import { type Workers, workersSpeedUp } from "./workers.ts";

export interface EngineSettings {
  readonly pairs: number; // of slices, for each ratio
  readonly sliceMs: number;
  readonly warmups: number; // runs of each protocol, at each size, before anything is measured
  readonly runs: number; // in the list that one worker and two workers get
  readonly runMs: number;
  readonly rounds: number; // times the list is run by one worker and by two
  readonly microMs: number;
  readonly microCalls: number; // of each part, at least
}

export const thorough: EngineSettings = {
  pairs: 25,
  sliceMs: 120, // the clock of a thread may go in steps of 4 ms: one in thirty of a slice, and in 45 ms one in eleven
  warmups: 6,
  runs: 24,
  runMs: 80,
  rounds: 3,
  microMs: 200,
  microCalls: 8,
};

export const quick: EngineSettings = {
  ...thorough,
  pairs: 7,
  warmups: 2,
  runs: 12,
  runMs: 50,
  rounds: 1,
  microMs: 40,
};

/** Enough to go through everything; the numbers mean nothing. */
export const once: EngineSettings = {
  pairs: 2,
  sliceMs: 2,
  warmups: 0,
  runs: 2,
  runMs: 2,
  rounds: 1,
  microMs: 1,
  microCalls: 1,
};

interface Conditions {
  readonly node: string;
  readonly v8: string;
  readonly cpu: string;
  readonly cores: number;
  readonly load_average_start: readonly number[]; // over 1, 5 and 15 minutes
  readonly load_average_end: readonly number[];
  readonly busy: boolean; // something else was running at the start
  readonly slice_ms: number;
  readonly pairs: number;
  readonly protocols: readonly string[]; // warmed up before anything was measured
  readonly n: number;
  readonly workload: string;
  readonly gc: MemorySettings;
}

/** The one JSON document of `--json`. */
export interface EngineReport {
  readonly raft: readonly FullAgainstBare[];
  readonly pbft: FullAgainstBare; // n = 4
  readonly watching: readonly Watching[];
  readonly company: readonly Company[];
  readonly workers: Workers;
  readonly micro: readonly Micro[];
  readonly conditions: Conditions;
}

/** What is aimed at. A bar for the ratio, not for the machine. */
export const targets = {
  ratio: { 1: 0.45, 64: 0.3 } satisfies Record<Clients, number>,
  pbftRatio: 0.27,
  eventsPerOp: { 1: 21, 64: 7 } satisfies Record<Clients, number>,
  watching: 0.15,
  company: 0.15,
  speedUp: 1.7,
} as const;

export async function measureEngine(
  settings: EngineSettings,
  tell: (doing: string) => void,
): Promise<EngineReport> {
  const load = loadavg();
  const thread = new EngineThread();
  try {
    tell("the simulator against the bare loop, and single parts, in one thread");
    const { raft, pbft, portions, micro, gc, protocols, workload, n, runDurationNs } =
      await thread.measure(settings);
    tell("what watching costs, and what protocols cost each other, in threads that take turns");
    const watching = await costOfWatching(portions[0]!, settings);
    const company = await costOfCompany(portions, settings);
    tell(`${settings.runs} runs by one worker and by two`);
    const workers = await workersSpeedUp(settings, runDurationNs);
    return {
      raft,
      pbft,
      watching,
      company,
      workers,
      micro,
      conditions: { ...machine(load), ...slices(settings), protocols, n, workload, gc },
    };
  } finally {
    await thread.close();
  }
}

const slices = ({ sliceMs, pairs }: EngineSettings) => ({ slice_ms: sliceMs, pairs });

function machine(load: readonly number[]) {
  const cores = availableParallelism();
  const rounded = (average: readonly number[]) => average.map(value => Math.round(value * 100) / 100);
  return {
    node: process.versions.node,
    v8: process.versions.v8,
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores,
    load_average_start: rounded(load),
    load_average_end: rounded(loadavg()),
    busy: load[0]! > cores / 2,
  };
}
