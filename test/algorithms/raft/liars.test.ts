/** Raft among liars: what it is told may be false, but it neither believes the impossible nor falls over. */
import { describe, expect, test } from "vitest";
import { raft } from "../../../algorithms/raft/index.ts";
import type { Entry, Message, Term } from "../../../algorithms/raft/messages.ts";
import { record } from "../../../src/protocol/recording.ts";
import { Lockstep } from "../lockstep.ts";
import { put } from "../requests.ts";

const appendEntries = (term: Term, prevIndex: number, terms: readonly Term[], commit = 0): Message => ({
  type: "AppendEntries",
  term,
  prevIndex,
  prevTerm: prevIndex === 0 ? 0 : 1,
  entries: terms.map((entryTerm, index): Entry => ({ term: entryTerm, request: put(prevIndex + index + 1) })),
  commit,
  round: 0,
  cause: "ordering",
});

const follower = (...messages: readonly Message[]) => {
  const recording = record(raft);
  recording.replica.onStart([]);
  for (const message of messages) recording.replica.onMessage(1, message);
  recording.take();
  return recording;
};

describe("Raft among liars", () => {
  test("a committed entry is never replaced, whatever the leader says", () => {
    const { replica, take } = follower(appendEntries(1, 0, [1, 1], 2), appendEntries(3, 2, []));
    replica.onMessage(2, appendEntries(3, 0, [3, 3, 3], 3));
    expect(take()).toEqual([]);
    expect(replica.status()).toMatchObject({ epoch: 3, committed: 2, logLength: 2 });
  });

  test("of two leaders of a term, one does not commit what the other has taken away", () => {
    const { replica } = follower(appendEntries(2, 0, [1, 1, 1]));
    replica.onMessage(2, appendEntries(2, 1, [2]));
    expect(replica.status().logLength).toBe(2);
    replica.onMessage(2, appendEntries(2, 0, [], 3));
    expect(replica.status().committed).toBe(2);
  });

  test("nobody is believed to hold what was never sent", () => {
    const cluster = new Lockstep(raft, 3);
    cluster.elect(0);
    const { replica } = cluster.nodes[0]!;
    const before = replica.status();
    const boast = { type: "AppendReply", term: 1, success: true, index: 99 };
    replica.onMessage(1, { ...boast, conflictTerm: 0, conflictIndex: 0, round: 0, cause: "ordering" });
    expect(replica.status()).toEqual(before);
    cluster.request(0, put(1));
    cluster.settle();
    expect(cluster.answers).toHaveLength(1);
  });
});
