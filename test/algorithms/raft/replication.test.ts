import { describe, expect, test } from "vitest";
import { raft } from "../../../algorithms/raft/index.ts";
import type { AppendEntries, AppendReply, Entry, Message, Term } from "../../../algorithms/raft/messages.ts";
import { type Recording, type RecordingOptions, record } from "../../../src/protocol/recording.ts";
import { Lockstep } from "../lockstep.ts";
import { append, put } from "../requests.ts";

const entriesOf = (...terms: Term[]): Entry[] =>
  terms.map((term, index) => ({ term, request: put(10 * term + index) }));
const logOf = (...terms: Term[]): unknown[] => [
  { type: "Term", term: terms.at(-1) ?? 0, votedFor: undefined },
  { type: "Entries", from: 1, entries: entriesOf(...terms) },
];
const start = (given: RecordingOptions = {}, stored: readonly unknown[] = []): Recording => {
  const recording = record(raft, given);
  recording.replica.onStart(stored);
  recording.take();
  return recording;
};
/** Elected in the term after that of its log. `take` then shows what it does as a leader. */
const leader = (given: RecordingOptions = {}, stored: readonly unknown[] = []): Recording => {
  const recording = start(given, stored);
  recording.replica.onTimeout("election");
  const { send } = recording.take().find(effect => "send" in effect) as unknown as { send: Message };
  const { term, lastLogIndex, lastLogTerm } = send as Extract<Message, { type: "RequestVote" }>;
  for (let voter = 0; voter < (given.n ?? 3); voter++) {
    const vote = { type: "Vote", term, granted: true, lastLogIndex, lastLogTerm };
    recording.replica.onMessage(voter, vote);
  }
  return recording;
};
const appendEntries = (
  term: Term,
  prevIndex: number,
  prevTerm: Term,
  entries: readonly Entry[] = [],
  commit = 0,
): AppendEntries => ({
  type: "AppendEntries",
  term,
  prevIndex,
  prevTerm,
  entries,
  commit,
  round: 3,
  cause: "ordering",
});
const reply = (term: Term, index: number, given: Partial<AppendReply> = {}): AppendReply => ({
  type: "AppendReply",
  term,
  success: true,
  index,
  conflictTerm: 0,
  conflictIndex: 0,
  round: 0,
  cause: "ordering",
  ...given,
});
const sentTo = (recording: Recording, to: number) =>
  recording
    .take()
    .filter(effect => "send" in effect && effect.to === to)
    .map(effect => (effect as unknown as { send: AppendEntries }).send);
const settle = (recording: Recording, n = 3, term = 1, index = 1) => {
  for (let node = 0; node < n; node++) recording.replica.onMessage(node, reply(term, index));
  recording.take();
};

describe("Raft, log replication (§5.3), the leader", () => {
  test("sends an entry at once, before its own disk is done; its own match waits for the disk", () => {
    const recording = leader();
    settle(recording);
    recording.replica.onRequest(put(1));
    const entries = [{ term: 1, request: put(1) }];
    const send = { ...appendEntries(1, 1, 1, entries, 1), round: 0 };
    expect(recording.take()).toEqual([
      { to: 1, send, now: true },
      { to: 2, send, now: true },
      { persist: send },
      { to: 0, send: reply(1, 2) },
    ]);
  });

  test("executes and answers once a majority stores the entry, without waiting for its own disk", () => {
    const recording = leader();
    settle(recording);
    recording.replica.onRequest(put(1));
    recording.take();
    recording.replica.onMessage(1, reply(1, 2));
    expect(recording.take()).toEqual([]);
    recording.replica.onMessage(2, reply(1, 2));
    expect(recording.take()).toEqual([{ reply: undefined, request: put(1), now: true }]);
    expect(recording.replica.status()).toMatchObject({ committed: 2, applied: 2, logLength: 2 });
  });

  test("counts an acknowledgement once, and ignores those of other terms", () => {
    const recording = leader({ n: 5 });
    settle(recording, 5);
    recording.replica.onRequest(put(1));
    for (let copies = 0; copies < 4; copies++) recording.replica.onMessage(1, reply(1, 2));
    recording.replica.onMessage(2, reply(0, 2));
    recording.replica.onMessage(0, reply(1, 2));
    expect(recording.replica.status().committed).toBe(1);
    recording.replica.onMessage(3, reply(1, 2));
    expect(recording.replica.status().committed).toBe(2);
  });

  test("a follower sends its clients to the leader, or to look around where none is known", () => {
    const recording = start({ self: 1 });
    recording.replica.onRequest(put(1));
    recording.replica.onMessage(2, appendEntries(1, 0, 0));
    recording.replica.onRequest(put(2));
    expect(recording.take().filter(effect => "redirect" in effect)).toEqual([
      { redirect: undefined, request: put(1) },
      { redirect: 2, request: put(2) },
    ]);
  });

  test("starts an instance when batch.min requests wait, or when the first has waited batch.delay", () => {
    const recording = leader({ policy: { batch: { max: 8, min: 3, delay: 5 } } });
    settle(recording);
    for (let sequence = 1; sequence <= 3; sequence++) recording.replica.onRequest(put(sequence));
    expect(sentTo(recording, 1).map(({ entries }) => entries.length)).toEqual([3]);
    recording.replica.onRequest(put(4));
    expect(recording.take({ timers: true })).toEqual([{ setTimer: "batch", delay: 5 }]);
    recording.advance(5);
    recording.replica.onTimeout("batch");
    expect(sentTo(recording, 1).map(({ entries }) => entries.length)).toEqual([1]);
  });

  test("starts no more instances than the window lets through, and the next when one is committed", () => {
    const recording = leader({ policy: { batch: { max: 2, min: 1, delay: 0 }, window: 2 } });
    settle(recording);
    for (let sequence = 1; sequence <= 5; sequence++) recording.replica.onRequest(put(sequence));
    expect(sentTo(recording, 1).map(({ entries }) => entries.length)).toEqual([1, 1]);
    recording.replica.onMessage(0, reply(1, 3));
    recording.replica.onMessage(1, reply(1, 2));
    expect(sentTo(recording, 1).map(({ entries }) => entries.length)).toEqual([2]);
  });

  test("sends no more than the window to a follower that does not answer", () => {
    const recording = leader({ policy: { batch: { max: 1, min: 1, delay: 0 }, window: 3 } });
    settle(recording);
    for (let index = 2; index <= 6; index++) {
      recording.replica.onRequest(put(index));
      recording.replica.onMessage(0, reply(1, index));
      recording.replica.onMessage(1, reply(1, index));
    }
    expect(sentTo(recording, 2).length).toBe(3);
  });

  test("sends heartbeats only to those it has sent nothing for a heartbeat interval", () => {
    const recording = leader();
    settle(recording);
    recording.advance(30);
    recording.replica.onRequest(put(1));
    recording.take();
    recording.advance(20);
    recording.replica.onTimeout("heartbeat");
    expect(recording.take({ timers: true })).toEqual([{ setTimer: "heartbeat", delay: 30 }]);
    recording.advance(30);
    recording.replica.onTimeout("heartbeat");
    expect(sentTo(recording, 1)).toEqual([
      { ...appendEntries(1, 2, 1, [], 1), round: 0, cause: "heartbeat" },
    ]);
  });

  test("without the no-op it begins with a heartbeat, and its log stays as it was", () => {
    const recording = leader({ options: { noOp: false } });
    expect(sentTo(recording, 1).map(({ entries }) => entries.length)).toEqual([0]);
    expect(recording.replica.status().logLength).toBe(0);
  });

  test.each([
    ["notice", 1, 0],
    ["append", 0, 1],
    ["piggyback", 0, 0],
  ])("commitNotice %s", (commitNotice, notices, appends) => {
    const recording = leader({ options: { commitNotice } });
    settle(recording);
    recording.replica.onRequest(put(1));
    recording.replica.onMessage(0, reply(1, 2));
    recording.take();
    recording.replica.onMessage(1, reply(1, 2));
    const types = sentTo(recording, 2).map(({ type }) => type as string);
    expect(types.filter(type => type === "CommitNotice").length).toBe(notices);
    expect(types.filter(type => type === "AppendEntries").length).toBe(appends);
  });
});

describe("Raft, log replication (§5.3), conflicts", () => {
  test("a refused leader goes back to its own last entry of the conflicting term", () => {
    const recording = leader({}, logOf(1, 1, 1, 4, 4));
    recording.take();
    const refusal = { success: false, conflictTerm: 1, conflictIndex: 2 };
    recording.replica.onMessage(1, reply(5, 5, refusal));
    expect(sentTo(recording, 1)).toMatchObject([{ prevIndex: 3, prevTerm: 1, cause: "recovery" }]);
  });

  test("to the first entry of that term, if it has none of it", () => {
    const recording = leader({}, logOf(1, 1, 4, 4, 4));
    recording.take();
    recording.replica.onMessage(1, reply(5, 5, { success: false, conflictTerm: 2, conflictIndex: 3 }));
    expect(sentTo(recording, 1)).toMatchObject([{ prevIndex: 2, prevTerm: 1 }]);
  });

  test("and to the end of a log that is too short", () => {
    const recording = leader({}, logOf(1, 1, 4, 4, 4));
    recording.take();
    recording.replica.onMessage(1, reply(5, 5, { success: false, conflictIndex: 2 }));
    expect(sentTo(recording, 1)).toMatchObject([{ prevIndex: 1 }]);
  });

  test("a follower that refused is probed one message at a time; late refusals are ignored", () => {
    const recording = leader({}, logOf(1, 1, 1));
    recording.take();
    for (let sequence = 1; sequence <= 3; sequence++) recording.replica.onRequest(put(sequence));
    for (let prevIndex = 3; prevIndex <= 6; prevIndex++) {
      recording.replica.onMessage(1, reply(2, prevIndex, { success: false, conflictIndex: 1 }));
    }
    const sent = sentTo(recording, 1).filter(({ prevIndex }) => prevIndex === 0);
    expect(sent.length).toBe(1);
    expect(sent[0]!.entries.length).toBe(7);
  });

  test("a lost entry is noticed by the next heartbeat and sent again", () => {
    const cluster = new Lockstep(raft, 3);
    cluster.elect(0);
    cluster.request(0, put(1));
    cluster.settle(({ to }) => to !== 0);
    expect(cluster.answers).toEqual([]);
    cluster.advance(50);
    cluster.timeout(0, "heartbeat");
    cluster.settle();
    expect(cluster.answers.length).toBe(1);
    expect(cluster.count("retransmission")).toBe(4);
  });

  test("a follower refuses what does not fit, with the conflicting term and its first entry", () => {
    const recording = start({}, logOf(1, 2, 2, 2));
    recording.replica.onMessage(1, appendEntries(4, 4, 3));
    recording.replica.onMessage(1, appendEntries(4, 9, 3));
    expect(sentTo(recording, 1)).toEqual([
      reply(4, 4, { success: false, conflictTerm: 2, conflictIndex: 2, round: 3 }),
      reply(4, 9, { success: false, conflictTerm: 0, conflictIndex: 5, round: 3 }),
    ] as unknown[]);
  });

  test("a follower stores an entry before it answers", () => {
    const recording = start();
    const entries = entriesOf(1, 1);
    const message = appendEntries(1, 0, 0, entries);
    recording.replica.onMessage(1, message);
    expect(recording.take()).toEqual([
      { persist: { type: "Term", term: 1, votedFor: undefined } },
      { persist: message },
      { to: 1, send: reply(1, 2, { round: 3 }) },
    ]);
  });

  test("an entry that conflicts is removed with all behind it", () => {
    const recording = start({}, logOf(1, 2, 2, 2));
    const entries = entriesOf(1, 2, 3).slice(1);
    recording.replica.onMessage(1, appendEntries(3, 1, 1, entries));
    expect(recording.take()).toContainEqual({ persist: { type: "Entries", from: 3, entries: [entries[1]] } });
    expect(recording.replica.status().logLength).toBe(3);
  });

  test("entries that agree stay, with all behind them: the message may be a late copy", () => {
    const recording = start({}, logOf(1, 1, 1));
    recording.replica.onMessage(1, appendEntries(1, 0, 0, entriesOf(1)));
    expect(recording.take()).toEqual([{ to: 1, send: reply(1, 1, { round: 3 }) }]);
    expect(recording.replica.status().logLength).toBe(3);
  });

  test("a follower commits no further than it has compared its log with the leader's", () => {
    const recording = start({}, logOf(1, 1, 2, 2));
    recording.replica.onMessage(1, appendEntries(3, 2, 1, [], 4));
    expect(recording.replica.status().committed).toBe(2);
    recording.replica.onMessage(1, { type: "CommitNotice", term: 3, commit: 4 });
    expect(recording.replica.status().committed).toBe(2);
  });

  test("what was compared under one leader does not count under the next", () => {
    const recording = start({}, logOf(1, 1));
    recording.replica.onMessage(1, appendEntries(1, 2, 1, [], 0));
    recording.replica.onMessage(2, appendEntries(2, 1, 1, [], 2));
    expect(recording.replica.status().committed).toBe(1);
  });

  test("the logs of Figure 7 all come to equal the leader's", () => {
    const figure7: Term[][] = [
      [1, 1, 1, 4, 4, 5, 5, 6, 6, 6],
      [1, 1, 1, 4, 4, 5, 5, 6, 6],
      [1, 1, 1, 4],
      [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
      [1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
      [1, 1, 1, 4, 4, 4, 4],
      [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
    ];
    const cluster = new Lockstep(raft, 7);
    for (const [node, terms] of figure7.entries()) {
      cluster.disks[node]!.push({ type: "Term", term: 7, votedFor: undefined }, ...logOf(...terms).slice(1));
      cluster.crash(node);
      cluster.restart(node);
    }
    cluster.elect(0);
    cluster.advance(50);
    cluster.timeout(0, "heartbeat");
    cluster.settle();
    for (const { replica } of cluster.nodes) {
      expect(replica.status()).toMatchObject({ epoch: 8, logLength: 11, committed: 11 });
    }
    expect(new Set(cluster.nodes.map(({ store }) => store.digest())).size).toBe(1);
    expect(cluster.count("recovery")).toBeLessThanOrEqual(12);
  });
});

describe("Raft, committing entries from previous terms (§5.4.2)", () => {
  test("a majority of an older term's entry is no commit; one of the leader's own commits both", () => {
    const recording = leader({ options: { noOp: false } }, logOf(1, 2));
    recording.replica.onMessage(1, reply(3, 2));
    recording.replica.onMessage(2, reply(3, 2));
    expect(recording.replica.status().committed).toBe(0);
    recording.replica.onRequest(put(1));
    recording.replica.onMessage(1, reply(3, 3));
    recording.replica.onMessage(2, reply(3, 3));
    expect(recording.replica.status().committed).toBe(3);
  });

  test("the no-op lets a new leader commit what it inherits at once (§8)", () => {
    const cluster = new Lockstep(raft, 3);
    cluster.elect(0);
    cluster.request(0, append(1, "x"));
    cluster.settle(({ from }) => from !== 0);
    cluster.crash(0);
    cluster.elect(1);
    expect(cluster.nodes[1]!.replica.status().committed).toBe(3);
    cluster.request(1, append(1, "x"));
    cluster.settle();
    cluster.advance(50);
    cluster.timeout(1, "heartbeat");
    cluster.settle();
    expect(cluster.nodes[2]!.store.read(append(2, ""))).toBe("x");
  });

  test("an entry that only a crashed leader held is discarded when it returns", () => {
    const cluster = new Lockstep(raft, 3);
    cluster.elect(0);
    cluster.request(0, put(1, "lost"));
    cluster.settle(({ from }) => from === 0);
    cluster.crash(0);
    cluster.elect(1);
    cluster.request(1, put(1, "kept", 1));
    cluster.settle();
    cluster.restart(0);
    cluster.advance(50);
    for (let beat = 0; beat < 2; beat++) {
      cluster.timeout(1, "heartbeat");
      cluster.settle();
      cluster.advance(50);
    }
    expect(cluster.nodes.map(({ store }) => store.read(put(2)))).toEqual(["kept", "kept", "kept"]);
    expect(cluster.nodes[0]!.replica.status()).toMatchObject({ logLength: 3, committed: 3, epoch: 2 });
  });
});
