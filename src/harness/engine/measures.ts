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
import type { Portions } from "./apart.ts";
import { allWatching, clusterOf, runFor } from "./cluster.ts";
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
  readonly bare_events_per_op: number; // that take as long as an operation: what merging events does not flatter
  readonly ops_wall_s: number;
}

export interface InThread {
  readonly raft: readonly FullAgainstBare[];
  readonly pbft: FullAgainstBare;
  readonly portions: Portions; // with 64 clients
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
/** What other measures are made of: at the sizes that survive one fault or two. */
const compared = [
  ["raft", SIZE],
  ["multi-paxos", SIZE],
  ["pbft", 4],
] as const;
const WORKLOAD = "steady";
const SEED = 1;
const SECOND = 1e9;

/** As many events as Raft has pending with 64 clients: one yardstick for both rows. */
const PENDING = 105;
/** Virtual time to begin with, some 30 to 100 ms of real time. For shorter slices as much shorter. */
const PROBE_MS = 40;
const probeNs: Readonly<Record<Clients, number>> = { 1: 12 * SECOND, 64: SECOND };

/** Called in a thread of the pool. */
export function measure(settings: EngineSettings): InThread {
  const protocols = warmUp(settings.warmups);
  const { pairs, sliceMs } = settings;
  const portions = compared.map(([algo, n]) => ({ algo, n, durationNs: fitted(algo, n, 64, sliceMs) }));
  const [raftPortion, , pbftPortion] = portions;
  const alone = { algo: "raft", n: SIZE, durationNs: fitted("raft", SIZE, 1, sliceMs) };
  return {
    raft: [fullAgainstBare(alone, 1, pairs, sliceMs), fullAgainstBare(raftPortion!, 64, pairs, sliceMs)],
    pbft: fullAgainstBare(pbftPortion!, 64, pairs, sliceMs),
    portions,
    micro: microTable(settings), // last: it makes call sites polymorphic that are not so in a study
    runDurationNs: Math.round((raftPortion!.durationNs * settings.runMs) / sliceMs),
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

export function specOf(algo: string, clients: number, durationNs: number, seed = SEED, n = SIZE): RunSpec {
  return {
    algo,
    n,
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

const protocolOf = (algo: string): AnyProtocol => algorithms.find(({ name }) => name === algo)!;

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
function fitted(algo: string, n: number, clients: Clients, ms: number): number {
  const protocol = protocolOf(algo);
  let durationNs = Math.round(probeNs[clients] * Math.min(1, ms / PROBE_MS));
  for (let attempt = 0; attempt < 3; attempt++) {
    const spec = specOf(algo, clients, durationNs, SEED, n);
    const times = Array.from({ length: 3 }, () => clocked(() => runOnce(spec, protocol).line.events!).ms);
    durationNs = Math.round((durationNs * ms) / spreadOf(times).median);
  }
  return durationNs;
}

function fullAgainstBare(
  { algo, n, durationNs }: Portions[number],
  clients: Clients,
  pairs: number,
  sliceMs: number,
): FullAgainstBare {
  const protocol = protocolOf(algo);
  const spec = specOf(algo, clients, durationNs, SEED, n);
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
  const eventsPerOp = eventsPerOperation(protocol, n, clients);
  return {
    clients,
    bare_events_s: Math.round(spreadOf(measured.map(([bare]) => ratePerSecond(bare))).median),
    full_events_s: Math.round(fullRate),
    ratio: digits(ratio.median),
    ratio_min: digits(ratio.least),
    ratio_max: digits(ratio.greatest),
    events_per_op: digits(eventsPerOp),
    bare_events_per_op: digits(eventsPerOp / ratio.median),
    ops_wall_s: Math.round(fullRate / eventsPerOp),
  };
}

/** Counted after a second in which a leader is found. Many cheap events make a slow simulator look fast. */
function eventsPerOperation(protocol: AnyProtocol, n: number, clients: Clients): number {
  const durationNs = SECOND + probeNs[clients]; // whatever the machine's speed, so that all count the same
  const workload = workloadOf(clients, durationNs);
  const cluster = clusterOf(protocol, n, SEED, workload, allWatching(protocol, n));
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

const digits = (value: number): number => Math.round(value * 1000) / 1000;
