import { describe, expect, test } from "vitest";
import type { ReadPath } from "#protocol";
import { raft } from "../../../algorithms/raft/index.ts";
import type { RecordingOptions } from "../../../src/protocol/recording.ts";
import { Lockstep } from "../lockstep.ts";
import { get, put } from "../requests.ts";

const elected = (n: number, reads: ReadPath, given: RecordingOptions = {}): Lockstep => {
  const cluster = new Lockstep(raft, n, { ...given, policy: { reads } });
  cluster.elect(0);
  cluster.sent.length = 0;
  return cluster;
};

describe("Raft, read-only operations (§8, thesis 6.4)", () => {
  test.each([1, 2, 3, 4, 5])("a read index takes one round of %i servers and no place in the log", n => {
    const cluster = elected(n, "index");
    cluster.request(0, get(1));
    cluster.settle();
    expect(cluster.answers.length).toBe(1);
    expect(cluster.count("read")).toBe(2 * (n - 1));
    expect(cluster.nodes[0]!.replica.status().logLength).toBe(1);
  });

  test("reads that arrive during a round share the next, which starts right after", () => {
    const cluster = elected(3, "index");
    for (let client = 0; client < 9; client++) cluster.request(0, get(1, client));
    expect(cluster.answers.length).toBe(0);
    cluster.settle();
    expect(cluster.answers.length).toBe(9);
    expect(cluster.count("read")).toBe(2 * 4);
  });

  test("a deposed leader answers no reads, and sends the waiting ones away", () => {
    const cluster = elected(3, "index");
    const cut = ({ from, to }: { from: number; to: number }) => from === 0 || to === 0;
    cluster.request(0, get(1));
    cluster.request(0, get(1, 1));
    cluster.settle(cut);
    cluster.timeout(1, "election");
    cluster.settle(cut);
    cluster.request(1, put(1, "new", 2));
    cluster.settle(cut);
    expect(cluster.answers.filter(({ node }) => node === 0)).toEqual([]);
    cluster.advance(50);
    cluster.timeout(1, "heartbeat");
    cluster.settle();
    expect(cluster.redirects).toEqual([get(1), get(1, 1)]);
  });

  test("an answer to a round that began before the read does not confirm it", () => {
    const cluster = elected(3, "index");
    cluster.advance(50);
    cluster.timeout(0, "heartbeat");
    const heartbeats = cluster.queue.splice(0);
    cluster.request(0, get(1));
    cluster.queue.length = 0;
    cluster.queue.push(...heartbeats);
    cluster.settle();
    expect(cluster.answers).toEqual([]);
  });

  test("a new leader waits for the first commit of its term", () => {
    const cluster = elected(3, "index", { options: { noOp: false } });
    cluster.request(0, get(1));
    cluster.settle();
    expect(cluster.answers).toEqual([]);
    cluster.request(0, put(1, "x", 1));
    cluster.settle();
    expect(cluster.answers.map(({ result }) => result)).toEqual([undefined, "x"]);
  });

  test("a read behind the log takes a place in it", () => {
    const cluster = elected(3, "log");
    cluster.request(0, get(1));
    cluster.settle();
    expect(cluster.nodes[0]!.replica.status().logLength).toBe(2);
  });

  test("a local read is answered by any server from its own copy, and the description says that it is unsafe", () => {
    const cluster = elected(3, "local");
    cluster.request(2, get(1));
    expect(cluster.answers.length).toBe(1);
    const policy = { batch: { max: 1, min: 1, delay: 0 }, window: 1 };
    expect(raft.unsafe?.({}, { ...policy, reads: "local" })).toContain("stale");
    expect(raft.unsafe?.({}, { ...policy, reads: "lease" })).toBeUndefined();
  });
});

describe("Raft, lease reads (thesis 6.4.1)", () => {
  const voteRequest = { type: "RequestVote", term: 9, lastLogIndex: 99, lastLogTerm: 8 };

  test("within the lease a read takes no messages", () => {
    const cluster = elected(5, "lease");
    cluster.request(0, get(1));
    expect([cluster.answers.length, cluster.sent.length]).toEqual([1, 0]);
  });

  test("the lease ends a margin before the least election time-out, counted from the sending", () => {
    const cluster = elected(3, "lease", { options: { leaseMarginMs: 20 } });
    cluster.advance(50);
    cluster.timeout(0, "heartbeat");
    cluster.advance(40); // the answers are on their way
    cluster.settle();
    cluster.advance(89);
    cluster.request(0, get(1));
    expect(cluster.answers.length).toBe(1);
    cluster.advance(1);
    cluster.request(0, get(2));
    expect(cluster.answers.length).toBe(1);
    cluster.settle();
    expect(cluster.answers.length).toBe(2); // by a round, which renews the lease
    cluster.request(0, get(3));
    expect(cluster.answers.length).toBe(3);
  });

  test("followers refuse votes while they hear a leader", () => {
    const cluster = elected(3, "lease");
    cluster.nodes[1]!.replica.onMessage(2, voteRequest);
    expect(cluster.nodes[1]!.replica.status().epoch).toBe(1);
    cluster.advance(150);
    cluster.nodes[1]!.replica.onMessage(2, voteRequest);
    expect(cluster.nodes[1]!.replica.status().epoch).toBe(9);
  });

  test("and so does one that has restarted, for it may have promised", () => {
    const cluster = elected(3, "lease");
    cluster.crash(1);
    cluster.restart(1);
    cluster.nodes[1]!.replica.onMessage(2, voteRequest);
    expect(cluster.nodes[1]!.replica.status().epoch).toBe(1);
  });
});
