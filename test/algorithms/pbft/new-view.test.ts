import { describe, expect, test } from "vitest";
import type { NewView } from "../../../algorithms/pbft/messages.ts";
import {
  at,
  batchDigest,
  commit,
  digest,
  first,
  giveUp,
  isChanging,
  NOTHING_YET,
  newView,
  ordered,
  prePrepare,
  prepare,
  replica,
  second,
  types,
  viewChange,
  viewOf,
} from "./messages.ts";

describe("PBFT, a new view (4.4)", () => {
  const asked = [0, 2, 3].map(from => viewChange(from, 1));

  test("its primary announces it once a quorum has asked, and stores it first", () => {
    const tested = replica();
    tested.hear(0, asked[0]!);
    expect(tested.said()).toEqual([]);
    tested.hear(2, asked[1]!); // f + 1: it joins, and makes a quorum
    const announced = tested.take();
    const message = newView(1, [asked[0]!, viewChange(1, 1), asked[1]!]);
    expect(announced.slice(-4)).toEqual([
      { persist: message },
      ...[0, 2, 3].map(to => ({ to, send: message })),
    ]);
    expect(tested.replica.status()).toMatchObject({ role: "leader", epoch: 1, leader: 1 });
  });

  test("its primary proposes what it has waited for as a backup, behind what the view begins with", () => {
    const tested = replica();
    tested.replica.onRequest(second);
    const told = { prepared: [at(1)] };
    tested.hear(0, prePrepare(1, [first]), viewChange(0, 1, told));
    tested.hear(2, viewChange(2, 1, told));
    const said = tested.said().map(({ message }) => message);
    const begun = said.find(message => message.type === "NewView") as NewView;
    expect(begun.selected).toEqual([{ position: 1, digest }]);
    expect(said.at(-1)).toMatchObject({ type: "PrePrepare", view: 1, position: 2, requests: [second] });
  });

  test("a backup works it out for itself, and begins", () => {
    const tested = replica({ self: 2 });
    tested.hear(1, newView(1, [asked[0]!, viewChange(1, 1), asked[2]!]));
    expect([viewOf(tested), isChanging(tested)]).toEqual([1, false]);
    tested.hear(1, prePrepare(1, [first], { view: 1 }));
    expect(types(tested.said())).toEqual(["Prepare"]);
  });

  test("what it begins with is accepted again, by the backups, in the new view", () => {
    const tested = replica({ self: 2 });
    tested.hear(0, prePrepare(1, [first]));
    tested.take();
    const told = { prepared: [at(1)] };
    const messages = [0, 1, 3].map(from => viewChange(from, 1, told));
    tested.hear(1, newView(1, messages, [{ position: 1, digest }]));
    const effects = tested.take();
    expect(effects[1]).toMatchObject({ persist: { type: "PrePrepare", view: 1, position: 1, digest } });
    expect(effects[2]).toEqual({ to: 0, send: prepare(2, 1, digest, 1) });
  });

  const quorum = [0, 1, 3].map(from => viewChange(from, 1, { prepared: [at(1)] }));
  const right = newView(1, quorum, [{ position: 1, digest }]);
  const wrong: readonly (readonly [string, NewView])[] = [
    ["leaves out what was prepared", newView(1, quorum)],
    ["begins with something else", newView(1, quorum, [{ position: 1, digest: batchDigest([second]) }])],
    [
      "adds something",
      newView(1, quorum, [...right.selected, { position: 2, digest: batchDigest([second]) }]),
    ],
    ["moves it", newView(1, quorum, [{ position: 2, digest }])],
    [
      "begins with another checkpoint",
      newView(1, quorum, right.selected, { checkpoint: { position: 128, digest: "x" } }),
    ],
    ["rests on fewer than a quorum", newView(1, quorum.slice(1), right.selected)],
    ["counts one replica twice", newView(1, [quorum[0]!, quorum[0]!, quorum[1]!], right.selected)],
    [
      "rests on ViewChanges for another view",
      newView(
        1,
        [0, 1, 3].map(from => viewChange(from, 2)),
      ),
    ],
    [
      "holds a ViewChange that nobody has signed",
      newView(1, [{ ...quorum[0]!, prepared: [] }, ...quorum.slice(1)]),
    ],
    ["is not the primary's", { ...right, proof: { ...right.proof, signer: 3 } }],
    ["is not signed", { ...right, proof: { ...right.proof, transferable: false } }],
    ["was changed since it was signed", { ...right, selected: [] }],
  ];
  test.each(wrong)("one that %s is refused", (_what, message) => {
    const tested = replica({ self: 2 });
    tested.hear(0, prePrepare(1, [first]));
    giveUp(tested, second);
    tested.take();
    tested.hear(1, message);
    expect([viewOf(tested), isChanging(tested)]).toEqual([1, true]);
    expect(tested.take()).toEqual([]);
    tested.hear(3, right); // relayed: it is signed
    expect([viewOf(tested), isChanging(tested)]).toEqual([1, false]);
  });

  test("gaps are filled with null requests, which have no effect", () => {
    const tested = replica({ self: 2 });
    const messages = [0, 1, 3].map(from => viewChange(from, 1, { prepared: [at(2)] }));
    tested.hear(0, prePrepare(2, [first]));
    const selected = [
      { position: 1, digest: "" },
      { position: 2, digest },
    ];
    tested.hear(1, newView(1, messages, selected));
    for (const { position, digest: told } of selected) {
      for (const from of [0, 3]) tested.hear(from, prepare(from, position, told, 1));
      for (const from of [0, 1, 3]) tested.hear(from, commit(from, position, told, 1));
    }
    expect(tested.replica.status().committed).toBe(2);
    expect(tested.store.effects).toBe(1);
  });

  test("a proposal that a backup has never seen is fetched, and accepted only if it is the right one", () => {
    const tested = replica({ self: 2 });
    tested.hear(1, right);
    expect(tested.said()).toEqual([{ to: [0, 1, 3], message: { type: "FetchBatch", position: 1, digest } }]);
    tested.hear(1, prePrepare(1, [second], { view: 1 })); // not what the view begins with
    tested.hear(3, { type: "Batch", position: 1, requests: [second], proofBytes: 64 });
    expect(tested.said()).toEqual([]);
    tested.hear(3, { type: "Batch", position: 1, requests: [first], proofBytes: 64 });
    expect(tested.said().map(({ message }) => message)).toEqual([prepare(2, 1, digest, 1)]);
  });

  test("who has it sends it", () => {
    const tested = replica();
    tested.hear(0, prePrepare(1, [first]));
    tested.said();
    tested.hear(
      2,
      { type: "FetchBatch", position: 1, digest },
      { type: "FetchBatch", position: 1, digest: "?" },
    );
    expect(tested.said()).toEqual([
      { to: [2], message: { type: "Batch", position: 1, requests: [first], proofBytes: 64 } },
    ]);
  });

  test("messages of a view that has not begun here are kept for it", () => {
    const tested = replica({ self: 2 });
    const proposal = prePrepare(1, [first], { view: 1 });
    tested.hear(3, prepare(3, 1, digest, 1));
    tested.hear(1, proposal);
    expect(tested.said()).toEqual([]);
    tested.hear(
      0,
      newView(
        1,
        [0, 1, 3].map(from => viewChange(from, 1)),
      ),
    );
    expect(types(tested.said())).toEqual(["Prepare", "Commit"]);
  });

  test("no liar fills the room for them", () => {
    const tested = replica({ self: 2, options: { checkpointEvery: 2, logSize: 4 } });
    for (let position = 1; position <= 1000; position++) tested.hear(3, prepare(3, position, digest, 7));
    tested.hear(0, prepare(0, 1, digest, 1), prepare(3, 1, digest, 1));
    tested.hear(1, prePrepare(1, [first], { view: 1 }));
    tested.hear(
      0,
      newView(
        1,
        [0, 1, 3].map(from => viewChange(from, 1)),
      ),
    );
    expect(types(tested.said())).toEqual(["Prepare", "Commit"]);
  });

  test("a primary that is replaced hands on what it has not proposed", () => {
    const policy = { batch: { max: 1, min: 1, delay: 0 }, window: 1, reads: "log" } as const;
    const tested = replica({ self: 0, policy });
    tested.replica.onRequest(first);
    tested.replica.onRequest(second);
    tested.hear(
      1,
      newView(
        1,
        [1, 2, 3].map(from => viewChange(from, 1)),
      ),
    );
    tested.said();
    tested.replica.onTimeout("status");
    const forwarded = tested.said().filter(({ message }) => message.type === "Forward");
    expect(forwarded).toEqual([
      { to: [1], message: { type: "Forward", request: second, proofBytes: 64, again: true } },
    ]);
  });

  test("the stable checkpoint that it begins with is known to those who have that state", () => {
    expect(NOTHING_YET.position).toBe(0);
    const tested = replica({ self: 2, options: { checkpointEvery: 1, logSize: 4 } });
    for (const [from, message] of ordered(1, first, { self: 2 })) tested.hear(from, message);
    const begin = { position: 1, digest: tested.store.digest() };
    const told = { checkpoints: [NOTHING_YET, begin] };
    tested.hear(
      1,
      newView(
        1,
        [0, 1, 3].map(from => viewChange(from, 1, told)),
        [],
        { checkpoint: begin },
      ),
    );
    expect(tested.take().some(effect => "snapshot" in effect)).toBe(true);
  });
});
