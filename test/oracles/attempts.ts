/** Paxos where a rival outbids the proposer: what a command costs that is chosen in its k-th attempt. */
import { paxos } from "../../algorithms/paxos/index.ts";
import { Lockstep } from "../algorithms/lockstep.ts";
import { put } from "../algorithms/requests.ts";
import type { Comparison } from "./comparison.ts";

export const attempts = [1, 2, 3, 5];
export const attemptSizes = [3, 4, 5, 7, 9];
export const attemptBatches = [1, 2, 8, 64];

/** All but the last fail after their first phase, in which every acceptor answers. */
export function messagesOfAttempts(n: number, count: number, batch: number): Comparison {
  const policy = { batch: { max: batch, min: batch, delay: 0 } };
  const cluster = new Lockstep(paxos, n, { options: { learn: "proposer" }, policy });
  const outbid = (round: number) => {
    const prepare = { type: "Prepare", slot: 1, ballot: round * n + n - 1 };
    for (let node = 1; node < n; node++) {
      cluster.nodes[node]!.replica.onMessage(n - 1, prepare);
      cluster.nodes[node]!.take(); // its promise goes to the rival, who is not heard of again
    }
  };
  if (count > 1) outbid(1);
  for (let client = 0; client < batch; client++) cluster.request(0, put(1, "value", client));
  for (let attempt = 1; attempt < count; attempt++) {
    cluster.settle();
    if (cluster.answers.length > 0) throw new Error(`chosen in attempt ${attempt}`);
    if (attempt + 1 < count) outbid(attempt + 1);
    cluster.advance(100);
    cluster.timeout(0, "retry");
  }
  cluster.settle();
  if (cluster.answers.length !== batch) throw new Error(`not chosen in attempt ${count}`);
  return {
    section: "1",
    protocol: paxos.name,
    variant: `chosen in attempt ${count}`,
    quantity: "messages a command",
    formula: "(4 + 2(k-1))(n-1)/b",
    n,
    batch,
    expected: ((4 + 2 * (count - 1)) * (n - 1)) / batch,
    measured: cluster.sent.length / batch,
    tolerance: 0,
  };
}
