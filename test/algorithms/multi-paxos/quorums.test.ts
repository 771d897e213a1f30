import { describe, expect, test } from "vitest";
import { multiPaxos } from "../../../algorithms/multi-paxos/index.ts";
import { defaultPolicy } from "../../../src/protocol/recording.ts";
import { Lockstep } from "../lockstep.ts";
import { append, get, put } from "../requests.ts";
import { accepted, ballot, leader, promise, sends, start, takeOver } from "./recorded.ts";

describe("Multi-Paxos, flexible quorums", () => {
  test.each([
    [5, 2, 4],
    [5, 1, 5],
    [4, 2, 3],
    [6, 3, 4],
    [9, 9, 1],
  ])("of %i servers %i choose, so that a new leader needs %i promises", (n, phase2Quorum, phase1) => {
    const own = ballot(1, 0, n);
    const recording = start({ n, options: { phase2Quorum } });
    recording.replica.onTimeout("election");
    for (let node = 0; node < phase1 - 1; node++) recording.replica.onMessage(node, promise(own));
    expect(recording.replica.status().role).toBe("candidate");
    recording.replica.onMessage(phase1 - 1, promise(own));
    expect(recording.replica.status().role).toBe("leader");
    recording.replica.onRequest(put(1));
    for (let node = 0; node < phase2Quorum - 1; node++) recording.replica.onMessage(node, accepted(own, 1));
    expect(recording.replica.status().committed).toBe(0);
    recording.replica.onMessage(phase2Quorum - 1, accepted(own, 1));
    expect(recording.replica.status().committed).toBe(1);
  });

  test("quorums that need not meet are marked as unsafe; more than all is all", () => {
    const unsafe = (n: number, phase1Quorum: number, phase2Quorum: number) =>
      multiPaxos.unsafe?.({ phase1Quorum, phase2Quorum }, defaultPolicy, n);
    expect(unsafe(5, 2, 3)).toMatch("may miss");
    expect(unsafe(5, 0, 1)).toBeUndefined();
    expect(unsafe(5, 3, 3)).toBeUndefined();
    expect(unsafe(4, 1, 0)).toMatch("may miss");
    expect(unsafe(3, 9, 1)).toBeUndefined();
    expect(multiPaxos.quorum(5, { phase1Quorum: 0, phase2Quorum: 2 })).toBe(2);
  });

  test("quorums that do not meet lose what was answered", () => {
    const cluster = new Lockstep(multiPaxos, 4, { options: { phase1Quorum: 2, phase2Quorum: 2 } });
    cluster.elect(0);
    cluster.request(0, append(1, "lost"));
    const divided = ({ from, to }: { from: number; to: number }) => from < 2 !== to < 2;
    cluster.settle(divided);
    expect(cluster.answers.length).toBe(1);
    cluster.timeout(2, "election");
    cluster.timeout(2, "election");
    cluster.settle(divided);
    cluster.request(2, append(1, "other", 1));
    cluster.settle(divided);
    expect(cluster.nodes[2]!.store.read(get(9))).toBe("other");
  });
});

describe("Multi-Paxos, thrifty", () => {
  const options = { thrifty: true };

  test.each([
    [3, 0, 1],
    [5, 0, 2],
    [9, 0, 4],
    [5, 2, 1],
    [5, 1, 0],
  ])("of %i servers, phase 2 of %i: %i others are asked", (n, phase2Quorum, asked) => {
    const recording = leader({ n, options: { ...options, phase2Quorum } });
    recording.replica.onRequest(put(1));
    expect(sends(recording.take(), "Accept").length).toBe(asked);
  });

  test("those that promised are asked rather than those that did not", () => {
    const recording = start({ n: 5, options });
    recording.replica.onTimeout("election");
    for (const node of [0, 2, 4]) recording.replica.onMessage(node, promise(ballot(1, 0, 5)));
    recording.take();
    recording.replica.onRequest(put(1));
    const to = recording.take().flatMap(effect => ("send" in effect && effect.to !== 0 ? [effect.to] : []));
    expect(to).toEqual([2, 4]);
  });

  test("if one of them is silent all are asked, and then those that have answered", () => {
    const cluster = new Lockstep(multiPaxos, 5, { options });
    cluster.elect(0);
    cluster.crash(1);
    const types = (from: number) =>
      cluster.sent.slice(from).map(({ to, message }) => `${message.type} ${to}`);
    cluster.request(0, put(1));
    cluster.settle();
    expect(cluster.answers).toEqual([]);
    let before = cluster.sent.length;
    cluster.timeout(0, "thrifty");
    cluster.settle();
    expect(types(before).filter(type => type.startsWith("Accept "))).toEqual(["Accept 3", "Accept 4"]);
    expect(cluster.answers.length).toBe(1);
    before = cluster.sent.length;
    cluster.request(0, put(2));
    cluster.settle();
    expect(types(before)).toEqual(["Accept 2", "Accept 3", "Accepted 0", "Accepted 0"]);
    expect(cluster.answers.length).toBe(2);
  });

  test("the timer is patient with an instance that has only begun", () => {
    const recording = leader({ options });
    recording.replica.onRequest(put(1));
    for (const node of [0, 1]) recording.replica.onMessage(node, accepted(ballot(1, 0), 1));
    recording.replica.onRequest(put(2));
    recording.take();
    recording.replica.onTimeout("thrifty");
    expect(recording.take({ timers: true })).toEqual([{ setTimer: "thrifty", delay: 50 }]);
    recording.replica.onTimeout("thrifty");
    expect(sends(recording.take(), "Accept")).toMatchObject([{ first: 1, values: [{}, {}] }]);
  });

  test("the others learn what was chosen when they hear of it, and can take over", () => {
    const cluster = new Lockstep(multiPaxos, 5, { options });
    cluster.elect(0);
    for (const [sequence, letter] of [..."abc"].entries()) {
      cluster.request(0, append(sequence + 1, letter));
      cluster.settle();
    }
    expect(cluster.nodes.map(({ replica }) => replica.status().logLength)).toEqual([3, 3, 3, 0, 0]);
    cluster.advance(50);
    cluster.timeout(0, "heartbeat");
    cluster.settle();
    expect(cluster.nodes[4]!.store.read(get(9))).toBe("abc");
    expect(cluster.count("recovery")).toBe(2 * 2);
    cluster.crash(0);
    takeOver(cluster, 4);
    cluster.request(4, append(1, "d", 1));
    cluster.settle();
    expect(cluster.nodes[4]!.store.read(get(9))).toBe("abcd");
  });
});
