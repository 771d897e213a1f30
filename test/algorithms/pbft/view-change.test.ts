import { describe, expect, test } from "vitest";
import type { ViewChange } from "../../../algorithms/pbft/messages.ts";
import { put } from "../requests.ts";
import {
  at,
  batchDigest,
  checkpoint,
  digest,
  first,
  giveUp,
  isChanging,
  NOTHING_YET,
  ordered,
  prePrepare,
  prepare,
  replica,
  second,
  type Tested,
  types,
  viewChange,
  viewOf,
} from "./messages.ts";

const timers = (tested: Tested) =>
  tested
    .take({ timers: true })
    .filter(effect => "setTimer" in effect || "cancelTimer" in effect)
    .filter(effect => !("setTimer" in effect && effect.setTimer === "status"));
const start = { setTimer: "view-change", delay: 500 };
const stop = { cancelTimer: "view-change" };

describe("PBFT, the timer of a backup (4.5.2)", () => {
  test("starts when a client asks it, while it relays the request, and stops when that is executed", () => {
    const tested = replica();
    tested.replica.onRequest(first);
    expect(tested.take({ timers: true })).toEqual([
      { to: 0, send: { type: "Forward", request: first, proofBytes: 64, again: false } },
      start,
    ]);
    for (const [from, message] of ordered(1, first)) tested.hear(from, message);
    expect(timers(tested)).toEqual([stop]);
  });

  test("starts when the primary proposes something, and stops when that is executed", () => {
    const tested = replica();
    const [proposal, ...rest] = ordered(1, first);
    tested.hear(...proposal!);
    expect(timers(tested)).toEqual([start]);
    for (const [from, message] of rest) tested.hear(from, message);
    expect(timers(tested)).toEqual([stop]);
  });

  test("is not put off by others' requests: a primary that leaves out one client is suspected", () => {
    const tested = replica();
    tested.replica.onRequest(put(1, "left out", 9));
    timers(tested);
    for (let position = 1; position <= 5; position++) {
      for (const [from, message] of ordered(position, put(1, "v", position))) tested.hear(from, message);
    }
    expect(timers(tested)).toEqual([]);
    tested.replica.onTimeout("view-change");
    expect(types(tested.said())).toContain("ViewChange");
  });

  test("starts anew for what is waited for next", () => {
    const tested = replica();
    tested.replica.onRequest(first);
    tested.replica.onRequest(second);
    timers(tested);
    for (const [from, message] of ordered(1, first)) tested.hear(from, message);
    expect(timers(tested)).toEqual([start]);
  });

  test("the primary has none", () => {
    const tested = replica({ self: 0 });
    tested.replica.onRequest(first);
    expect(timers(tested)).toEqual([]);
    tested.replica.onTimeout("view-change");
    expect(viewOf(tested)).toBe(0);
  });
});

describe("PBFT, giving up a view (4.4)", () => {
  test("the promise is stored, then told to everybody, with what was prepared and accepted", () => {
    const tested = replica();
    for (const [from, message] of ordered(1, first).slice(0, 3)) tested.hear(from, message);
    tested.hear(0, prePrepare(2, [second]));
    tested.take();
    tested.replica.onTimeout("view-change");
    const one = { position: 1, digest, view: 0 };
    const two = { position: 2, digest: batchDigest([second]), view: 0 };
    const message = viewChange(1, 1, { prepared: [one], accepted: [one, two] });
    expect(tested.take()).toEqual([
      { persist: { type: "View", view: 1 } },
      ...[0, 2, 3].map(to => ({ to, send: message })),
    ]);
    expect([viewOf(tested), isChanging(tested)]).toEqual([1, true]);
  });

  test("no votes in a view after that", () => {
    const tested = replica();
    tested.hear(2, prepare(2, 1, digest));
    giveUp(tested);
    tested.take();
    for (const [from, message] of ordered(1, first)) tested.hear(from, message);
    tested.hear(0, prePrepare(2, [second]));
    expect(tested.take()).toEqual([]);
    expect(tested.replica.status().committed).toBe(0);
  });

  test("checkpoints still count", () => {
    const tested = replica({ options: { checkpointEvery: 1, logSize: 2 } });
    for (const [from, message] of ordered(1, first)) tested.hear(from, message);
    const state = tested.store.digest();
    giveUp(tested, second);
    for (const from of [0, 2]) tested.hear(from, checkpoint(from, 1, state));
    const snapshot = tested.take().find(effect => "snapshot" in effect);
    expect(snapshot).toMatchObject({ snapshot: { view: 1, changing: true } });
  });

  test("of f + 1 others who are ahead one is honest: follow, to the lowest of their views", () => {
    const tested = replica();
    tested.hear(2, viewChange(2, 5));
    tested.hear(2, viewChange(2, 6), viewChange(2, 6));
    expect([viewOf(tested), isChanging(tested)]).toEqual([0, false]);
    tested.hear(3, viewChange(3, 3));
    expect([viewOf(tested), isChanging(tested)]).toEqual([3, true]);
    expect(types(tested.said())).toEqual(["ViewChange"]);
  });

  const invalid: readonly (readonly [string, ViewChange])[] = [
    ["in another's name", viewChange(0, 1)],
    [
      "without a signature",
      { ...viewChange(3, 1), proof: { ...viewChange(3, 1).proof, transferable: false } },
    ],
    ["changed since it was signed", { ...viewChange(3, 1), stable: 128 }],
    [
      "with something prepared in a later view",
      viewChange(3, 1, { prepared: [{ position: 1, digest, view: 1 }] }),
    ],
    ["with something prepared beyond the water marks", viewChange(3, 1, { prepared: [at(300)] })],
    ["with two things prepared in one place", viewChange(3, 1, { prepared: [at(1), at(1)] })],
    ["with a checkpoint below the stable one", viewChange(3, 1, { stable: 128 })],
  ];
  test.each(invalid)("a ViewChange %s is none", (_what, message) => {
    const tested = replica();
    tested.hear(2, viewChange(2, 1));
    tested.hear(3, message);
    expect(viewOf(tested)).toBe(0);
  });

  test("a state that was had from others may lie beyond the high water mark of who says so", () => {
    const tested = replica({ options: { checkpointEvery: 2, logSize: 4 } });
    tested.hear(2, viewChange(2, 1));
    tested.hear(3, viewChange(3, 1, { checkpoints: [NOTHING_YET, { position: 6, digest: "of others" }] }));
    expect(viewOf(tested)).toBe(1);
  });

  test("the time of the next primary runs once a quorum asks for it, and doubles with each view in vain", () => {
    const tested = replica({ self: 3 });
    giveUp(tested);
    timers(tested);
    tested.hear(0, viewChange(0, 1));
    expect(timers(tested)).toEqual([]);
    tested.hear(2, viewChange(2, 1));
    expect(timers(tested)).toEqual([{ setTimer: "view-change", delay: 500 }]);
    for (const [view, delay] of [
      [2, 1000],
      [4, 2000],
    ] as const) {
      if (view === 4) for (const from of [0, 2]) tested.hear(from, viewChange(from, 4));
      else {
        tested.replica.onTimeout("view-change");
        for (const from of [0, 1]) tested.hear(from, viewChange(from, view));
      }
      expect(viewOf(tested)).toBe(view);
      expect(timers(tested)).toContainEqual({ setTimer: "view-change", delay });
    }
  });

  test("without a quorum nobody's time runs: who is cut off climbs one view and no more", () => {
    const tested = replica();
    giveUp(tested);
    expect(timers(tested).map(effect => "setTimer" in effect && effect.setTimer)).toEqual([
      "view-change",
      false,
      false,
    ]);
    for (let tick = 0; tick < 5; tick++) tested.replica.onTimeout("status");
    expect(timers(tested)).toEqual([]);
    expect(viewOf(tested)).toBe(1);
  });

  test("who asks for a later view counts: it will never ask for this one again", () => {
    const tested = replica({ self: 3 });
    giveUp(tested);
    timers(tested);
    tested.hear(1, viewChange(1, 1));
    tested.hear(0, viewChange(0, 2));
    expect(timers(tested)).toEqual([start]);
    tested.replica.onTimeout("view-change");
    expect([viewOf(tested), isChanging(tested)]).toEqual([2, true]);
  });

  test("but no view begins with what was said for a later one", () => {
    const tested = replica();
    giveUp(tested);
    tested.said();
    tested.hear(3, viewChange(3, 1));
    tested.hear(0, viewChange(0, 2));
    expect(types(tested.said())).toEqual([]);
    tested.hear(2, viewChange(2, 1));
    expect(types(tested.said())).toContain("NewView");
  });

  test("it is said again from time to time, until the view begins", () => {
    const tested = replica();
    giveUp(tested);
    tested.said();
    tested.replica.onTimeout("status");
    expect(types(tested.said())).toEqual(["ViewChange", "Status"]);
  });
});
