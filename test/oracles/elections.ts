/** Elections are driven by timers, which makes them good oracles: first time-outs, split votes, the growth of terms. */
import type { Fact, NodeId } from "#protocol";
import { raft } from "../../algorithms/raft/index.ts";
import { unobserved } from "../../src/simulation/observer.ts";
import { type Cluster, cluster, MILLISECOND, steadyLink } from "../simulation/cluster.ts";
import type { Comparison } from "./comparison.ts";

interface Seen {
  readonly tick: number;
  readonly node: NodeId;
  readonly fact: Fact;
  readonly epoch: number;
}

interface Start {
  readonly n: number;
  readonly latencyMs: number;
  readonly seed: number;
  readonly options: Readonly<Record<string, boolean | number>>;
  readonly down?: number;
}

/** A cluster of Raft that starts without a leader, some nodes down from the first, and everything it observed. */
export function start({ n, latencyMs, seed, options, down = 0 }: Start): Cluster & { facts: Seen[] } {
  const facts: Seen[] = [];
  const clock = { tick: () => 0 };
  const observer = {
    ...unobserved,
    onFact: (node: NodeId, fact: Fact, epoch: number) =>
      facts.push({ tick: clock.tick(), node, fact, epoch }),
  };
  const latency = { distribution: "constant", meanNs: latencyMs * MILLISECOND } as const;
  const network = { link: () => ({ ...steadyLink, latency }), bandwidthBitsPerSecond: Infinity };
  const made = cluster(raft, n, { seed, network, observer: observer as never, options, tracer: undefined });
  clock.tick = () => made.simulation.tick;
  for (let node = 0; node < down; node++) made.simulation.crash(n - 1 - node);
  return { ...made, facts };
}

const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k);
const power = (base: number, exponent: number): number => base ** exponent;

/** Thesis 9.2: so many of s candidates within one latency l of the first that none gets a majority of n. */
function splitProbability(n: number, s: number, l: number): number {
  const candidates = s - Math.floor(n / 2) + 1;
  let sum = 0;
  for (let k = candidates - 1; k <= s; k++) sum += choose(s, k) * power(l, k) * power(1 - l, s - k);
  return sum;
}

/** Time-outs over a range of 100 ms, so that a latency of 10 ms is l = 0.1. */
const ranges = { electionTimeoutMinMs: 100, electionTimeoutMaxMs: 200 };
const RANGE_MS = 100;

const common = { section: "4", protocol: raft.name, batch: undefined };
const seeds = (trials: number): number[] => Array.from({ length: trials }, (_, index) => index + 1);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export const firstTimeoutSizes = [3, 5, 9];

export function firstTimeout(n: number, trials: number): Comparison {
  const times = seeds(trials).map(seed => {
    const { facts, run } = start({ n, latencyMs: 1, seed, options: ranges });
    run(200);
    return facts[0]!.tick / MILLISECOND - ranges.electionTimeoutMinMs;
  });
  const standardError = (RANGE_MS * Math.sqrt(n / (n + 2))) / (n + 1) / Math.sqrt(trials);
  return {
    ...common,
    variant: "the first election",
    quantity: "first time-out in ms",
    formula: "R/(n+1)",
    n,
    expected: RANGE_MS / (n + 1),
    measured: sum(times) / trials,
    tolerance: 3 * standardError,
  };
}

export const electionSizes = [3, 4, 5, 7];

/** Requests and votes, and the first entries with their answers. */
export function electionMessages(n: number): Comparison {
  const options = { electionTimeoutMinMs: 100, electionTimeoutMaxMs: 5000 };
  const { simulation, facts, run } = start({ n, latencyMs: 1, seed: 1, options });
  run(5200);
  const elected = facts.filter(({ fact }) => fact === "leads").map(({ epoch }) => epoch);
  if (elected.join() !== "1") throw new Error(`leaders were elected in the terms ${elected}`);
  return {
    ...common,
    variant: "an election that nobody contests",
    quantity: "messages",
    formula: "4(n-1)",
    n,
    expected: 4 * (n - 1),
    measured: simulation.traffic.read().byCause.election!,
    tolerance: 0,
  };
}

export interface Split {
  readonly n: number;
  readonly alive: number;
  readonly l: number;
}

export const splits: readonly Split[] = [
  { n: 5, alive: 4, l: 0.01 },
  { n: 5, alive: 4, l: 0.1 },
  { n: 5, alive: 4, l: 0.2 },
  { n: 5, alive: 3, l: 0.2 },
  { n: 3, alive: 2, l: 0.1 },
  { n: 9, alive: 5, l: 0.2 },
];

export function splitVotes({ n, alive, l }: Split, trials: number): Comparison {
  const latencyMs = l * RANGE_MS;
  const split = seeds(trials).filter(seed => {
    const { facts, run } = start({ n, latencyMs, seed, options: ranges, down: n - alive });
    run(200 + 3 * latencyMs);
    return !facts.some(({ fact, epoch }) => fact === "leads" && epoch === 1);
  });
  const expected = splitProbability(n, alive, l);
  return {
    ...common,
    variant: `${alive} alive, latency ${l} of R`,
    quantity: "share of terms with a split vote",
    formula: "Σ C(s,k) l^k (1-l)^(s-k)",
    n,
    expected,
    measured: split.length / trials,
    tolerance: 3 * Math.sqrt((expected * (1 - expected)) / trials) + 1 / trials,
  };
}

/** How far the term of a node has come that has been cut off for so long. */
export function termsOf(
  seed: number,
  durationMs: number,
  options: Readonly<Record<string, boolean>> = {},
): number {
  const timeouts = { electionTimeoutMinMs: 150, electionTimeoutMaxMs: 300 };
  const { simulation, run } = start({ n: 3, latencyMs: 1, seed, options: { ...timeouts, ...options } });
  simulation.isolate([2]);
  run(durationMs);
  return simulation.nodes[2]!.replica!.status().epoch;
}

/** Renewal theory: D/μ + (σ² - μ²)/(2 μ²). */
export function termsWhileCutOff(trials: number): Comparison {
  const durationMs = 20_000;
  const mean = 225;
  const variance = (150 * 150) / 12;
  const expected = durationMs / mean + (variance - mean * mean) / (2 * mean * mean);
  return {
    ...common,
    variant: "a node cut off for 20 s",
    quantity: "terms",
    formula: "D/225 - 0.4815",
    n: 3,
    expected,
    measured: sum(seeds(trials).map(seed => termsOf(seed, durationMs))) / trials,
    tolerance: 3 * Math.sqrt((variance * durationMs) / power(mean, 3) / trials),
  };
}
