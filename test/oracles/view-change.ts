/** PBFT's view changes where nothing else is uncertain: what they cost, and how long a request waits for them. */
import { pbft } from "../../algorithms/pbft/index.ts";
import { cluster, MILLISECOND } from "../simulation/cluster.ts";
import type { Comparison } from "./comparison.ts";
import { patient } from "./quiet.ts";

const PATIENCE_MS = 500;
const DELAY_MS = 1;

export interface Deposed {
  readonly n: number;
  readonly primaries: number; // that are down, one after another
}

export const deposed: readonly Deposed[] = [4, 5, 7, 10, 13].flatMap(n =>
  Array.from({ length: pbft.tolerates(n) }, (_, index) => ({ n, primaries: index + 1 })),
);

/**
 * The client asks all. Its request takes a delay, the ViewChange one, and the new primary's PrePrepare, which follows
 * its NewView, the rest. The next primary gets as long as the first, the one after it twice as long, and so on; its
 * time begins with the last ViewChange, a delay later.
 */
export function viewChanges({ n, primaries: k }: Deposed): Comparison[] {
  const { simulation, client, run } = cluster(pbft, n, {
    options: { ...patient.pbft, viewChangeMs: PATIENCE_MS },
    tracer: undefined,
  });
  for (let node = 0; node < k; node++) simulation.crash(node);
  run(10);
  const askedNs = simulation.tick;
  const request = client.ask(k, "put", 1, "value");
  for (let node = k + 1; node < n; node++) simulation.clients.send(node, request);
  run(60_000);
  const believed = client.answers[pbft.tolerates(n)];
  if (believed === undefined) throw new Error("the request was not answered");
  const common = { section: "4", protocol: pbft.name, n, batch: undefined, tolerance: 0 };
  const variant = k === 1 ? "the primary is down" : `${k} primaries are down`;
  const alive = n - k;
  return [
    {
      ...common,
      variant,
      quantity: "messages",
      formula: k === 1 ? "(n-1)(n-1) + n-1" : `${k}(n-${k})(n-1) + n-1`,
      expected: k * alive * (n - 1) + n - 1,
      measured: simulation.traffic.read().byCause.election!,
    },
    {
      ...common,
      variant,
      quantity: "latency in ms",
      formula: k === 1 ? "T + 6d" : `${2 ** (k - 1)}T + ${5 + k}d`,
      expected: 2 ** (k - 1) * PATIENCE_MS + (5 + k) * DELAY_MS,
      measured: (believed.atNs - askedNs) / MILLISECOND,
    },
  ];
}
