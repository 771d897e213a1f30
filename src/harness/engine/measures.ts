/**
 * What `bench:engine` measures inside one thread. Every registered protocol is run first: a process that has
 * seen but one of them has call sites that real processes have not, and is 10 to 15 % too fast.
 */
import { getHeapSpaceStatistics } from "node:v8";
import { resourceLimits } from "node:worker_threads";
import type { AnyProtocol } from "#protocol";
import { algorithms } from "../../../algorithms/index.ts";
import { bareLoop } from "../../simulation/bare-loop.ts";
import { loadWorkload } from "../../workload/load.ts";
import type { Workload } from "../../workload/workload.ts";
import { runOnce } from "../run.ts";
import type { RunSpec } from "../spec.ts";
import { allWatching, clusterOf, nobodyWatching, runFor } from "./cluster.ts";
import type { EngineSettings } from "./engine.ts";
import { type Micro, microTable } from "./micro.ts";
import { alternate, clocked, ratePerSecond, spreadOf } from "./slices.ts";

export type Clients = 1 | 64;

export interface FullAgainstBare {
  readonly clients: Clients;
  readonly bare_events_s: number;
  readonly full_events_s: number;
  readonly ratio: number; // the median over pairs of slices; a pair's is full / bare
  readonly ratio_min: number;
  readonly ratio_max: number;
  readonly events_per_op: number; // once a leader is there
  readonly ops_wall_s: number;
}

export interface CostOfWatching {
  readonly clients: Clients;
  readonly share: number; // of the events per second that metrics, hash, invariants and history take
  readonly share_min: number;
  readonly share_max: number;
}

export interface InThread {
  readonly raft: readonly FullAgainstBare[];
  readonly watching: CostOfWatching;
  readonly micro: readonly Micro[];
  readonly runDurationNs: number; // of virtual time, for a run of `runMs` with 64 clients
  readonly protocols: readonly string[];
  readonly n: number;
  readonly workload: string;
  readonly gc: MemorySettings;
}

/** As in force in the thread, wherever they were set. Flags that V8 does not tell of are in `heap.ts`. */
export interface MemorySettings {
  readonly resource_limits: object;
  readonly new_space_mb: number;
  readonly exec_argv: readonly string[];
}

export const SIZE = 5;
const WORKLOAD = "steady";
const SEED = 1;
const SECOND = 1e9;

/** As many events as Raft has pending with 64 clients: one yardstick for both rows. */
const PENDING = 105;
/** Virtual time to begin with, some 30 to 100 ms of real time. */
const probeNs: Readonly<Record<Clients, number>> = { 1: 12 * SECOND, 64: SECOND };

/** Called in a thread of the pool. */
export function measure(settings: EngineSettings): InThread {
  const raft = algorithms.find(({ name }) => name === "raft")!;
  const protocols = warmUp(settings.warmups);
  const durations = { 1: fitted(raft, 1, settings.sliceMs), 64: fitted(raft, 64, settings.sliceMs) };
  const ratios = ([1, 64] as const).map(clients =>
    fullAgainstBare(raft, clients, durations[clients], settings),
  );
  // Only now: these make call sites polymorphic that are not so in a study.
  const watching = costOfWatching(raft, durations[64], settings.pairs);
  return {
    raft: ratios,
    watching,
    micro: microTable(settings),
    runDurationNs: Math.round((durations[64] * settings.runMs) / settings.sliceMs),
    protocols,
    n: SIZE,
    workload: WORKLOAD,
    gc: memorySettings(),
  };
}

function memorySettings(): MemorySettings {
  const young = getHeapSpaceStatistics().find(space => space.space_name === "new_space");
  const newSpaceMb = Math.round((young?.space_size ?? 0) / 2 ** 20);
  return { resource_limits: resourceLimits, new_space_mb: newSpaceMb, exec_argv: process.execArgv };
}

/** Steady, with so many clients, for so long. What comes before there is a leader is measured too. */
export function workloadOf(clients: number, durationNs: number): Workload {
  const steady = loadWorkload(WORKLOAD);
  return { ...steady, clients: { ...steady.clients, count: clients }, durationNs, warmupNs: 0 };
}

export function specOf(algo: string, clients: number, durationNs: number, seed = SEED): RunSpec {
  return {
    algo,
    n: SIZE,
    seed,
    options: {},
    workload: workloadOf(clients, durationNs),
    point: {},
    key: "engine",
    pairKey: "engine",
    rerun: "",
    traceFile: undefined,
  };
}

/** The names of those that were run. */
function warmUp(times: number): string[] {
  for (let round = 0; round < times; round++) {
    for (const protocol of algorithms) {
      for (const clients of [1, 64] as const) {
        runOnce(specOf(protocol.name, clients, probeNs[clients]), protocol);
        bareLoop(200_000, PENDING, SEED);
      }
    }
  }
  return times === 0 ? [] : algorithms.map(({ name }) => name);
}

/** The virtual time that takes about `ms` of real time. */
function fitted(protocol: AnyProtocol, clients: Clients, ms: number): number {
  let durationNs = probeNs[clients];
  for (let attempt = 0; attempt < 3; attempt++) {
    const spec = specOf(protocol.name, clients, durationNs);
    const times = Array.from({ length: 3 }, () => clocked(() => runOnce(spec, protocol).line.events!).ms);
    durationNs = Math.round((durationNs * ms) / spreadOf(times).median);
  }
  return durationNs;
}

function fullAgainstBare(
  protocol: AnyProtocol,
  clients: Clients,
  durationNs: number,
  { pairs, sliceMs }: EngineSettings,
): FullAgainstBare {
  const spec = specOf(protocol.name, clients, durationNs);
  const loop = (events: number) => {
    bareLoop(events, PENDING, SEED);
    return events;
  };
  const { events, ms } = clocked(() => loop(400_000));
  const loops = Math.round((events * sliceMs) / ms);
  const measured = alternate(
    () => loop(loops),
    () => runOnce(spec, protocol).line.events!,
    pairs,
  );
  const ratio = spreadOf(measured.map(([bare, full]) => ratePerSecond(full) / ratePerSecond(bare)));
  const fullRate = spreadOf(measured.map(([, full]) => ratePerSecond(full))).median;
  const eventsPerOp = eventsPerOperation(protocol, clients);
  return {
    clients,
    bare_events_s: Math.round(spreadOf(measured.map(([bare]) => ratePerSecond(bare))).median),
    full_events_s: Math.round(fullRate),
    ratio: digits(ratio.median),
    ratio_min: digits(ratio.least),
    ratio_max: digits(ratio.greatest),
    events_per_op: digits(eventsPerOp),
    ops_wall_s: Math.round(fullRate / eventsPerOp),
  };
}

/** Counted after a second in which a leader is found. Many cheap events make a slow simulator look fast. */
function eventsPerOperation(protocol: AnyProtocol, clients: Clients): number {
  const durationNs = SECOND + probeNs[clients]; // whatever the machine's speed, so that all count the same
  const workload = workloadOf(clients, durationNs);
  const cluster = clusterOf(protocol, SIZE, SEED, workload, allWatching(protocol, SIZE));
  const { simulation, pool } = cluster;
  let events = 0;
  let operations = 0;
  simulation.at(SECOND, () => {
    events = simulation.events;
    operations = pool.submitted;
  });
  runFor(cluster, durationNs);
  return (simulation.events - events) / (pool.submitted - operations);
}

/**
 * Bytes and messages are counted on both sides: the models of network and processor need them. The difference
 * is small beside what collecting garbage adds to one slice and not to the next, hence twice the pairs.
 */
function costOfWatching(protocol: AnyProtocol, durationNs: number, pairs: number): CostOfWatching {
  const workload = workloadOf(64, durationNs);
  const watched = () =>
    runFor(clusterOf(protocol, SIZE, SEED, workload, allWatching(protocol, SIZE)), durationNs);
  const alone = () => runFor(clusterOf(protocol, SIZE, SEED, workload, nobodyWatching()), durationNs);
  alternate(watched, alone, 6);
  const measured = alternate(watched, alone, 2 * pairs);
  const share = spreadOf(measured.map(([on, off]) => 1 - ratePerSecond(on) / ratePerSecond(off)));
  return {
    clients: 64,
    share: digits(share.median),
    share_min: digits(share.least),
    share_max: digits(share.greatest),
  };
}

const digits = (value: number): number => Math.round(value * 1000) / 1000;
