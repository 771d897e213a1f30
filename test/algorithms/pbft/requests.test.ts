import { describe, expect, test } from "vitest";
import type { Policy, Request } from "#protocol";
import { pbft } from "../../../algorithms/pbft/index.ts";
import type { NewView, PrePrepare } from "../../../algorithms/pbft/messages.ts";
import { Replies } from "../../../src/workload/replies.ts";
import { get, put } from "../requests.ts";
import {
  at,
  batchDigest,
  commit,
  digest,
  first,
  ordered,
  prePrepare,
  prepare,
  replica,
  second,
  type Tested,
  types,
  viewChange,
} from "./messages.ts";

const answers = (tested: Tested) => tested.take().filter(effect => "reply" in effect);
const policyWith = (reads: Policy["reads"]): Policy => ({
  batch: { max: 64, min: 1, delay: 0 },
  window: 4,
  reads,
});

describe("PBFT, requests (4.1)", () => {
  test("a backup relays what a client asks it, unless the primary has proposed it", () => {
    const tested = replica();
    tested.replica.onRequest(first);
    expect(tested.said()).toEqual([
      { to: [0], message: { type: "Forward", request: first, proofBytes: 64, again: false } },
    ]);
    tested.hear(0, prePrepare(1, [second]));
    tested.said();
    tested.replica.onRequest(second);
    expect(tested.said()).toEqual([]);
  });

  test("neither relays nor waits for what its client has not made", () => {
    const tested = replica({ forged: () => true });
    tested.replica.onRequest(first);
    expect(tested.take({ timers: true })).toEqual([]);
  });

  test("what was executed is answered again, and not ordered again: by every replica", () => {
    const tested = replica();
    for (const [from, message] of ordered(1, put(1, "a"))) tested.hear(from, message);
    for (const [from, message] of ordered(2, get(2))) tested.hear(from, message);
    tested.take();
    tested.replica.onRequest(get(2));
    expect(tested.take()).toEqual([{ reply: "a", request: get(2), leader: 0 }]);
  });

  test("the primary proposes what a backup relays", () => {
    const tested = replica({ self: 0 });
    tested.hear(2, { type: "Forward", request: first, proofBytes: 64, again: false });
    expect(types(tested.said())).toEqual(["PrePrepare"]);
  });

  test("a backup that was asked repeats itself as long as nothing comes of it", () => {
    const tested = replica();
    tested.replica.onRequest(first);
    tested.said();
    tested.replica.onTimeout("status");
    expect(tested.said()).toContainEqual({
      to: [0],
      message: { type: "Forward", request: first, proofBytes: 64, again: true },
    });
  });
});

describe("PBFT, requests that clients send to all", () => {
  const options = { requests: "all" };
  const brief = (message: PrePrepare): PrePrepare => ({ ...message, separate: true });

  test("a backup accepts what it has from its client, and does not relay it", () => {
    const tested = replica({ options });
    tested.replica.onRequest(first);
    expect(tested.said()).toEqual([]);
    tested.hear(0, brief(prePrepare(1, [first])));
    expect(types(tested.said())).toEqual(["Prepare"]);
  });

  test("it waits for what is still on its way, and accepts nothing else there meanwhile", () => {
    const tested = replica({ options });
    tested.hear(0, brief(prePrepare(1, [first])), brief(prePrepare(1, [second])));
    tested.replica.onRequest(second);
    expect(tested.said()).toEqual([]);
    tested.replica.onRequest(first);
    expect(tested.said().map(({ message }) => message)).toEqual([prepare(1, 1, digest)]);
  });

  test("a primary that means another command by it is not believed", () => {
    const tested = replica({ options });
    tested.replica.onRequest(first);
    tested.hear(0, brief(prePrepare(1, [{ ...first, command: second.command }])));
    expect(tested.said()).toEqual([]);
  });

  test("what does not come is fetched from the others", () => {
    const tested = replica({ options });
    tested.hear(0, brief(prePrepare(1, [first])));
    tested.replica.onTimeout("status");
    expect(tested.said()).toContainEqual({
      to: [0, 2, 3],
      message: { type: "FetchBatch", position: 1, digest },
    });
    tested.hear(2, { type: "Batch", position: 1, requests: [first], proofBytes: 64 });
    expect(types(tested.said())).toContain("Prepare");
  });

  test("what a replica waits for is forgotten with its view", () => {
    const tested = replica({ options });
    tested.hear(0, brief(prePrepare(1, [first])));
    for (const from of [2, 3]) tested.hear(from, viewChange(from, 4));
    tested.said();
    tested.replica.onRequest(first);
    tested.hear(2, { type: "Batch", position: 1, requests: [first], proofBytes: 64 });
    expect(tested.said()).toEqual([]);
  });

  test("a PrePrepare carries digests only", () => {
    const bytes = pbft.messages.PrePrepare!.bytes as (message: PrePrepare) => number;
    const proposal = prePrepare(1, [first, second]);
    const request = 4 + (8 + 8 + 4 + 8 + 1) + 4 * 16; // its length, itself, its MACs
    expect(bytes(proposal)).toBe(16 + 1 + 8 + 8 + 32 + 2 * request + 3 * 16);
    expect(bytes(brief(proposal))).toBe(16 + 1 + 8 + 8 + 32 + 2 * 32 + 3 * 16);
  });
});

describe("PBFT, reads that are not ordered (4.1)", () => {
  const policy = policyWith("index");

  test("are answered at once from what is committed, and by way of the log when asked again", () => {
    const tested = replica({ policy });
    for (const [from, message] of ordered(1, put(1, "a"))) tested.hear(from, message);
    tested.take();
    tested.replica.onRequest(get(2));
    expect(tested.take()).toEqual([{ reply: "a", request: get(2), leader: 0, now: true }]);
    tested.replica.onRequest(get(2));
    expect(tested.said()).toEqual([
      { to: [0], message: { type: "Forward", request: get(2), proofBytes: 64, again: false } },
    ]);
  });

  test("clients need a quorum of equal answers, for reads and for writes", () => {
    const { matchingReplies, asksAll } = pbft.clients;
    for (const [n, quorum] of [
      [4, 3],
      [5, 4],
      [6, 4],
      [7, 5],
      [8, 6],
    ] as const) {
      expect([matchingReplies(n, true, policy, {}), matchingReplies(n, false, policy, {})]).toEqual([
        quorum,
        quorum,
      ]);
    }
    expect([asksAll!(true, policy, {}), asksAll!(false, policy, {})]).toEqual([true, false]);
  });

  test("otherwise f + 1 do, and a local read believes anybody", () => {
    const { matchingReplies } = pbft.clients;
    const needed = (reads: Policy["reads"], read: boolean) => matchingReplies(7, read, policyWith(reads), {});
    expect([needed("log", false), needed("log", true), needed("lease", true)]).toEqual([3, 3, 3]);
    expect([needed("local", false), needed("local", true)]).toEqual([3, 1]);
    expect(pbft.unsafe!({}, policyWith("local"))).toContain("lies");
    expect(pbft.unsafe!({}, policyWith("index"))).toBeUndefined();
  });

  test("a replica that was down keeps quiet until it knows again what it had told", () => {
    const before = replica({ policy });
    for (const [from, message] of ordered(1, put(1, "a"))) before.hear(from, message);
    const stored = before.take().flatMap(effect => ("persist" in effect ? [effect.persist] : []));
    const after = replica({ policy });
    after.replica.onStart(stored);
    after.take();
    after.replica.onRequest(get(2));
    expect(after.take()).toEqual([]);
    const told = batchDigest([put(1, "a")]);
    for (const from of [0, 2]) after.hear(from, commit(from, 1, told));
    after.take();
    after.replica.onRequest(get(1, 7));
    expect(answers(after)).toMatchObject([{ reply: "a" }]);
  });

  test("a read by lease is ordered: there are none among liars", () => {
    const tested = replica({ policy: policyWith("lease") });
    tested.replica.onRequest(get(1));
    expect(types(tested.said())).toEqual(["Forward"]);
  });
});

describe("PBFT, tentative execution (5.1)", () => {
  const options = { execution: "tentative" };

  /** Prepared at replica 1, with one Commit less than it takes. */
  function prepared(tested: Tested, position: number, request = first): void {
    for (const [from, message] of ordered(position, request).slice(0, 3)) tested.hear(from, message);
  }

  test("what is prepared and follows what is committed is answered, behind the record that it is", () => {
    const tested = replica({ options });
    prepared(tested, 1);
    const effects = tested.take();
    const record = effects.findIndex(
      effect => "persist" in effect && (effect.persist as { type: string }).type === "Prepared",
    );
    expect(effects.slice(record).find(effect => "reply" in effect)).toEqual({
      reply: undefined,
      request: first,
      leader: 0,
      epoch: 0,
    });
    expect(tested.replica.status().committed).toBe(0);
    tested.hear(0, commit(0, 1, digest));
    tested.hear(2, commit(2, 1, digest));
    expect(answers(tested)).toEqual([]);
    expect(tested.replica.status().committed).toBe(1);
    expect(tested.store.effects).toBe(1);
  });

  test("one position at a time", () => {
    const tested = replica({ options });
    prepared(tested, 1);
    prepared(tested, 2, second);
    expect(answers(tested).map(effect => "request" in effect && effect.request)).toEqual([first]);
    for (const from of [0, 2]) tested.hear(from, commit(from, 1, digest));
    expect(answers(tested).map(effect => "request" in effect && effect.request)).toEqual([second]);
  });

  test("asked again, the answer is given with the view, and without once it is committed", () => {
    const tested = replica({ options });
    prepared(tested, 1);
    answers(tested);
    tested.replica.onRequest(first);
    expect(answers(tested)).toEqual([{ reply: undefined, request: first, leader: 0, epoch: 0 }]);
    for (const from of [0, 2]) tested.hear(from, commit(from, 1, digest));
    tested.replica.onRequest(first);
    expect(answers(tested)).toEqual([{ reply: undefined, request: first, leader: 0 }]);
  });

  /** Replica 3 lies. Replica 2 prepared it in view 0, replica 1 in view 1 behind another; neither with a quorum. */
  test("answers of different views are not a quorum's: the next view may begin without what they are about", () => {
    const two = replica({ self: 2, options });
    two.hear(0, prePrepare(1, [first]));
    two.hear(1, prepare(1, 1, digest));
    two.hear(3, prepare(3, 1, digest));
    const one = replica({ self: 1, options });
    one.hear(0, prePrepare(1, [first]), viewChange(0, 1, { accepted: [at(1)] }));
    one.hear(3, viewChange(3, 1));
    const other = put(1, "other", 7);
    for (const request of [other, first]) one.replica.onRequest(request);
    for (const [position, request] of [other, first].entries()) {
      const about = batchDigest([request]);
      for (const from of [0, 3]) one.hear(from, prepare(from, position + 1, about, 1));
      if (request === other) for (const from of [0, 3]) one.hear(from, commit(from, position + 1, about, 1));
    }
    const told = [two, one].map(tested => answers(tested).find(effect => effect.request === first));
    expect(told).toMatchObject([{ epoch: 0 }, { epoch: 1 }]);

    const vote = (position: number, request: Request) => ({
      position,
      digest: batchDigest([request]),
      view: 1,
    });
    const zero = viewChange(0, 2, { prepared: [vote(1, other)], accepted: [vote(1, other), vote(2, first)] });
    const liar = viewChange(3, 2, { accepted: [vote(1, other)] });
    two.hear(0, zero);
    two.hear(3, liar);
    const begun = two.said().find(({ message }) => message.type === "NewView")!.message as NewView;
    expect(begun.selected).toEqual([{ position: 1, digest: batchDigest([other]) }]);

    const client = new Replies(3, 3, 4);
    client.addSlot();
    const believed = [0, 1].flatMap(epoch => [
      client.believes(0, epoch === 0 ? 2 : 1, false, undefined, false, epoch),
      client.believes(0, 3, false, undefined, false, epoch),
    ]);
    expect(believed).toEqual([false, false, false, false]);
  });

  test("a view change takes back what is not known to be committed", () => {
    const tested = replica({ options });
    prepared(tested, 1);
    expect(tested.store.read(get(1))).toBe("a");
    for (const from of [2, 3]) tested.hear(from, viewChange(from, 4));
    expect(tested.store.read(get(1))).toBeUndefined();
    expect(tested.store.effects).toBe(0);
  });

  test("reads that are not ordered wait until what they would see is committed", () => {
    const tested = replica({ options, policy: policyWith("index") });
    prepared(tested, 1);
    tested.take();
    tested.replica.onRequest(get(1, 7));
    expect(tested.take()).toEqual([]);
    for (const from of [0, 2]) tested.hear(from, commit(from, 1, digest));
    expect(answers(tested)).toMatchObject([{ reply: "a" }]);
  });

  test("clients need a quorum of answers", () => {
    expect(pbft.clients.matchingReplies(4, false, policyWith("log"), { execution: "tentative" })).toBe(3);
  });
});

describe("PBFT, authentication (5.2)", () => {
  const bytesOf = (type: "Prepare" | "Commit", message: unknown) =>
    (pbft.messages[type]!.bytes as (message: unknown) => number)(message);

  test.each([
    ["mac", false, 3 * 16],
    ["signature", true, 64],
  ])("%s: what every message of the normal case carries", (authentication, transferable, bytes) => {
    const tested = replica({ options: { authentication } });
    tested.hear(0, prePrepare(1, [first]));
    const [message] = tested.said();
    expect(message!.message).toMatchObject({ proof: { signer: 1, digest, transferable } });
    expect(bytesOf("Prepare", message!.message)).toBe(16 + 1 + 8 + 8 + 32 + bytes);
    expect(pbft.crypto!({ authentication })).toBe(authentication);
  });

  test("ViewChanges and NewViews are signed either way: they are shown to others", () => {
    const tested = replica();
    tested.hear(0, viewChange(0, 1));
    tested.hear(2, viewChange(2, 1));
    const proofs = tested.said().map(({ message }) => "proof" in message && message.proof.transferable);
    expect(proofs).toEqual([true, true]);
  });
});
