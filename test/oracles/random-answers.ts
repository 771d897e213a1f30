/** Followers that answer after a random time: what the leader waits for on average is an order statistic. */
import type { AnyProtocol } from "#protocol";
import { multiPaxos } from "../../algorithms/multi-paxos/index.ts";
import { raft } from "../../algorithms/raft/index.ts";
import type { Delay } from "../../src/simulation/models.ts";
import { type Cluster, cluster, MILLISECOND, steadyLink } from "../simulation/cluster.ts";
import type { Comparison } from "./comparison.ts";

export interface RandomAnswers {
  readonly protocol: AnyProtocol;
  readonly variant: string;
  readonly formula: string;
  readonly delay: Delay;
  /** The mean of the k-th of N answers, in ms. */
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

export const randomAnswers: readonly RandomAnswers[] = [raft, multiPaxos].flatMap(protocol => [
  {
    protocol,
    variant: `answers take ${LOW_MS} to ${HIGH_MS} ms, uniformly`,
    formula: "3d + lo + (hi-lo) k/n",
    delay: { distribution: "uniform", minNs: LOW_MS * MILLISECOND, maxNs: HIGH_MS * MILLISECOND },
    meanMs: (N, k) => LOW_MS + ((HIGH_MS - LOW_MS) * k) / (N + 1),
  },
  {
    protocol,
    variant: `answers take ${MEAN_MS} ms on average, exponentially`,
    formula: "3d + m (H(n-1) - H(n-1-k))",
    delay: { distribution: "exponential", meanNs: MEAN_MS * MILLISECOND, minNs: 0 },
    meanMs: (N, k) => MEAN_MS * (harmonic(N) - harmonic(N - k)),
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
  const mean = latencies.reduce((sum, latency) => sum + latency, 0) / commands;
  const squares = latencies.reduce((sum, latency) => sum + (latency - mean) * (latency - mean), 0);
  return {
    section: "3",
    protocol: one.protocol.name,
    variant: one.variant,
    quantity: "latency in ms",
    formula: one.formula,
    n,
    batch: undefined,
    expected: 3 * DELAY_MS + one.meanMs(n - 1, Math.floor(n / 2)),
    measured: mean,
    tolerance: (3 * Math.sqrt(squares / commands)) / Math.sqrt(commands),
  };
}

/** The first seed by which n0 leads. */
function ledByFirst({ protocol, delay }: RandomAnswers, n: number): Cluster {
  const steady = { distribution: "constant", meanNs: DELAY_MS * MILLISECOND } as const;
  const link = (from: number, to: number) => ({
    ...steadyLink,
    latency: to === 0 && from >= 0 ? delay : steady,
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
