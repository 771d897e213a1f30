/** What every protocol with a leader keeps to on each path of reads; what is one's own is tested beside it. */
import { describe, expect, test } from "vitest";
import type { AnyProtocol, NodeId, ReadPath } from "#protocol";
import { multiPaxos } from "../../algorithms/multi-paxos/index.ts";
import { raft } from "../../algorithms/raft/index.ts";
import { defaultPolicy, type RecordingOptions } from "../../src/protocol/recording.ts";
import { Lockstep } from "./lockstep.ts";
import { ballot } from "./multi-paxos/recorded.ts";
import { get, put } from "./requests.ts";

interface Subject {
  readonly protocol: AnyProtocol;
  readonly first: number; // entries that an election leaves in the log
  readonly patience: number; // election time-outs, until a follower campaigns
  readonly rival: object; // n2 campaigns in epoch 9
  readonly refusing: readonly NodeId[]; // while n0 leads
}

const subjects: readonly Subject[] = [
  {
    protocol: raft,
    first: 1,
    patience: 1,
    rival: { type: "RequestVote", term: 9, lastLogIndex: 99, lastLogTerm: 8 },
    refusing: [1],
  },
  {
    protocol: multiPaxos,
    first: 0,
    patience: 2,
    rival: { type: "Prepare", ballot: ballot(9, 2), from: 1 },
    refusing: [0, 1],
  },
];

const named = subjects.map(subject => [subject.protocol.name, subject] as const);

const elected = (
  { protocol }: Subject,
  n: number,
  reads: ReadPath,
  given: RecordingOptions = {},
): Lockstep => {
  const cluster = new Lockstep(protocol, n, { ...given, policy: { reads } });
  cluster.elect(0);
  cluster.sent.length = 0;
  return cluster;
};

describe.each(named)("reads of %s", (_, subject) => {
  const { protocol, first, patience } = subject;

  test.each([1, 2, 3, 4, 5])("a read index takes one round of %i servers and no place in the log", n => {
    const cluster = elected(subject, n, "index");
    cluster.request(0, get(1));
    cluster.settle();
    expect(cluster.answers.length).toBe(1);
    expect(cluster.count("read")).toBe(2 * (n - 1));
    expect(cluster.nodes[0]!.replica.status().logLength).toBe(first);
  });

  test("reads that arrive during a round share the next, which starts right after", () => {
    const cluster = elected(subject, 3, "index");
    for (let client = 0; client < 9; client++) cluster.request(0, get(1, client));
    expect(cluster.answers.length).toBe(0);
    cluster.settle();
    expect(cluster.answers.length).toBe(9);
    expect(cluster.count("read")).toBe(2 * 4);
  });

  test("a deposed leader answers no reads, and sends the waiting ones away", () => {
    const cluster = elected(subject, 3, "index");
    const cut = ({ from, to }: { from: number; to: number }) => from === 0 || to === 0;
    cluster.request(0, get(1));
    cluster.request(0, get(1, 1));
    cluster.settle(cut);
    for (let time = 0; time < patience; time++) {
      cluster.timeout(1, "election");
      cluster.settle(cut);
    }
    cluster.request(1, put(1, "new", 2));
    cluster.settle(cut);
    expect(cluster.answers.filter(({ node }) => node === 0)).toEqual([]);
    cluster.advance(50);
    cluster.timeout(1, "heartbeat");
    cluster.settle();
    expect(cluster.redirects).toEqual([get(1), get(1, 1)]);
  });

  test("an answer to a round that began before the read does not confirm it", () => {
    const cluster = elected(subject, 3, "index");
    cluster.advance(50);
    cluster.timeout(0, "heartbeat");
    const heartbeats = cluster.queue.splice(0);
    cluster.request(0, get(1));
    cluster.queue.length = 0;
    cluster.queue.push(...heartbeats);
    cluster.settle();
    expect(cluster.answers).toEqual([]);
  });

  test("a leader that is a quorum by itself answers the reads that waited for its first commit", () => {
    const cluster = elected(subject, 1, "index");
    cluster.request(0, put(1));
    cluster.settle();
    cluster.crash(0);
    cluster.restart(0); // it holds the write, and does not know that it is committed
    cluster.timeout(0, "election");
    const { replica } = cluster.nodes[0]!;
    while (replica.status().role !== "leader") cluster.deliver(cluster.queue.shift()!);
    cluster.answers.length = 0;
    cluster.request(0, get(2));
    expect(cluster.answers).toEqual([]);
    cluster.settle();
    expect(cluster.answers).toEqual([{ node: 0, request: get(2), result: "v1" }]);
  });

  test("a read behind the log takes a place in it", () => {
    const cluster = elected(subject, 3, "log");
    cluster.request(0, get(1));
    cluster.settle();
    expect(cluster.nodes[0]!.replica.status().logLength).toBe(first + 1);
  });

  test("a local read is answered by any server from its own copy, and the description says that it is unsafe", () => {
    const cluster = elected(subject, 3, "local");
    cluster.request(2, get(1));
    expect(cluster.answers.length).toBe(1);
    expect(protocol.unsafe?.({}, { ...defaultPolicy, reads: "local" })).toContain("stale");
    expect(protocol.unsafe?.({}, { ...defaultPolicy, reads: "lease" })).toBeUndefined();
  });
});

describe.each(named)("lease reads of %s", (_, subject) => {
  const { rival, refusing } = subject;

  test("within the lease a read takes no messages", () => {
    const cluster = elected(subject, 5, "lease");
    cluster.request(0, get(1));
    expect([cluster.answers.length, cluster.sent.length]).toEqual([1, 0]);
  });

  test("the lease ends a margin before the least election time-out, counted from the sending", () => {
    const cluster = elected(subject, 3, "lease", { options: { leaseMarginMs: 20 } });
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

  test("nobody is supported against a leader that is heard", () => {
    const cluster = elected(subject, 3, "lease");
    const epochs = () => refusing.map(node => cluster.nodes[node]!.replica.status().epoch);
    for (const node of refusing) cluster.nodes[node]!.replica.onMessage(2, rival);
    expect(epochs()).toEqual(refusing.map(() => 1));
    cluster.advance(150);
    for (const node of refusing) cluster.nodes[node]!.replica.onMessage(2, rival);
    expect(epochs()).toEqual(refusing.map(() => 9));
  });

  test("nor by a server that has restarted, for it may have heard one", () => {
    const cluster = elected(subject, 3, "lease");
    cluster.crash(1);
    cluster.restart(1);
    cluster.nodes[1]!.replica.onMessage(2, rival);
    expect(cluster.nodes[1]!.replica.status().epoch).toBe(1);
  });
});
