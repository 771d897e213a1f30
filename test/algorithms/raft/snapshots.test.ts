/** What snapshots of Raft have of their own; the rest stands in compaction.test.ts. */
import { expect, test } from "vitest";
import { raft } from "../../../algorithms/raft/index.ts";
import { Lockstep } from "../lockstep.ts";

test("log compaction (§7): a snapshot of an older term is answered with the newer", () => {
  const cluster = new Lockstep(raft, 3);
  cluster.elect(0);
  const state = cluster.nodes[0]!.store.save();
  const snapshot = { type: "InstallSnapshot", term: 0, lastIndex: 9, lastTerm: 0, state, round: 0 };
  cluster.nodes[1]!.replica.onMessage(2, snapshot);
  const reply = { type: "AppendReply", term: 1, success: false, index: 9 };
  expect(cluster.nodes[1]!.take()).toMatchObject([{ to: 2, send: reply }]);
});
