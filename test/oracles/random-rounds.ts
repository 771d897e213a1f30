/**
 * PBFT where every message between replicas takes a random time: no closed formula, but the recursion of unequal links
 * with times drawn anew, and links that keep their order. What it gives is held to runs, both left to chance.
 */
import { pbft } from "../../algorithms/pbft/index.ts";
import { RandomStream } from "../../src/simulation/random.ts";
import { cluster, MILLISECOND, steadyLink } from "../simulation/cluster.ts";
import { byChance, type Comparison, mean, standardErrorOf } from "./comparison.ts";
import { patient } from "./quiet.ts";
import { kth, nodesOf } from "./unequal-links.ts";

export const roundSizes = [4, 5, 7, 10];

const CLIENT_MS = 1;
const MEAN_MS = 2;
const APART_MS = 80;
const PRIMARY = 0;

/** From a client's request to the answer that makes it believe: one draw of the recursion. */
function drawnLatency(n: number, stream: RandomStream): number {
  const nodes = nodesOf(n);
  const draw = (from: number, to: number) => (from === to ? 0 : -MEAN_MS * Math.log(1 - stream.next()));
  const quorum = pbft.quorum(n);
  const proposed = nodes.map(to => CLIENT_MS + draw(PRIMARY, to));
  /** By sender and receiver; the primary's PrePrepare stands in for its Prepare. */
  const voted = nodes.map(from =>
    nodes.map(to => (from === PRIMARY ? proposed[to]! : proposed[from]! + draw(from, to))),
  );
  const prepared = nodes.map(to => {
    const votes = nodes.filter(from => from !== PRIMARY).map(from => voted[from]![to]!);
    return Math.max(proposed[to]!, kth(votes, quorum - 1));
  });
  const committed = nodes.map(to => {
    const votes = nodes.map(from => Math.max(prepared[from]! + draw(from, to), voted[from]![to]!)); // in order
    return Math.max(prepared[to]!, kth(votes, quorum));
  });
  return kth(committed, pbft.tolerates(n) + 1) + CLIENT_MS;
}

/** One command after another, far enough apart. */
function measuredLatencies(n: number, commands: number): number[] {
  const steady = { distribution: "constant", meanNs: CLIENT_MS * MILLISECOND } as const;
  const drawn = { distribution: "exponential", meanNs: MEAN_MS * MILLISECOND, minNs: 0 } as const;
  const link = (from: number, to: number) => ({
    ...steadyLink,
    latency: from < 0 || to < 0 ? steady : drawn,
  });
  const { simulation, client, run } = cluster(pbft, n, {
    network: { link, bandwidthBitsPerSecond: Infinity },
    options: { ...patient.pbft, checkpointEvery: 2 * commands, logSize: 2 * commands },
    tracer: undefined,
    eventBudget: 100_000_000,
  });
  for (let index = 0; index < commands; index++) {
    simulation.at(index * APART_MS * MILLISECOND, () => client.ask(PRIMARY, "put", 1, "value"));
  }
  run(commands * APART_MS);
  const answers = Map.groupBy(client.answers, ({ request }) => request.sequence);
  return [...answers].map(
    ([sequence, all]) => all[pbft.tolerates(n)]!.atNs / MILLISECOND - (sequence - 1) * APART_MS,
  );
}

export function randomRounds(n: number, commands: number): Comparison {
  const stream = new RandomStream(1, "random rounds");
  const drawn = Array.from({ length: commands }, () => drawnLatency(n, stream));
  const measured = measuredLatencies(n, commands);
  if (measured.length !== commands) throw new Error(`${measured.length} commands were answered`);
  return {
    section: "3",
    protocol: pbft.name,
    variant: `all between replicas takes ${MEAN_MS} ms on average, exponentially`,
    quantity: "latency in ms",
    formula: "the recursion, by as many draws",
    n,
    batch: undefined,
    expected: mean(drawn),
    measured: mean(measured),
    ...byChance(Math.hypot(standardErrorOf(drawn), standardErrorOf(measured))),
  };
}
