import { describe, expect, test } from "vitest";
import { pbft } from "../../../algorithms/pbft/index.ts";
import type { Message } from "../../../algorithms/pbft/messages.ts";
import { get, put } from "../requests.ts";
import { batchDigest, commit, prePrepare, prepare, replica, type Tested, types } from "./messages.ts";

const first = put(1, "a", 1);
const second = put(1, "b", 2);
const proposal = prePrepare(1, [first]);
const { digest } = proposal;
const others = [0, 2, 3];

const answers = (tested: Tested) => tested.take().filter(effect => "reply" in effect);

describe("PBFT, the primary (4.2)", () => {
  test("stores its proposal before the backups get it, and sends no Prepare", () => {
    const tested = replica({ self: 0 });
    tested.replica.onRequest(first);
    expect(tested.take()).toEqual([
      { persist: proposal },
      { to: 1, send: proposal },
      { to: 2, send: proposal },
      { to: 3, send: proposal },
    ]);
  });

  test("multicasts a Prepare too if told to, which is counted by nobody", () => {
    const tested = replica({ self: 0, options: { primaryPrepares: true } });
    tested.replica.onRequest(first);
    const said = tested.said();
    expect(types(said)).toEqual(["PrePrepare", "Prepare"]);
    expect(said[1]!.to).toEqual([1, 2, 3]);
    const backup = replica();
    backup.hear(0, proposal, prepare(0, 1, digest));
    expect(types(backup.said())).toEqual(["Prepare"]);
  });

  test("orders a request once, however often it is asked", () => {
    const tested = replica({ self: 0 });
    tested.replica.onRequest(first);
    tested.said();
    tested.replica.onRequest(first);
    tested.hear(2, { type: "Forward", request: first, proofBytes: 64, again: false });
    expect(tested.said()).toEqual([]);
  });

  test("does not propose what no client has asked for", () => {
    const tested = replica({ self: 0, forged: request => request === first });
    tested.replica.onRequest(first);
    tested.hear(2, { type: "Forward", request: first, proofBytes: 64, again: false });
    expect(tested.said()).toEqual([]);
  });

  test("gathers batches, and has no more instances in flight than the window lets through", () => {
    const policy = { batch: { max: 2, min: 2, delay: 0 }, window: 1, reads: "log" } as const;
    const tested = replica({ self: 0, policy });
    for (let client = 1; client <= 5; client++) tested.replica.onRequest(put(1, "v", client));
    const proposals = () => tested.said().flatMap(({ message }) => (isProposal(message) ? message : []));
    const [one, ...more] = proposals();
    expect([one!.requests.length, more]).toEqual([2, []]);
    for (const from of [1, 2]) tested.hear(from, prepare(from, 1, one!.digest), commit(from, 1, one!.digest));
    const [two, ...later] = proposals();
    expect([two!.position, two!.requests.map(({ client }) => client), later]).toEqual([2, [3, 4], []]);
    expect(two!.digest).toBe(batchDigest(two!.requests));
  });

  test("proposes what has waited for the batch's delay", () => {
    const policy = { batch: { max: 8, min: 8, delay: 5 }, window: 4, reads: "log" } as const;
    const tested = replica({ self: 0, policy });
    tested.replica.onRequest(first);
    expect(tested.take({ timers: true })).toEqual([{ setTimer: "batch", delay: 5 }]);
    tested.replica.onTimeout("batch");
    expect(types(tested.said())).toEqual(["PrePrepare"]);
  });

  test("stops at the high water mark until a checkpoint is stable", () => {
    const tested = replica({
      self: 0,
      options: { checkpointEvery: 2, logSize: 2 },
      policy: { batch: { max: 1, min: 1, delay: 0 }, window: 8 },
    });
    for (let client = 1; client <= 4; client++) tested.replica.onRequest(put(1, "v", client));
    const positions = tested.said().map(({ message }) => (isProposal(message) ? message.position : 0));
    expect([...new Set(positions)]).toEqual([1, 2]);
  });
});

const isProposal = (message: Message) => message.type === "PrePrepare";

describe("PBFT, a backup accepts (4.2)", () => {
  test("a proposal: it stores it, then says so to everybody, itself included", () => {
    const tested = replica();
    tested.hear(0, proposal);
    expect(tested.take()).toEqual([
      { persist: proposal },
      ...[0, 1, 2, 3].map(to => ({ to, send: prepare(1, 1, digest) })),
    ]);
  });

  const refused: readonly (readonly [string, number, Message])[] = [
    ["of somebody who is not the primary", 2, proposal],
    ["whose digest is that of another request", 0, prePrepare(1, [first], { digest: batchDigest([second]) })],
    ["whose proof is that of another digest", 0, { ...proposal, proof: { ...proposal.proof, digest: "x" } }],
    ["whose proof is another's", 0, { ...proposal, proof: { ...proposal.proof, signer: 2 } }],
    ["of another view", 0, prePrepare(1, [first], { view: 4 })],
    ["at the low water mark", 0, prePrepare(0, [first])],
    ["beyond the high water mark", 0, prePrepare(257, [first])],
  ];
  test.each(refused)("no proposal %s", (_what, from, message) => {
    const tested = replica();
    tested.hear(from, message);
    expect(tested.take()).toEqual([]);
  });

  test("no proposal with a request that its client has not made", () => {
    const tested = replica({ forged: request => request === second });
    tested.hear(0, prePrepare(1, [first, second]), prePrepare(2, [second]));
    expect(tested.take()).toEqual([]);
  });

  test("no second proposal for the same position of the view: of an equivocating primary's, the first", () => {
    const tested = replica();
    tested.hear(0, proposal);
    tested.take();
    tested.hear(0, prePrepare(1, [second]), proposal);
    expect(tested.take()).toEqual([]);
    for (const from of [2, 3]) tested.hear(from, prepare(from, 1, batchDigest([second])));
    expect(tested.take()).toEqual([]);
  });

  test("proposals in any order between the water marks", () => {
    const tested = replica();
    tested.hear(0, prePrepare(256, [first]), prePrepare(7, [second]));
    expect(types(tested.said())).toEqual(["Prepare", "Prepare"]);
  });

  test("no null request: those fill gaps, and come with a NewView", () => {
    const tested = replica();
    tested.hear(0, prePrepare(1, []));
    expect(tested.said()).toEqual([]);
    tested.hear(0, prePrepare(1, [first]));
    expect(types(tested.said())).toEqual(["Prepare"]);
  });
});

describe("PBFT, prepared and committed (4.2)", () => {
  test("prepared: the proposal and Prepares of 2f different backups, stored before it is said", () => {
    const tested = replica();
    tested.hear(0, proposal);
    tested.take();
    tested.hear(2, prepare(2, 1, digest));
    expect(tested.take()).toEqual([
      { persist: { type: "Prepared", view: 0, position: 1, digest } },
      ...[0, 1, 2, 3].map(to => ({ to, send: commit(1, 1, digest) })),
    ]);
  });

  test("Prepares may come before the proposal", () => {
    const tested = replica();
    tested.hear(2, prepare(2, 1, digest));
    tested.hear(3, prepare(3, 1, digest));
    expect(tested.said()).toEqual([]);
    tested.hear(0, proposal);
    expect(types(tested.said())).toEqual(["Prepare", "Commit"]);
  });

  const nobody: readonly (readonly [string, number, Message])[] = [
    ["the primary's own", 0, prepare(0, 1, digest)],
    ["one for another request", 2, prepare(2, 1, batchDigest([second]))],
    ["one of a later view", 2, prepare(2, 1, digest, 1)],
    ["one whose proof is another's", 2, prepare(3, 1, digest)],
    ["one for another position", 2, prepare(2, 2, digest)],
  ];
  test.each(nobody)("of Prepares it does not count %s", (_what, from, message) => {
    const tested = replica();
    tested.hear(0, proposal);
    tested.take();
    tested.hear(from, message);
    expect(tested.take()).toEqual([]);
  });

  test("a vote counts once, and of two that contradict each other the first", () => {
    const tested = replica({ n: 7 });
    const wide = prePrepare(1, [first], { n: 7 });
    tested.hear(0, wide);
    tested.take();
    for (let times = 0; times < 4; times++) tested.hear(2, prepare(2, 1, digest));
    tested.hear(3, prepare(3, 1, "another"), prepare(3, 1, digest));
    expect(tested.take()).toEqual([]);
    tested.hear(4, prepare(4, 1, digest));
    expect(tested.take()).toEqual([]);
    tested.hear(5, prepare(5, 1, digest)); // with its own the fourth
    expect(types(tested.said())).toEqual(["Commit"]);
  });

  test("committed: prepared, and Commits from a quorum; then executed, answered, the primary named", () => {
    const tested = replica();
    tested.hear(0, proposal, commit(0, 1, digest));
    tested.hear(2, commit(2, 1, digest), commit(2, 1, digest));
    tested.hear(3, commit(3, 1, digest));
    expect(answers(tested)).toEqual([]); // not prepared
    tested.hear(2, prepare(2, 1, digest));
    expect(answers(tested)).toEqual([{ reply: undefined, request: first, leader: 0, now: true }]);
    expect(tested.store.read(get(1))).toBe("a");
  });

  test("Commits for another request, or said twice, are none", () => {
    const tested = replica();
    tested.hear(0, proposal);
    tested.hear(2, prepare(2, 1, digest));
    tested.hear(2, commit(2, 1, digest), commit(2, 1, digest));
    tested.hear(3, commit(3, 1, "another"), commit(3, 1, digest));
    expect(answers(tested)).toEqual([]);
    tested.hear(0, commit(0, 1, digest));
    expect(answers(tested)).toHaveLength(1);
  });

  test("what is committed is executed in the order of positions", () => {
    const tested = replica();
    for (const position of [2, 1]) {
      const request = position === 1 ? first : second;
      const message = prePrepare(position, [request]);
      tested.hear(0, message, commit(0, position, message.digest));
      tested.hear(2, prepare(2, position, message.digest), commit(2, position, message.digest));
      if (position === 2) expect(answers(tested)).toEqual([]);
    }
    expect(answers(tested).map(effect => "request" in effect && effect.request)).toEqual([first, second]);
    expect(tested.replica.status()).toMatchObject({ committed: 2, applied: 2 });
  });

  test("a request that is ordered twice takes effect once", () => {
    const tested = replica();
    for (const position of [1, 2]) {
      const message = prePrepare(position, [first]);
      tested.hear(0, message, commit(0, position, message.digest));
      tested.hear(2, prepare(2, position, message.digest), commit(2, position, message.digest));
    }
    expect(tested.store.effects).toBe(1);
  });
});

describe("PBFT, one quorum for everything", () => {
  const sizes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 33, 34, 100];
  test.each(sizes)("n=%i: prepared by Q-1 Prepares, committed by Q Commits, and by no fewer", n => {
    const quorum = pbft.quorum(n);
    const self = n - 1;
    const tested = replica({ n, self });
    const message = prePrepare(1, [first], { n });
    if (self === 0) tested.replica.onRequest(first);
    else tested.hear(0, message);
    const backups = Array.from({ length: n }, (_, node) => node).filter(node => node !== 0 && node !== self);
    let prepares = self === 0 ? 0 : 1; // its own
    let commits = 0;
    const isPrepared = () => types(tested.said()).includes("Commit");
    let prepared = isPrepared();
    for (const from of backups) {
      expect(prepared).toBe(prepares >= quorum - 1);
      tested.hear(from, prepare(from, 1, digest));
      prepares++;
      prepared ||= isPrepared();
    }
    expect(prepared).toBe(true);
    commits = 1; // its own
    for (const from of [...backups, 0].filter(node => node !== self)) {
      expect(tested.replica.status().committed).toBe(commits >= quorum ? 1 : 0);
      tested.hear(from, commit(from, 1, digest));
      commits++;
    }
    expect(tested.replica.status().committed).toBe(1);
  });
});

describe("PBFT, commits that travel with other messages", () => {
  const options = { execution: "tentative", commits: "piggyback", commitDelayMs: 7 };

  test("a backup's with its next Prepare", () => {
    const tested = replica({ options });
    tested.hear(0, proposal);
    tested.hear(2, prepare(2, 1, digest));
    expect(types(tested.said())).toEqual(["Prepare", "Commit"]); // to itself
    tested.hear(0, prePrepare(2, [second]));
    const [carrier] = tested.said();
    expect(carrier!.message).toMatchObject({
      type: "Prepare",
      position: 2,
      commits: [{ position: 1, digest }],
    });
  });

  test("the primary's with its next PrePrepare, and others' are counted when they come", () => {
    const tested = replica({ self: 0, options });
    tested.replica.onRequest(first);
    for (const from of [1, 2]) tested.hear(from, prepare(from, 1, digest));
    tested.said();
    tested.replica.onRequest(second);
    expect(tested.said()[0]!.message).toMatchObject({
      type: "PrePrepare",
      commits: [{ position: 1, digest }],
    });
    const told = batchDigest([second]);
    for (const from of [1, 2])
      tested.hear(from, { ...prepare(from, 2, told), commits: [{ position: 1, digest }] });
    expect(tested.replica.status().committed).toBe(1);
  });

  test("alone, if nothing comes to take them along", () => {
    const tested = replica({ options });
    tested.hear(0, proposal);
    tested.hear(2, prepare(2, 1, digest));
    expect(tested.take({ timers: true })).toContainEqual({ setTimer: "commits", delay: 7 });
    tested.replica.onTimeout("commits");
    expect(tested.said()).toEqual([{ to: others, message: commit(1, 1, digest) }]);
  });
});
