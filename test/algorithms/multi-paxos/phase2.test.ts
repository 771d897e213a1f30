import { describe, expect, test } from "vitest";
import { multiPaxos } from "../../../algorithms/multi-paxos/index.ts";
import { Lockstep } from "../lockstep.ts";
import { append, get, put } from "../requests.ts";
import { accept, accepted, ballot, heartbeat, leader, sends, sentTo, start, takeOver } from "./recorded.ts";

const own = ballot(1, 0);
/** Of another node that leads. */
const theirs = ballot(1, 1);

describe("Multi-Paxos, phase 2: the leader", () => {
  test("sends an Accept at once, before its own disk is done; its own vote waits for the disk", () => {
    const recording = leader();
    recording.replica.onRequest(put(1));
    const message = accept(own, 1, [put(1)]);
    expect(recording.take()).toEqual([
      { to: 1, send: message, now: true },
      { to: 2, send: message, now: true },
      { persist: message },
      { to: 0, send: accepted(own, 1) },
    ]);
  });

  test("executes and answers once a quorum has accepted, without waiting for its own disk", () => {
    const recording = leader();
    recording.replica.onRequest(put(1));
    recording.take();
    recording.replica.onMessage(1, accepted(own, 1));
    expect(recording.take()).toEqual([]);
    recording.replica.onMessage(2, accepted(own, 1));
    expect(recording.take()).toEqual([{ reply: undefined, request: put(1), now: true }]);
    expect(recording.replica.status()).toMatchObject({ committed: 1, applied: 1, logLength: 1 });
  });

  test("counts an acceptor once, and ignores those of other ballots", () => {
    const recording = leader({ n: 5 });
    const ours = ballot(1, 0, 5);
    recording.replica.onRequest(put(1));
    for (let copies = 0; copies < 4; copies++) recording.replica.onMessage(1, accepted(ours, 1));
    recording.replica.onMessage(2, accepted(ballot(0, 4, 5), 1));
    recording.replica.onMessage(0, accepted(ours, 1));
    expect(recording.replica.status().committed).toBe(0);
    recording.replica.onMessage(3, accepted(ours, 1));
    expect(recording.replica.status().committed).toBe(1);
  });

  test("of 64 acceptors it counts the last as well as the first", () => {
    const recording = leader({ n: 64 });
    recording.replica.onRequest(put(1));
    for (let node = 63; node > 31; node--) recording.replica.onMessage(node, accepted(ballot(1, 0, 64), 1));
    expect(recording.replica.status().committed).toBe(0);
    recording.replica.onMessage(0, accepted(ballot(1, 0, 64), 1));
    expect(recording.replica.status().committed).toBe(1);
  });

  test("does not execute a slot before those it follows, even if it is chosen before them", () => {
    const recording = leader({ policy: { batch: { max: 1, min: 1, delay: 0 } } });
    for (const sequence of [1, 2]) recording.replica.onRequest(append(sequence, `${sequence}`));
    recording.take();
    for (const node of [1, 2]) recording.replica.onMessage(node, accepted(own, 2, { verified: 0 }));
    expect(recording.replica.status().committed).toBe(0);
    recording.replica.onMessage(0, accepted(own, 1));
    recording.replica.onMessage(1, accepted(own, 1, { verified: 2 }));
    expect(recording.replica.status().committed).toBe(2);
    expect(recording.store.read(get(9))).toBe("12");
  });

  test("an answer that was lost is made up for by a later one that says all is there", () => {
    const recording = leader({ policy: { batch: { max: 1, min: 1, delay: 0 } } });
    for (const sequence of [1, 2]) recording.replica.onRequest(put(sequence));
    recording.replica.onMessage(1, accepted(own, 2));
    recording.replica.onMessage(2, accepted(own, 2));
    expect(recording.replica.status().committed).toBe(2);
  });

  test("does not believe that anybody holds what was never sent", () => {
    const recording = leader();
    recording.replica.onRequest(put(1));
    for (const node of [1, 2]) {
      recording.replica.onMessage(node, accepted(own, 9));
      recording.replica.onMessage(node, { ...heartbeat(own, 0), type: "HeartbeatReply", verified: 9 });
    }
    expect(recording.replica.status().committed).toBe(0);
  });

  test("starts an instance when batch.min requests wait, or when the first has waited batch.delay", () => {
    const recording = leader({ policy: { batch: { max: 8, min: 3, delay: 5 } } });
    for (let sequence = 1; sequence <= 3; sequence++) recording.replica.onRequest(put(sequence));
    expect(sentTo(recording, 1)).toMatchObject([{ first: 1, values: [put(1), put(2), put(3)] }]);
    recording.replica.onRequest(put(4));
    expect(recording.take({ timers: true })).toEqual([{ setTimer: "batch", delay: 5 }]);
    recording.advance(5);
    recording.replica.onTimeout("batch");
    expect(sentTo(recording, 1)).toMatchObject([{ first: 4, values: [put(4)] }]);
  });

  test("starts no more instances than the window lets through, and the next when one is chosen", () => {
    const recording = leader({ policy: { batch: { max: 2, min: 1, delay: 0 }, window: 2 } });
    for (let sequence = 1; sequence <= 5; sequence++) recording.replica.onRequest(put(sequence));
    expect(sentTo(recording, 1)).toMatchObject([{ values: [put(1)] }, { values: [put(2)] }]);
    recording.replica.onMessage(0, accepted(own, 2));
    recording.replica.onMessage(1, accepted(own, 1));
    expect(sentTo(recording, 1)).toMatchObject([{ values: [put(3), put(4)] }]);
  });

  test("sends no more than the window to an acceptor that does not answer", () => {
    const recording = leader({ policy: { batch: { max: 1, min: 1, delay: 0 }, window: 3 } });
    for (let slot = 1; slot <= 6; slot++) {
      recording.replica.onRequest(put(slot));
      for (const node of [0, 1]) recording.replica.onMessage(node, accepted(own, slot));
    }
    expect(sentTo(recording, 2).length).toBe(3);
  });

  test("what was begun while an acceptor's window was full goes to it in one Accept, and is voted for in one", () => {
    const n = 5;
    const ours = ballot(1, 0, n);
    const recording = leader({ n, policy: { batch: { max: 4, min: 1, delay: 0 }, window: 2 } });
    const begin = (sequence: number) => recording.replica.onRequest(put(sequence));
    const isAccepted = (by: readonly number[], slot: number) => {
      for (const node of by) recording.replica.onMessage(node, accepted(ours, slot));
    };
    for (const slot of [1, 2]) begin(slot);
    for (const slot of [1, 2]) isAccepted([0, 1, 2], slot);
    for (const slot of [3, 4]) begin(slot);
    expect(sends(recording.take(), "Accept").length).toBe(2 * 4 + 2 * 2); // 3 and 4 may be late as well
    isAccepted([4], 1);
    expect(sentTo(recording, 4)).toMatchObject([{ first: 3, values: [put(3), put(4)] }]);
    for (const slot of [3, 4]) isAccepted([0, 1], slot);
    expect(recording.replica.status().committed).toBe(2);
    recording.replica.onMessage(4, accepted(ours, 3, { last: 4, verified: 0 }));
    expect(recording.replica.status().committed).toBe(4);
  });

  test("sends heartbeats only to those it has sent nothing for a heartbeat interval", () => {
    const recording = leader();
    recording.advance(30);
    recording.replica.onRequest(put(1));
    recording.take();
    recording.advance(20);
    recording.replica.onTimeout("heartbeat");
    expect(recording.take({ timers: true })).toEqual([{ setTimer: "heartbeat", delay: 30 }]);
    recording.advance(30);
    recording.replica.onTimeout("heartbeat");
    expect(sentTo(recording, 1)).toEqual([heartbeat(own, 1, 0)]);
  });

  test.each([
    ["notice", 1],
    ["piggyback", 0],
  ])("commitNotice %s", (commitNotice, notices) => {
    const recording = leader({ options: { commitNotice } });
    recording.replica.onRequest(put(1));
    recording.replica.onMessage(0, accepted(own, 1));
    recording.take();
    recording.replica.onMessage(1, accepted(own, 1));
    expect(sends(recording.take(), "Commit")).toEqual(
      Array.from({ length: 2 * notices }, () => ({ type: "Commit", ballot: own, commit: 1 })),
    );
  });

  test("an Accept that stands for the leader's own Accepted waits for its disk; one beside it need not", () => {
    const stands = leader({ options: { commitNotice: "accepted" } });
    stands.replica.onRequest(put(1));
    expect(stands.take().map(effect => Object.keys(effect)[0])).toEqual(["persist", "to", "to", "to"]);
    const beside = leader({ options: { commitNotice: "accepted-own" } });
    beside.replica.onRequest(put(1));
    const effects = beside.take();
    expect(effects.slice(0, 2)).toMatchObject([{ now: true }, { now: true }]);
    expect(effects[2]).toHaveProperty("persist");
    expect(sends(effects, "Accepted").length).toBe(3);
  });
});

describe("Multi-Paxos, phase 2: the acceptor", () => {
  test("stores what it accepts before it says so", () => {
    const recording = start();
    const message = accept(theirs, 1, [put(1), put(2)]);
    recording.replica.onMessage(1, message);
    expect(recording.take()).toEqual([
      { persist: { type: "Promised", ballot: theirs } },
      { persist: message },
      { to: 1, send: accepted(theirs, 1, { last: 2, verified: 2 }) },
    ]);
  });

  test("a copy is answered and not stored again", () => {
    const recording = start();
    recording.replica.onMessage(1, accept(theirs, 1, [put(1)]));
    recording.take();
    recording.replica.onMessage(1, accept(theirs, 1, [put(1)]));
    expect(recording.take()).toEqual([{ to: 1, send: accepted(theirs, 1) }]);
  });

  test("refuses a ballot below its promise, and says which", () => {
    const recording = start();
    recording.replica.onMessage(2, { type: "Prepare", ballot: ballot(3, 2), from: 1 });
    recording.take();
    recording.replica.onMessage(1, accept(theirs, 1, [put(1)]));
    recording.replica.onMessage(1, heartbeat(theirs, 0));
    const nack = { to: 1, send: { type: "Nack", promised: ballot(3, 2) } };
    expect(recording.take()).toEqual([nack, nack]);
    expect(recording.replica.status().logLength).toBe(0);
  });

  test("a value of a higher ballot takes the place of a lower one's", () => {
    const recording = start();
    recording.replica.onMessage(1, accept(theirs, 1, [append(1, "old")]));
    recording.replica.onMessage(2, accept(ballot(2, 2), 1, [append(1, "new")]));
    recording.replica.onMessage(2, heartbeat(ballot(2, 2), 1));
    expect(recording.store.read(get(9))).toBe("new");
  });

  test("accepts slots in any order, executes them in theirs, and tells where there is a gap", () => {
    const recording = start();
    recording.replica.onMessage(1, accept(theirs, 3, [append(3, "c")], 2));
    expect(sends(recording.take(), "Accepted")).toEqual([accepted(theirs, 3, { verified: 0 })]);
    recording.replica.onMessage(1, accept(theirs, 1, [append(1, "a"), append(2, "b")], 3));
    expect(sends(recording.take(), "Accepted")).toEqual([accepted(theirs, 1, { last: 2, verified: 3 })]);
    expect(recording.store.read(get(9))).toBe("abc");
  });

  test("what was accepted in a lower ballot is not executed on the word of a higher one's leader", () => {
    const recording = start();
    recording.replica.onMessage(1, accept(theirs, 1, [append(1, "old")]));
    recording.replica.onMessage(2, heartbeat(ballot(2, 2), 0, 1));
    expect(recording.replica.status().committed).toBe(0);
    expect(sends(recording.take(), "HeartbeatReply")).toMatchObject([{ verified: 0 }]);
    recording.replica.onMessage(2, { type: "Commit", ballot: ballot(2, 2), commit: 1 });
    expect(recording.replica.status().committed).toBe(0);
  });

  test("what has been executed stays, and is vouched for", () => {
    const recording = start();
    recording.replica.onMessage(1, accept(theirs, 1, [append(1, "x")]));
    recording.replica.onMessage(1, heartbeat(theirs, 1));
    recording.take();
    recording.replica.onMessage(2, accept(ballot(2, 2), 1, [append(1, "x")]));
    expect(sends(recording.take(), "Accepted")).toEqual([accepted(ballot(2, 2), 1)]);
    expect(recording.store.read(get(9))).toBe("x");
  });

  test("sends its clients to the leader, or to look around where none is known", () => {
    const recording = start();
    recording.replica.onRequest(put(1));
    recording.replica.onMessage(2, heartbeat(ballot(1, 2), 0));
    recording.replica.onRequest(put(2));
    expect(recording.take().filter(effect => "redirect" in effect)).toEqual([
      { redirect: undefined, request: put(1) },
      { redirect: 2, request: put(2) },
    ]);
  });

  test("after a crash it remembers what it had accepted, in which ballots", () => {
    const stored = [
      { type: "Promised", ballot: theirs },
      accept(theirs, 1, [append(1, "a"), append(2, "b")]),
      { type: "Promised", ballot: ballot(2, 2) },
      accept(ballot(2, 2), 2, [append(2, "B")]),
    ];
    const recording = start({}, stored);
    recording.replica.onMessage(1, { type: "Prepare", ballot: ballot(3, 1), from: 1 });
    expect(sends(recording.take(), "Promise")).toMatchObject([
      { ballots: [theirs, ballot(2, 2)], values: [append(1, "a"), append(2, "B")] },
    ]);
  });
});

describe("Multi-Paxos, learners that hear every acceptor", () => {
  const options = { commitNotice: "accepted" };

  test("a quorum of Accepted in one ballot is enough, the leader's Accept among them", () => {
    const recording = start({ n: 5, options });
    const theirBallot = ballot(1, 1, 5);
    recording.replica.onMessage(1, accept(theirBallot, 1, [put(1)]));
    expect(sends(recording.take(), "Accepted").length).toBe(5);
    for (let copies = 0; copies < 3; copies++) recording.replica.onMessage(2, accepted(theirBallot, 1));
    recording.replica.onMessage(3, accepted(ballot(0, 4, 5), 1));
    expect(recording.replica.status().committed).toBe(0);
    recording.replica.onMessage(3, accepted(theirBallot, 1));
    expect(recording.replica.status().committed).toBe(1);
  });

  test("votes that come before the value wait for it", () => {
    const recording = start({ options });
    recording.replica.onMessage(1, heartbeat(theirs, 0));
    recording.replica.onMessage(2, accepted(theirs, 1));
    recording.replica.onMessage(0, accepted(theirs, 1));
    expect(recording.replica.status().committed).toBe(0);
    recording.replica.onMessage(1, accept(theirs, 1, [put(1)]));
    expect(recording.replica.status().committed).toBe(1);
  });
});

describe("Multi-Paxos, messages that get lost", () => {
  const beat = (cluster: Lockstep, node = 0) => {
    cluster.advance(50);
    cluster.timeout(node, "heartbeat");
    cluster.settle();
  };

  test("an Accept that nobody got is sent again after the next heartbeat", () => {
    const cluster = new Lockstep(multiPaxos, 3);
    cluster.elect(0);
    cluster.request(0, put(1));
    cluster.settle(({ to }) => to !== 0);
    expect(cluster.answers).toEqual([]);
    beat(cluster);
    expect(cluster.answers.length).toBe(1);
    expect(cluster.count("retransmission")).toBe(4);
  });

  test("a gap is noticed by the next Accept, and filled once, however many answers tell of it", () => {
    const policy = { batch: { max: 1, min: 1, delay: 0 }, window: 8, reads: "log" } as const;
    const cluster = new Lockstep(multiPaxos, 3, { policy });
    cluster.elect(0);
    cluster.request(0, append(1, "a"));
    cluster.settle(({ to, message }) => to === 2 && message.type === "Accept");
    for (const [sequence, letter] of [..."bcd"].entries()) cluster.request(0, append(sequence + 2, letter));
    cluster.settle();
    expect(cluster.count("retransmission")).toBeLessThanOrEqual(2 * 4);
    beat(cluster);
    expect(cluster.nodes.map(({ store }) => store.read(get(9)))).toEqual(["abcd", "abcd", "abcd"]);
  });

  test("an entry of a dead leader that a quorum holds is chosen by the next; one that none holds is not", () => {
    const cluster = new Lockstep(multiPaxos, 3);
    cluster.elect(0);
    cluster.request(0, append(1, "kept"));
    cluster.settle(({ from }) => from !== 0);
    cluster.request(0, append(1, "lost", 1));
    cluster.settle(({ from }) => from === 0);
    cluster.crash(0);
    takeOver(cluster, 1);
    cluster.request(1, append(1, "!", 2));
    cluster.settle();
    cluster.restart(0);
    for (let round = 0; round < 3; round++) beat(cluster, 1);
    expect(cluster.nodes.map(({ store }) => store.read(get(9)))).toEqual(["kept!", "kept!", "kept!"]);
  });

  test("a server that was away is taught what was chosen, several slots a message", () => {
    const policy = { batch: { max: 10, min: 1, delay: 0 }, window: 4, reads: "log" } as const;
    const cluster = new Lockstep(multiPaxos, 3, { policy });
    cluster.elect(0);
    for (let sequence = 1; sequence <= 50; sequence++) {
      cluster.request(0, append(sequence, "x"));
      cluster.settle(({ to }) => to === 2);
    }
    const before = cluster.sent.length;
    beat(cluster);
    beat(cluster);
    expect(cluster.nodes[2]!.replica.status()).toMatchObject({ committed: 50, applied: 50 });
    expect(cluster.sent.length - before).toBeLessThan(2 * 5 + 8 + 4);
  });
});
