import { describe, expect, test } from "vitest";
import { append, get, put } from "../requests.ts";
import { accept, accepted, ballot, learn, nack, prepare, promise, sends, start } from "./recorded.ts";

const own = ballot(1, 0);

describe("Paxos, a proposer", () => {
  test("asks at once, and promises itself what it asks for; that promise waits for its disk", () => {
    const recording = start();
    recording.replica.onRequest(put(1));
    expect(recording.take({ timers: true })).toEqual([
      { to: 1, send: prepare(1, own), now: true },
      { to: 2, send: prepare(1, own), now: true },
      { persist: { type: "Promised", slot: 1, ballot: own } },
      { to: 0, send: promise(1, own) },
      { setTimer: "retry", delay: 100 },
    ]);
  });

  test("proposes once a quorum has promised, itself included", () => {
    const recording = start();
    recording.replica.onRequest(put(1));
    recording.take();
    for (const node of [1, 2]) recording.replica.onMessage(node, promise(1, own));
    expect(recording.take()).toEqual([]);
    recording.replica.onMessage(0, promise(1, own));
    expect(recording.take()).toEqual([
      { to: 1, send: accept(1, own, put(1)), now: true },
      { to: 2, send: accept(1, own, put(1)), now: true },
      { persist: { type: "Accepted", slot: 1, ballot: own, value: [put(1)], committed: 0 } },
      { to: 0, send: accepted(1, own) },
    ]);
  });

  test("has its value chosen by a quorum, tells everybody, executes and answers", () => {
    const recording = proposing();
    recording.replica.onMessage(1, accepted(1, own));
    expect(recording.take()).toEqual([]);
    recording.replica.onMessage(2, accepted(1, own));
    expect(recording.take()).toEqual([
      { to: 1, send: learn(1, [put(1)]), now: true },
      { to: 2, send: learn(1, [put(1)]), now: true },
      { reply: undefined, request: put(1), now: true },
    ]);
  });

  test.each([
    [3, 2],
    [4, 3],
    [5, 3],
    [9, 5],
    [64, 33],
  ])("of %i acceptors it takes %i in each phase, each counted once", (n, quorum) => {
    const recording = start({ n });
    const mine = ballot(1, 0, n);
    recording.replica.onRequest(put(1));
    recording.take();
    for (let node = 0; node < quorum - 1; node++)
      for (let copies = 0; copies < 2; copies++) recording.replica.onMessage(node, promise(1, mine));
    expect(recording.take()).toEqual([]);
    recording.replica.onMessage(n - 1, promise(1, mine));
    expect(sends(recording.take(), "Accept").length).toBe(n - 1);
    for (let node = 0; node < quorum - 1; node++)
      for (let copies = 0; copies < 2; copies++) recording.replica.onMessage(node, accepted(1, mine));
    expect(recording.replica.status().committed).toBe(0);
    recording.replica.onMessage(n - 1, accepted(1, mine));
    expect(recording.replica.status().committed).toBe(1);
  });

  test("proposes the value of the highest ballot that it hears of, and its own in the next slot", () => {
    const recording = start({ n: 5 });
    const mine = ballot(1, 0, 5);
    recording.replica.onRequest(put(1));
    recording.take();
    const [low, high] = [ballot(0, 2, 5), ballot(0, 4, 5)];
    recording.replica.onMessage(2, promise(1, mine, low, [put(2, "low", 2)]));
    recording.replica.onMessage(4, promise(1, mine, high, [put(4, "high", 4)]));
    recording.replica.onMessage(0, promise(1, mine));
    expect(sends(recording.take(), "Accept")[0]).toEqual(accept(1, mine, put(4, "high", 4)));
    for (const node of [1, 2, 3]) recording.replica.onMessage(node, accepted(1, mine));
    const effects = recording.take();
    expect(sends(effects, "Prepare")[0]).toEqual(prepare(2, mine));
    expect(effects.filter(effect => "reply" in effect)).toEqual([]);
  });

  test("answers of other ballots, phases and slots do not count", () => {
    const recording = start();
    recording.replica.onRequest(put(1));
    recording.replica.onTimeout("retry");
    recording.take();
    for (const node of [0, 1, 2]) {
      recording.replica.onMessage(node, promise(1, ballot(9, 0)));
      recording.replica.onMessage(node, promise(2, own));
      recording.replica.onMessage(node, accepted(1, own));
    }
    expect(recording.take()).toEqual([]);
  });

  test("without a quorum it tries a higher ballot after a while", () => {
    const recording = start();
    recording.replica.onRequest(put(1));
    recording.take();
    recording.advance(100);
    recording.replica.onTimeout("retry");
    expect(sends(recording.take(), "Prepare")[0]).toEqual(prepare(1, ballot(2, 0)));
    expect(recording.replica.status().epoch).toBe(2);
  });

  test("later each time: it may be the network that is slow", () => {
    const recording = start();
    recording.replica.onRequest(put(1));
    const delays = Array.from({ length: 6 }, () => {
      const [timer] = recording.take({ timers: true }).filter(effect => "setTimer" in effect);
      recording.advance(2000);
      recording.replica.onTimeout("retry");
      return (timer as { delay: number }).delay;
    });
    expect(delays).toEqual([100, 200, 400, 800, 1600, 1600]);
  });

  test("once nobody outbids it, it waits half as long the next time", () => {
    const recording = start({ random: () => 0.5 });
    const outbid = (slot: number) => {
      recording.replica.onRequest(put(slot));
      const [sent] = sends(recording.take(), "Prepare") as { ballot: number }[];
      recording.replica.onMessage(1, nack(slot, sent!.ballot, sent!.ballot + 1));
      return recording.take({ timers: true })[0];
    };
    const learnt = (slot: number) => recording.replica.onMessage(1, learn(slot, [put(slot)]));
    expect(outbid(1)).toEqual({ setTimer: "retry", delay: 1 });
    learnt(1);
    expect(outbid(2)).toEqual({ setTimer: "retry", delay: 2 });
    learnt(2);
    recording.replica.onRequest(put(3));
    learnt(3);
    recording.take();
    expect(outbid(4)).toEqual({ setTimer: "retry", delay: 2 });
  });

  test("if it was outbid it waits at random, longer each time, and outbids in turn", () => {
    const recording = start({ random: () => 0.5 });
    recording.replica.onRequest(put(1));
    const delays = [1, 2, 3, 4].map(round => {
      recording.take();
      const refused = ballot(2 * round - 1, 0);
      for (const node of [1, 2]) recording.replica.onMessage(node, nack(1, refused, ballot(2 * round, 1)));
      const timers = recording.take({ timers: true });
      recording.advance(1000);
      recording.replica.onTimeout("retry");
      return timers;
    });
    expect(delays).toEqual([1, 2, 4, 8].map(delay => [{ setTimer: "retry", delay }]));
    expect(sends(recording.take(), "Prepare")[0]).toEqual(prepare(1, ballot(9, 0)));
  });

  test("a refusal does not keep it from going on if a quorum answers all the same", () => {
    const recording = start();
    recording.replica.onRequest(put(1));
    recording.take();
    recording.replica.onMessage(2, nack(1, own, ballot(2, 1)));
    for (const node of [0, 1]) recording.replica.onMessage(node, promise(1, own));
    expect(sends(recording.take(), "Accept").length).toBe(2);
  });

  test("a node of a higher number outbids one of a lower in the same round", () => {
    const recording = start({ self: 2 });
    recording.replica.onMessage(1, prepare(1, ballot(1, 1)));
    recording.replica.onRequest(put(1));
    expect(sends(recording.take(), "Prepare")[0]).toEqual(prepare(1, ballot(1, 2)));
  });

  test("its batch goes to the next slot if it learns that another's was chosen; or was its own, adopted", () => {
    const recording = start({ policy: { batch: { max: 8, min: 2, delay: 0 } } });
    for (const client of [0, 1]) recording.replica.onRequest(put(1, "v", client));
    recording.take();
    recording.replica.onMessage(1, learn(1, [put(1, "other", 5)]));
    expect(sends(recording.take(), "Prepare")[0]).toEqual(prepare(2, own));
    recording.replica.onMessage(1, learn(2, [put(1, "v", 0), put(1, "v", 1)]));
    expect(recording.take().filter(effect => "reply" in effect).length).toBe(2);
  });

  test("does not propose what was executed meanwhile, but answers it", () => {
    const recording = start({ policy: { batch: { max: 1, min: 1, delay: 0 }, window: 1 } });
    for (const client of [0, 1]) recording.replica.onRequest(put(1, "v", client));
    recording.take();
    recording.replica.onMessage(2, learn(1, [put(1, "v", 1)], [put(1, "v", 0)]));
    const effects = recording.take();
    expect(effects.filter(effect => "reply" in effect).length).toBe(2);
    expect(sends(effects, "Prepare")).toEqual([]);
  });

  test("tries so many slots at once as the window lets through", () => {
    const recording = start({ policy: { batch: { max: 1, min: 1, delay: 0 }, window: 2 } });
    for (const client of [0, 1, 2]) recording.replica.onRequest(put(1, "v", client));
    expect(sends(recording.take(), "Prepare")).toEqual([
      prepare(1, own),
      prepare(1, own),
      prepare(2, own),
      prepare(2, own),
    ]);
    recording.replica.onMessage(1, learn(1, [put(1, "v", 0)]));
    expect(sends(recording.take(), "Prepare")[0]).toEqual(prepare(3, own));
  });

  test("starts when batch.min requests wait, or when the first has waited batch.delay", () => {
    const recording = start({ policy: { batch: { max: 8, min: 3, delay: 5 } } });
    for (const client of [0, 1]) recording.replica.onRequest(put(1, "v", client));
    expect(recording.take({ timers: true })).toContainEqual({ setTimer: "batch", delay: 5 });
    recording.replica.onTimeout("batch");
    expect(sends(recording.take(), "Prepare").length).toBe(2);
  });
});

describe("Paxos, an acceptor", () => {
  test("stores a promise before it gives it, and says what it has accepted", () => {
    const recording = start();
    recording.replica.onMessage(1, accept(1, ballot(1, 1), put(1)));
    recording.take();
    recording.replica.onMessage(2, prepare(1, ballot(1, 2)));
    recording.replica.onMessage(2, prepare(2, ballot(1, 2)));
    expect(recording.take()).toEqual([
      { persist: { type: "Promised", slot: 1, ballot: ballot(1, 2) } },
      { to: 2, send: promise(1, ballot(1, 2), ballot(1, 1), [put(1)]) },
      { persist: { type: "Promised", slot: 2, ballot: ballot(1, 2) } },
      { to: 2, send: promise(2, ballot(1, 2)) },
    ]);
  });

  test("stores what it accepts before it says so, once", () => {
    const recording = start();
    for (let copies = 0; copies < 2; copies++)
      recording.replica.onMessage(1, accept(1, ballot(1, 1), put(1)));
    const send = accepted(1, ballot(1, 1));
    expect(recording.take()).toEqual([
      { persist: { type: "Accepted", slot: 1, ballot: ballot(1, 1), value: [put(1)], committed: 0 } },
      { to: 1, send },
      { to: 1, send },
    ]);
  });

  test("refuses what is below its promise in that slot, and in no other; the nack carries the ballot", () => {
    const recording = start();
    recording.replica.onMessage(2, accept(1, ballot(5, 2), put(1)));
    recording.take();
    recording.replica.onMessage(1, prepare(1, ballot(5, 1)));
    recording.replica.onMessage(1, accept(1, ballot(5, 1), put(2)));
    recording.replica.onMessage(1, prepare(2, ballot(5, 1)));
    const effects = recording.take();
    const refused = nack(1, ballot(5, 1), ballot(5, 2));
    expect(sends(effects, "Nack")).toEqual([refused, refused]);
    expect(sends(effects, "Promise")).toEqual([promise(2, ballot(5, 1))]);
  });

  test("remembers after a crash what it promised, accepted and knew to be chosen", () => {
    const recording = start({}, [
      { type: "Accepted", slot: 1, ballot: ballot(1, 1), value: [append(1, "a")], committed: 0 },
      { type: "Chosen", slot: 1, value: [append(1, "b", 1)] },
      { type: "Accepted", slot: 2, ballot: ballot(1, 1), value: [append(2, "c")], committed: 1 },
      { type: "Promised", slot: 2, ballot: ballot(7, 2) },
    ]);
    expect(recording.replica.status()).toMatchObject({ committed: 1, epoch: 7 });
    expect(recording.store.read(get(9))).toBe("b");
    recording.replica.onMessage(1, prepare(2, ballot(6, 1)));
    recording.replica.onMessage(1, prepare(2, ballot(8, 1)));
    expect(recording.take()).toContainEqual({ to: 1, send: nack(2, ballot(6, 1), ballot(7, 2)) });
  });

  test("tells who asks about a slot that is decided, and about those behind it", () => {
    const recording = start();
    recording.replica.onMessage(1, learn(1, [put(1)], [put(2)]));
    recording.replica.onMessage(1, learn(4, [put(4)]));
    recording.take();
    recording.replica.onMessage(2, prepare(1, ballot(9, 2)));
    recording.replica.onMessage(2, accept(2, ballot(9, 2), put(9)));
    expect(recording.take()).toEqual([
      { to: 2, send: { ...learn(1, [put(1)], [put(2)]), cause: "recovery" } },
      { to: 2, send: { ...learn(2, [put(2)]), cause: "recovery" } },
    ]);
  });
});

describe("Paxos, a learner", () => {
  test("executes in the order of slots, and not beyond a gap", () => {
    const recording = start();
    recording.replica.onMessage(1, learn(2, [append(2, "b"), append(3, "c")]));
    expect(recording.replica.status().committed).toBe(0);
    recording.replica.onMessage(1, learn(1, [append(1, "a")]));
    expect(recording.replica.status().committed).toBe(2);
    expect(recording.store.read(get(9))).toBe("abc");
  });

  test("stores what is chosen unless it has accepted just that", () => {
    const recording = start();
    recording.replica.onMessage(1, accept(1, ballot(1, 1), put(1)));
    recording.take();
    recording.replica.onMessage(1, learn(1, [put(1)], [put(2)]));
    expect(recording.take()).toEqual([{ persist: { type: "Chosen", slot: 2, value: [put(2)] } }]);
  });

  test("with learn: proposer nobody else is told", () => {
    const recording = proposing({ options: { learn: "proposer" } });
    for (const node of [1, 2]) recording.replica.onMessage(node, accepted(1, own));
    expect(recording.take()).toEqual([{ reply: undefined, request: put(1), now: true }]);
  });
});

/** Node 0, in phase 2 of slot 1. */
function proposing(given = {}) {
  const recording = start(given);
  recording.replica.onRequest(put(1));
  for (const node of [0, 1]) recording.replica.onMessage(node, promise(1, own));
  recording.take();
  return recording;
}
