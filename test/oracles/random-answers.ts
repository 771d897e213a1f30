/** Followers that answer after a random time: what the leader waits for on average is an order statistic. */
import type { AnyProtocol } from "#protocol";
import { multiPaxos } from "../../algorithms/multi-paxos/index.ts";
import { raft } from "../../algorithms/raft/index.ts";
import type { Delay } from "../../src/simulation/models.ts";
import { type Cluster, cluster, MILLISECOND, steadyLink } from "../simulation/cluster.ts";
import { byChance, type Comparison, mean, standardErrorOf } from "./comparison.ts";

export interface RandomAnswers {
  readonly protocol: AnyProtocol;
  readonly variant: string;
  readonly formula: string;
  readonly delay: Delay;
  /** Which links take that; the others take d. */
  isRandom(from: number, to: number): boolean;
  /** Of a command for which the leader waits for the k-th of N answers. */
  meanMs(N: number, k: number): number;
}

export const answerSizes = [3, 5, 7, 9];

const DELAY_MS = 1; // every link but those to the leader
const [LOW_MS, HIGH_MS, MEAN_MS] = [1, 3, 2];

const harmonic = (count: number): number => {
  let sum = 0;
  for (let term = 1; term <= count; term++) sum += 1 / term;
  return sum;
};

/** The mean of the k-th of N round trips, each leg exponential of mean 1: the area above its distribution. */
function erlangOrder(N: number, k: number): number {
  const [steps, end] = [4000, 40];
  let area = 0;
  for (let step = 0; step <= steps; step++) {
    const weight = step === 0 || step === steps ? 1 : step % 2 === 1 ? 4 : 2; // Simpson's rule
    area += weight * stillFewer(N, k, (step * end) / steps);
  }
  return (area * end) / steps / 3;
}

/** That at a time fewer than k of N are back. */
function stillFewer(N: number, k: number, time: number): number {
  const out = Math.exp(-time) * (1 + time);
  let [sum, term] = [0, out ** N];
  for (let back = 0; back < k; back++) {
    sum += term;
    term *= ((N - back) / (back + 1)) * (1 / out - 1);
  }
  return sum;
}

const exponential: Delay = { distribution: "exponential", meanNs: MEAN_MS * MILLISECOND, minNs: 0 };

/** Answers to n0 only, or whatever goes from one node to another. */
const answers: RandomAnswers["isRandom"] = (from, to) => to === 0 && from >= 0;
const betweenNodes: RandomAnswers["isRandom"] = (from, to) => to >= 0 && from >= 0;

export const randomAnswers: readonly RandomAnswers[] = [raft, multiPaxos].flatMap(protocol => [
  {
    protocol,
    variant: `answers take ${LOW_MS} to ${HIGH_MS} ms, uniformly`,
    formula: "3d + lo + (hi-lo) k/n",
    delay: { distribution: "uniform", minNs: LOW_MS * MILLISECOND, maxNs: HIGH_MS * MILLISECOND },
    isRandom: answers,
    meanMs: (N, k) => 3 * DELAY_MS + LOW_MS + ((HIGH_MS - LOW_MS) * k) / (N + 1),
  },
  {
    protocol,
    variant: `answers take ${MEAN_MS} ms on average, exponentially`,
    formula: "3d + m (H(n-1) - H(n-1-k))",
    delay: exponential,
    isRandom: answers,
    meanMs: (N, k) => 3 * DELAY_MS + MEAN_MS * (harmonic(N) - harmonic(N - k)),
  },
  {
    protocol,
    variant: `either way takes ${MEAN_MS} ms on average, exponentially`,
    formula: "2d + k-th of n-1 Erlang(2, m)",
    delay: exponential,
    isRandom: betweenNodes,
    meanMs: (N, k) => 2 * DELAY_MS + MEAN_MS * erlangOrder(N, k),
  },
]);

const PATIENCE = { electionTimeoutMinMs: 3000, electionTimeoutMaxMs: 9000, heartbeatMs: 1000 };
const APART_MS = 50; // by then all have answered the command before

/** One command after another: the time until the leader's answer is there. */
export function waitForAnswers(one: RandomAnswers, n: number, commands: number): Comparison {
  const { simulation, client, run } = ledByFirst(one, n);
  for (let index = 0; index < commands; index++) {
    const ask = () => client.ask(0, "put", 1, "value");
    simulation.at(simulation.tick + index * APART_MS * MILLISECOND, ask);
  }
  const startedNs = simulation.tick;
  run(commands * APART_MS);
  const latencies = client.answers.map(
    ({ atNs }, index) => (atNs - startedNs) / MILLISECOND - index * APART_MS,
  );
  if (latencies.length !== commands) throw new Error(`${latencies.length} commands were answered`);
  return {
    section: "3",
    protocol: one.protocol.name,
    variant: one.variant,
    quantity: "latency in ms",
    formula: one.formula,
    n,
    batch: undefined,
    expected: one.meanMs(n - 1, Math.floor(n / 2)),
    measured: mean(latencies),
    ...byChance(standardErrorOf(latencies)),
  };
}

/** The first seed by which n0 leads. */
function ledByFirst({ protocol, delay, isRandom }: RandomAnswers, n: number): Cluster {
  const steady = { distribution: "constant", meanNs: DELAY_MS * MILLISECOND } as const;
  const link = (from: number, to: number) => ({
    ...steadyLink,
    latency: isRandom(from, to) ? delay : steady,
  });
  const network = { link, bandwidthBitsPerSecond: Infinity };
  for (let seed = 1; seed <= 100; seed++) {
    const eventBudget = 10_000_000;
    const made = cluster(protocol, n, { seed, network, options: PATIENCE, tracer: undefined, eventBudget });
    made.run(20_000);
    if (made.simulation.nodes[0]!.replica!.status().role === "leader") return made;
  }
  throw new Error("n0 leads by none of the seeds");
}
