import { describe, expect, test } from "vitest";
import { raft } from "../../../algorithms/raft/index.ts";
import type { Entry, Message, Term } from "../../../algorithms/raft/messages.ts";
import { type Recording, type RecordingOptions, record } from "../../../src/protocol/recording.ts";
import { Lockstep } from "../lockstep.ts";
import { put } from "../requests.ts";

const start = (given: RecordingOptions = {}, stored: readonly unknown[] = []): Recording => {
  const recording = record(raft, given);
  recording.replica.onStart(stored);
  recording.take();
  return recording;
};
const logOf = (...terms: Term[]): unknown[] => {
  const entries: Entry[] = terms.map((term, index) => ({ term, request: put(index + 1) }));
  return [
    { type: "Term", term: terms.at(-1), votedFor: undefined },
    { type: "Entries", from: 1, entries },
  ];
};
const requestVote = (term: Term, lastLogIndex = 0, lastLogTerm = 0): Message => ({
  type: "RequestVote",
  term,
  lastLogIndex,
  lastLogTerm,
});
const vote = (term: Term, granted = true): Message => ({
  type: "Vote",
  term,
  granted,
  lastLogIndex: 0,
  lastLogTerm: 0,
});
const heartbeat = (term: Term): Message => ({
  type: "AppendEntries",
  term,
  prevIndex: 0,
  prevTerm: 0,
  entries: [],
  commit: 0,
  round: 0,
  cause: "heartbeat",
});
const sends = (recording: Recording, type: string) =>
  recording.take().filter(effect => "send" in effect && (effect.send as Message).type === type);
const granted = (recording: Recording) =>
  sends(recording, "Vote").map(
    effect => ((effect as { send: unknown }).send as { granted: boolean }).granted,
  );

describe("Raft, leader election (§5.2)", () => {
  test("a server starts as a follower, with a time-out drawn from the interval", () => {
    const { replica, take } = record(raft, { random: () => 0.5 });
    replica.onStart([]);
    expect(take({ timers: true })).toEqual([{ setTimer: "election", delay: 225 }]);
    expect(replica.status().role).toBe("follower");
  });

  test("a candidate increments its term, votes for itself, and asks everybody once that is durable", () => {
    const recording = start();
    recording.replica.onTimeout("election");
    const send = requestVote(1);
    expect(recording.take({ timers: true })).toEqual([
      { persist: { type: "Term", term: 1, votedFor: 0 } },
      { setTimer: "election", delay: 225 },
      { to: 0, send },
      { to: 1, send },
      { to: 2, send },
    ]);
    expect(recording.replica.status().role).toBe("candidate");
  });

  test("a server grants its vote to the first who asks, and stores it before it answers", () => {
    const recording = start();
    recording.replica.onMessage(1, requestVote(1));
    expect(recording.take({ timers: true })).toEqual([
      { persist: { type: "Term", term: 1, votedFor: undefined } },
      { persist: { type: "Term", term: 1, votedFor: 1 } },
      { setTimer: "election", delay: 225 },
      { to: 1, send: vote(1) },
    ]);
  });

  test("each server votes for at most one candidate in a term, and repeats that vote", () => {
    const recording = start();
    for (const candidate of [1, 2, 1]) recording.replica.onMessage(candidate, requestVote(1));
    expect(granted(recording)).toEqual([true, false, true]);
  });

  test("a vote survives a crash", () => {
    const recording = start({}, [{ type: "Term", term: 1, votedFor: 1 }]);
    recording.replica.onMessage(2, requestVote(1));
    expect(granted(recording)).toEqual([false]);
  });

  test("a candidate of an older term is refused and told the newer", () => {
    const recording = start({}, [{ type: "Term", term: 5, votedFor: undefined }]);
    recording.replica.onMessage(1, requestVote(4));
    expect(recording.take()).toEqual([{ to: 1, send: { ...vote(5, false) } }]);
  });

  test.each([
    [1, 1],
    [2, 2],
    [3, 2],
    [4, 3],
    [5, 3],
    [6, 4],
    [9, 5],
    [64, 33],
  ])("of %i servers %i votes make a leader, distinct ones, its own among them", (n, quorum) => {
    const recording = start({ n });
    recording.replica.onTimeout("election");
    for (let voter = 0; voter < quorum - 1; voter++) {
      recording.replica.onMessage(voter, vote(1));
      recording.replica.onMessage(voter, vote(1));
    }
    expect(recording.replica.status().role).toBe("candidate");
    recording.replica.onMessage(quorum - 1, vote(1));
    expect(recording.replica.status().role).toBe("leader");
  });

  test("refusals and votes of other terms do not count", () => {
    const recording = start();
    for (let term = 1; term <= 2; term++) recording.replica.onTimeout("election");
    recording.replica.onMessage(0, vote(2));
    recording.replica.onMessage(1, vote(1));
    recording.replica.onMessage(2, vote(2, false));
    expect(recording.replica.status().role).toBe("candidate");
  });

  test("a new leader asserts its authority at once", () => {
    const cluster = new Lockstep(raft, 3);
    cluster.elect(1);
    expect(cluster.nodes.map(({ replica }) => replica.status().leader)).toEqual([1, 1, 1]);
    expect(cluster.count("election")).toBe(2 + 2 + 2 + 2);
  });

  test("a candidate that hears a leader of its term returns to follower", () => {
    const recording = start();
    recording.replica.onTimeout("election");
    recording.replica.onMessage(2, heartbeat(1));
    expect(recording.replica.status()).toMatchObject({ role: "follower", epoch: 1, leader: 2 });
  });

  test("a candidate that hears a leader of an older term stays one, and says so", () => {
    const recording = start();
    recording.replica.onTimeout("election");
    recording.take();
    recording.replica.onMessage(2, heartbeat(0));
    expect(recording.take()).toMatchObject([
      { to: 2, send: { type: "AppendReply", term: 1, success: false } },
    ]);
    expect(recording.replica.status().role).toBe("candidate");
  });

  test("each heartbeat restarts the election timer", () => {
    const recording = start();
    recording.replica.onMessage(1, heartbeat(1));
    recording.take();
    recording.replica.onMessage(1, heartbeat(1));
    expect(recording.take({ timers: true })[0]).toEqual({ setTimer: "election", delay: 225 });
  });

  test("each campaign draws a new time-out", () => {
    let draw = 0;
    const recording = start({ random: () => draw });
    draw = 1;
    recording.replica.onTimeout("election");
    expect(recording.take({ timers: true })).toContainEqual({ setTimer: "election", delay: 300 });
  });

  test("a newer term deposes a leader, whose waiting requests are redirected", () => {
    const recording = start({ policy: { batch: { max: 8, min: 8, delay: 0 } } });
    recording.replica.onTimeout("election");
    recording.replica.onMessage(0, vote(1));
    recording.replica.onMessage(1, vote(1));
    recording.replica.onRequest(put(1));
    recording.take();
    recording.replica.onMessage(2, heartbeat(2));
    expect(recording.replica.status()).toMatchObject({ role: "follower", epoch: 2, leader: 2 });
    expect(recording.take()[0]).toEqual({ redirect: 2, request: put(1) });
  });

  test("of two leaders in a term, which takes a liar, neither listens to the other", () => {
    const cluster = new Lockstep(raft, 3);
    cluster.elect(0);
    cluster.nodes[0]!.take();
    cluster.nodes[0]!.replica.onMessage(1, heartbeat(1));
    expect(cluster.nodes[0]!.take({ timers: true })).toEqual([]);
    expect(cluster.nodes[0]!.replica.status()).toMatchObject({ role: "leader", epoch: 1, leader: 0 });
  });
});

describe("Raft, election restriction (§5.4.1)", () => {
  test.each([
    ["an older last term", 9, 1, false],
    ["the same last term and a shorter log", 1, 2, false],
    ["the same log", 2, 2, true],
    ["the same last term and a longer log", 3, 2, true],
    ["a newer last term and a shorter log", 1, 3, true],
  ])("a candidate with %s", (_name, lastLogIndex, lastLogTerm, expected) => {
    const recording = start({}, logOf(1, 2));
    recording.replica.onMessage(1, requestVote(5, lastLogIndex, lastLogTerm));
    expect(granted(recording)).toEqual([expected]);
  });

  test("a refused candidate's newer term is entered all the same, and does not put off the election", () => {
    const recording = start({}, logOf(1, 2));
    recording.replica.onMessage(1, requestVote(5, 1, 1));
    expect(recording.replica.status().epoch).toBe(5);
    expect(recording.take({ timers: true }).filter(effect => "setTimer" in effect)).toEqual([]);
  });
});

describe("Raft, campaignBeforeDurable", () => {
  const options = { campaignBeforeDurable: true };

  test("peers are asked while the candidate's own vote is written; its own waits", () => {
    const recording = start({ options });
    recording.replica.onTimeout("election");
    const send = requestVote(1);
    expect(recording.take()).toEqual([
      { persist: { type: "Term", term: 1, votedFor: 0 } },
      { to: 1, send, now: true },
      { to: 2, send, now: true },
      { to: 0, send },
    ]);
  });

  test("a candidate wins only if its own vote is durable", () => {
    const recording = start({ options });
    recording.replica.onTimeout("election");
    recording.replica.onMessage(1, vote(1));
    recording.replica.onMessage(2, vote(1));
    expect(recording.replica.status().role).toBe("candidate");
    recording.replica.onMessage(0, vote(1));
    expect(recording.replica.status().role).toBe("leader");
  });

  test("a vote given to a longer log, which a crash has since cut, does not count", () => {
    const recording = start({ options }, logOf(1));
    recording.replica.onTimeout("election");
    for (const voter of [0, 1]) {
      const message = { type: "Vote", term: 2, granted: true, lastLogIndex: 2, lastLogTerm: 1 };
      recording.replica.onMessage(voter, message);
    }
    expect(recording.replica.status().role).toBe("candidate");
  });
});

describe("Raft, pre-vote (thesis 9.6)", () => {
  const options = { preVote: true };
  const preVote = (term: Term): Message => ({ type: "PreVote", term, lastLogIndex: 0, lastLogTerm: 0 });

  test("a server that cannot win never increments its term", () => {
    const recording = start({ options });
    for (let attempt = 0; attempt < 100; attempt++) recording.replica.onTimeout("election");
    expect(recording.replica.status().epoch).toBe(0);
  });

  test("asking stores nothing; a quorum of answers starts the election", () => {
    const recording = start({ options });
    recording.replica.onTimeout("election");
    expect(recording.take().some(effect => "persist" in effect)).toBe(false);
    recording.replica.onMessage(0, { type: "PreVoteReply", term: 1, granted: true });
    expect(recording.replica.status().epoch).toBe(0);
    recording.replica.onMessage(2, { type: "PreVoteReply", term: 1, granted: true });
    expect(recording.replica.status().epoch).toBe(1);
    expect(sends(recording, "RequestVote").length).toBe(3);
  });

  test("whoever is asked does not enter the term", () => {
    const recording = start({ options });
    recording.replica.onMessage(1, preVote(7));
    expect(recording.take()).toEqual([{ to: 1, send: { type: "PreVoteReply", term: 7, granted: true } }]);
    expect(recording.replica.status().epoch).toBe(0);
  });

  test("a server refuses while it has heard a leader within the least election time-out, and grants after", () => {
    const recording = start({ options });
    recording.replica.onMessage(2, heartbeat(1));
    recording.take();
    recording.advance(149);
    recording.replica.onMessage(1, preVote(2));
    recording.advance(1);
    recording.replica.onMessage(1, preVote(2));
    expect(recording.take()).toEqual([
      { to: 1, send: { type: "PreVoteReply", term: 1, granted: false } },
      { to: 1, send: { type: "PreVoteReply", term: 2, granted: true } },
    ]);
  });

  test("a server behind on log gets no pre-votes", () => {
    const recording = start({ options }, logOf(1, 1));
    recording.replica.onMessage(1, preVote(2));
    expect(recording.take()).toEqual([{ to: 1, send: { type: "PreVoteReply", term: 1, granted: false } }]);
  });

  test("a refusal from a newer term is learned", () => {
    const recording = start({ options });
    recording.replica.onTimeout("election");
    recording.replica.onMessage(1, { type: "PreVoteReply", term: 4, granted: false });
    expect(recording.replica.status()).toMatchObject({ role: "follower", epoch: 4 });
  });

  test("a whole cluster elects one leader", () => {
    const cluster = new Lockstep(raft, 5, { options });
    cluster.elect(3);
    expect(cluster.nodes.map(({ replica }) => replica.status().leader)).toEqual([3, 3, 3, 3, 3]);
  });
});

describe("Raft, leader stickiness (thesis 4.2.3) and check-quorum (thesis 6.2)", () => {
  test.each([[{ preVote: true }], [{ checkQuorum: true }]])(
    "with %o a led server ignores candidates",
    options => {
      const recording = start({ options });
      recording.replica.onMessage(2, heartbeat(1));
      recording.take();
      recording.replica.onMessage(1, requestVote(2));
      expect(recording.take()).toEqual([]);
      expect(recording.replica.status().epoch).toBe(1);
      recording.advance(150);
      recording.replica.onMessage(1, requestVote(2));
      expect(granted(recording)).toEqual([true]);
    },
  );

  test("without either, a led server votes (textbook)", () => {
    const recording = start();
    recording.replica.onMessage(2, heartbeat(1));
    recording.replica.onMessage(1, requestVote(2));
    expect(granted(recording)).toEqual([true]);
  });

  test("a leader that hears a quorum ignores candidates; one that does not, does not", () => {
    const cluster = new Lockstep(raft, 3, { options: { checkQuorum: true } });
    cluster.elect(0);
    cluster.nodes[0]!.replica.onMessage(1, requestVote(2, 9, 9));
    expect(cluster.nodes[0]!.replica.status().role).toBe("leader");
    cluster.advance(150);
    cluster.nodes[0]!.replica.onMessage(1, requestVote(2, 9, 9));
    expect(cluster.nodes[0]!.replica.status()).toMatchObject({ role: "follower", epoch: 2 });
  });

  test.each([
    [{ checkQuorum: true }, 150],
    [{ checkQuorum: true, checkQuorumMs: 30000 }, 30000],
  ])("with %o a leader that hears no quorum for %i ms steps down in its term", (options, patience) => {
    const cluster = new Lockstep(raft, 5, { options });
    cluster.elect(0);
    cluster.advance(patience - 1);
    cluster.timeout(0, "quorum");
    expect(cluster.nodes[0]!.replica.status().role).toBe("leader");
    cluster.advance(1);
    cluster.timeout(0, "quorum");
    expect(cluster.nodes[0]!.replica.status()).toMatchObject({
      role: "follower",
      epoch: 1,
      leader: undefined,
    });
  });

  test("a textbook leader keeps role and term for ever, and says that it has no quorum", () => {
    const cluster = new Lockstep(raft, 5);
    cluster.elect(0);
    expect(cluster.nodes[0]!.replica.status().hasQuorum).toBe(true);
    cluster.advance(100000);
    cluster.timeout(0, "heartbeat");
    expect(cluster.nodes[0]!.replica.status()).toMatchObject({ role: "leader", epoch: 1, hasQuorum: false });
  });
});
