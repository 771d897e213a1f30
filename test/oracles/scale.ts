/** Clusters of up to 256: the formulas of the normal case hold there too, and so messages grow as the papers say. */
import type { AnyProtocol } from "#protocol";
import { multiPaxos } from "../../algorithms/multi-paxos/index.ts";
import { paxos } from "../../algorithms/paxos/index.ts";
import { pbft } from "../../algorithms/pbft/index.ts";
import { raft } from "../../algorithms/raft/index.ts";
import type { Comparison } from "./comparison.ts";
import { normalCases } from "./formulas.ts";
import { normalCase } from "./normal-case.ts";

export interface Growth {
  readonly protocol: AnyProtocol;
  readonly sizes: readonly number[];
  readonly exponent: number; // of n, in the number of messages that a command takes
}

/** Below, on and above the 32 nodes that fit into one word. */
const sizes = [31, 32, 33, 40, 64, 101, 256];

export const growths: readonly Growth[] = [
  ...[raft, paxos, multiPaxos].map(protocol => ({ protocol, sizes, exponent: 1 })),
  { protocol: pbft, sizes: [31, 32, 33, 40, 64, 100, 256], exponent: 2 },
];

/** Of the ways of counting the one by default. */
export function counts({ protocol, sizes }: Growth): Comparison[] {
  const one = normalCases.find(each => each.protocol === protocol)!;
  const all = sizes.flatMap(n =>
    normalCase({ ...one, variant: "large clusters", batches: [1] }, { n, batch: 1 }),
  );
  return all.map(compared => ({ ...compared, section: "6" }));
}

/** The slope of messages over n, both on logarithmic scales: least squares over the counts. */
export function growth({ protocol, exponent, sizes }: Growth, compared: readonly Comparison[]): Comparison {
  const points = compared
    .filter(({ quantity }) => quantity === "messages a command")
    .map(({ n, measured }) => [Math.log(n), Math.log(measured)] as const);
  return {
    section: "6",
    protocol: protocol.name,
    variant: "large clusters",
    quantity: `growth of messages, n = ${sizes[0]} to ${sizes.at(-1)}`,
    formula: exponent === 1 ? "n" : `n^${exponent}`,
    n: sizes.at(-1)!,
    batch: undefined,
    expected: exponent,
    measured: slope(points),
    tolerance: 0.03,
  };
}

function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(points.map(point => point[0])), mean(points.map(point => point[1]))];
  const covered = points.map(point => (point[0] - x) * (point[1] - y));
  const spread = points.map(point => (point[0] - x) * (point[0] - x));
  return mean(covered) / mean(spread);
}
