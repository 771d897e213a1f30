import { describe, expect, test } from "vitest";
import type { ReadPath } from "#protocol";
import { multiPaxos } from "../../../algorithms/multi-paxos/index.ts";
import { defaultPolicy, type RecordingOptions } from "../../../src/protocol/recording.ts";
import { Lockstep } from "../lockstep.ts";
import { append, get, put } from "../requests.ts";
import { ballot } from "./recorded.ts";

const elected = (n: number, reads: ReadPath, given: RecordingOptions = {}): Lockstep => {
  const cluster = new Lockstep(multiPaxos, n, { ...given, policy: { reads } });
  cluster.elect(0);
  cluster.sent.length = 0;
  return cluster;
};

describe("Multi-Paxos, reads", () => {
  test.each([1, 2, 3, 4, 5])("a read index takes one round of %i servers and no slot", n => {
    const cluster = elected(n, "index");
    cluster.request(0, get(1));
    cluster.settle();
    expect(cluster.answers.length).toBe(1);
    expect(cluster.count("read")).toBe(2 * (n - 1));
    expect(cluster.nodes[0]!.replica.status().logLength).toBe(0);
  });

  test("reads that arrive during a round share the next, which starts right after", () => {
    const cluster = elected(3, "index");
    for (let client = 0; client < 9; client++) cluster.request(0, get(1, client));
    expect(cluster.answers.length).toBe(0);
    cluster.settle();
    expect(cluster.answers.length).toBe(9);
    expect(cluster.count("read")).toBe(2 * 4);
  });

  test("a leader that was outbid answers no reads, and sends the waiting ones away", () => {
    const cluster = elected(3, "index");
    const cut = ({ from, to }: { from: number; to: number }) => from === 0 || to === 0;
    cluster.request(0, get(1));
    cluster.request(0, get(1, 1));
    cluster.settle(cut);
    for (let time = 0; time < 2; time++) {
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

  test("an answer to a heartbeat that left before the read does not confirm it", () => {
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

  test("a new leader answers no reads before it has executed what it adopted", () => {
    const cluster = elected(3, "index");
    cluster.request(0, append(1, "x"));
    cluster.settle(({ from }) => from !== 0);
    cluster.crash(0);
    cluster.timeout(1, "election");
    cluster.timeout(1, "election");
    cluster.settle(({ message }) => message.type === "Accept");
    cluster.request(1, get(1, 1));
    cluster.settle();
    expect([cluster.nodes[1]!.replica.status().role, cluster.answers.length]).toEqual(["leader", 0]);
    cluster.advance(50);
    cluster.timeout(1, "heartbeat");
    cluster.settle();
    expect(cluster.answers.map(({ result }) => result)).toEqual(["x"]);
  });

  test("a read behind the log takes a slot", () => {
    const cluster = elected(3, "log");
    cluster.request(0, get(1));
    cluster.settle();
    expect(cluster.nodes[0]!.replica.status().logLength).toBe(1);
  });

  test("a local read is answered by any server from its own copy, and the description says that it is unsafe", () => {
    const cluster = elected(3, "local");
    cluster.request(2, get(1));
    expect(cluster.answers.length).toBe(1);
    expect(multiPaxos.unsafe?.({}, { ...defaultPolicy, reads: "local" })).toContain("stale");
    expect(multiPaxos.unsafe?.({}, { ...defaultPolicy, reads: "lease" })).toBeUndefined();
  });
});

describe("Multi-Paxos, lease reads", () => {
  const prepare = { type: "Prepare", ballot: ballot(9, 2), from: 1 };

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

  test("nobody else is promised anything while a leader is heard; nor does the leader itself promise", () => {
    const cluster = elected(3, "lease");
    for (const node of [0, 1]) {
      cluster.nodes[node]!.replica.onMessage(2, prepare);
      expect(cluster.nodes[node]!.replica.status().epoch).toBe(1);
    }
    cluster.advance(150);
    for (const node of [0, 1]) {
      cluster.nodes[node]!.replica.onMessage(2, prepare);
      expect(cluster.nodes[node]!.replica.status().epoch).toBe(9);
    }
  });

  test("nor by a server that has restarted, for it may have heard one", () => {
    const cluster = elected(3, "lease");
    cluster.crash(1);
    cluster.restart(1);
    cluster.nodes[1]!.replica.onMessage(2, prepare);
    expect(cluster.nodes[1]!.replica.status().epoch).toBe(1);
  });

  test("a leader that is cut off stops answering before another can be elected", () => {
    const cluster = elected(3, "lease");
    cluster.advance(135);
    cluster.request(0, get(1));
    expect(cluster.answers.length).toBe(0);
    cluster.advance(15);
    const cut = ({ from, to }: { from: number; to: number }) => from === 0 || to === 0;
    cluster.settle(cut);
    cluster.timeout(1, "election");
    cluster.timeout(1, "election");
    cluster.settle(cut);
    expect(cluster.nodes[1]!.replica.status()).toMatchObject({ role: "leader", epoch: 2 });
    expect(cluster.answers.length).toBe(0);
  });
});
