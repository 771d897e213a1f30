/** Nobody goes back on its word, not after a restart either. */
import { describe, expect, test } from "vitest";
import { inSlots, Script } from "./facts.ts";

describe("within one life", () => {
  test("epochs never fall", () => {
    expect(new Script().fact(0, "epoch", 2).fact(0, "epoch", 1).broken).toEqual(["kept-word"]);
    expect(new Script().fact(0, "epoch", 1).fact(0, "epoch", 2).fact(1, "epoch", 1).broken).toEqual([]);
  });

  test("one vote an epoch", () => {
    const script = () => new Script().fact(1, "epoch", 3).fact(1, "voted", 3, 0, 0);
    expect(script().fact(1, "voted", 3, 0, 0).fact(1, "voted", 4, 0, 2).broken).toEqual([]);
    expect(script().fact(1, "voted", 3, 0, 2).broken).toEqual(["kept-word"]);
    expect(script().fact(1, "voted", 2, 0, 0).broken).toEqual(["kept-word"]);
  });

  test("nothing below a promise is accepted", () => {
    const script = () => new Script({ description: inSlots }).fact(0, "promised", 5, 0, 1);
    expect(script().accept([0], 5, 1, 1).broken).toEqual([]);
    expect(script().accept([0], 4, 1, 1).broken).toEqual(["kept-word"]);
    expect(script().fact(0, "promised", 5, 0, 0).broken).toEqual(["kept-word"]); // of a lower ballot in that round
  });

  test("a promise for one position says nothing about others", () => {
    const script = () => new Script({ description: inSlots }).fact(0, "promised", 5, 7);
    expect(script().accept([0], 4, 6, 1).broken).toEqual([]);
    expect(script().accept([0], 4, 7, 1).broken).toEqual(["kept-word"]);
  });

  test("in a slot, what was accepted gives way to later epochs only", () => {
    const paxos = () => new Script({ description: inSlots }).accept([0], 2, 1, 1);
    expect(paxos().accept([0], 3, 1, 2).broken).toEqual([]);
    expect(paxos().accept([0], 1, 1, 2).broken).toEqual(["kept-word"]);
    const views = new Script({
      n: 4,
      quorum: 3,
      byzantine: true,
      description: { ...inSlots, oneLeaderPerEpoch: true },
    });
    expect(views.accept([0], 2, 1, 1).accept([0], 2, 1, 2).broken).toEqual(["kept-word"]);
  });

  test("what is committed is not given up", () => {
    const script = () => new Script().accept([0, 1], 1, 1, 1).accept([0], 1, 2, 2).commit([0], 1, 1, 1);
    expect(script().fact(1, "epoch", 2).fact(1, "withdrew", 2, 2).broken).toEqual([]);
    expect(script().fact(1, "epoch", 2).fact(1, "withdrew", 2, 1).broken).toEqual(["kept-word"]);
  });

  test("what was vouched for to a leader is not given up in its term", () => {
    const script = () => new Script().fact(1, "epoch", 1).accept([1], 1, 1, 1).accept([1], 1, 2, 2);
    expect(script().fact(1, "epoch", 2).fact(1, "withdrew", 2, 2).broken).toEqual([]);
    expect(script().fact(1, "withdrew", 1, 2).broken).toEqual(["kept-word"]);
    expect(script().accept([1], 1, 1, 3).broken).toContain("kept-word"); // replaced without a word
  });

  test("a log's commits go forward", () => {
    const script = new Script().accept([0, 1], 1, 1, 1).accept([0, 1], 1, 2, 2);
    script.commit([0], 1, 1, 1).commit([0], 1, 2, 2).commit([0], 1, 1, 1);
    expect(script.broken).toEqual(["kept-word"]);
  });
});

describe("across a restart", () => {
  /** In epoch 3, with a vote, an entry and a snapshot; so much of it is on the disk. */
  const vouched = (stored: number | undefined = undefined) => {
    const script = new Script();
    script.handed[1] = 4;
    script.stored[1] = stored;
    return script
      .fact(1, "epoch", 3)
      .fact(1, "voted", 3, 0, 2)
      .accept([1], 3, 6, 1)
      .fact(1, "snapshot", 3, 5);
  };
  const found = (script: Script, left: readonly ("epoch" | "vote" | "entry" | "snapshot")[]) =>
    script.crash(1).restart(1, () => {
      if (left.includes("snapshot")) script.fact(1, "snapshot", 3, 5);
      if (left.includes("epoch")) script.fact(1, "epoch", 3);
      if (left.includes("vote")) script.fact(1, "voted", 3, 0, 2);
      if (left.includes("entry")) script.accept([1], 3, 6, 1);
    });

  test("all is found again", () => {
    expect(found(vouched(), ["epoch", "vote", "entry", "snapshot"]).broken).toEqual([]);
  });

  test.each([
    ["epoch", "came back in epoch 0, and had stored epoch 3"],
    ["vote", "no longer knew its vote for n2 in epoch 3"],
    ["entry", "no longer held operation 1 of client 1 (put k1) at position 6 in epoch 3"],
    ["snapshot", "no longer had its snapshot of position 5"],
  ] as const)("the %s is not", (lost, says) => {
    const left = (["epoch", "vote", "entry", "snapshot"] as const).filter(one => one !== lost);
    const script = found(vouched(), left);
    expect(script.broken).toEqual(["kept-word"]);
    expect(script.sentence).toContain(says);
  });

  test("nobody misses what the disk had not got", () => {
    expect(found(vouched(3), []).broken).toEqual([]);
  });

  test("a vote that was lost before it was durable may be given again", () => {
    const script = found(vouched(3), []).fact(1, "epoch", 3).fact(1, "voted", 3, 0, 0);
    expect(script.broken).toEqual([]);
  });

  test("an empty disk is no broken word, but whoever has one is named", () => {
    const script = vouched().crash(1);
    script.checker.onForget(1);
    expect(script.restart(1, () => {}).broken).toEqual([]);
    expect([...script.checker.forgot]).toEqual([1]);
  });

  test("promises are found again, wherever they were made", () => {
    const promised = (position: number, found: number) => {
      const script = new Script({ description: inSlots }).fact(0, "promised", 4, position, 1).crash(0);
      return script.restart(0, () => found > 0 && script.fact(0, "promised", found, position, 1)).broken;
    };
    expect([promised(0, 4), promised(0, 5), promised(3, 4)]).toEqual([[], [], []]);
    expect([promised(0, 0), promised(0, 3), promised(3, 0)]).toEqual([
      ["kept-word"],
      ["kept-word"],
      ["kept-word"],
    ]);
  });

  test("what is on the disk is older than the promise beside it", () => {
    const script = new Script({ description: inSlots }).accept([0], 1, 1, 1).fact(0, "promised", 4);
    script.crash(0).restart(0, () => script.fact(0, "promised", 4).accept([0], 1, 1, 1));
    expect(script.broken).toEqual([]);
  });

  test("what had been executed is executed again, and is the same", () => {
    const script = new Script().accept([0, 1], 1, 1, 1).commit([0], 1, 1, 1).execute(0, 1, 1).crash(0);
    script.effects[0] = 0;
    script.restart(0, () => script.fact(0, "epoch", 1).accept([0], 1, 1, 1));
    expect(script.commit([0], 1, 1, 1).execute(0, 1, 1).finish().broken).toEqual([]);
  });
});

test("an entry behind an installed snapshot is not compared with what was held there before", () => {
  const script = new Script().fact(0, "leads", 1).accept([0, 1], 1, 1, 1).commit([0, 1], 1, 1, 1);
  script.accept([0], 1, 2, 8).accept([0], 1, 3, 9); // n0's tail, which nobody else gets
  script.fact(1, "leads", 2).accept([1, 2], 2, 2, 2).accept([1, 2], 2, 3, 3).commit([1], 2, 2, 2);
  script.fact(0, "epoch", 2).fact(0, "snapshot", 2, 2).fact(0, "withdrew", 2, 3).accept([0], 2, 3, 3);
  expect(script.broken).toEqual([]);
});

describe("what was chosen in a later epoch", () => {
  /** n1, n2 and n3 choose in epoch 3 what n0 holds of epoch 1, and n4 led epoch 2 with something else. */
  const chosen = () => {
    const script = new Script({ n: 5 }).fact(0, "leads", 1).accept([0, 1], 1, 1, 1);
    script.fact(4, "leads", 2).accept([4], 2, 1, 9);
    script.fact(1, "leads", 3).accept([2, 3], 1, 1, 1);
    for (const node of [1, 2, 3]) script.fact(node, "epoch", 3);
    return script.accept([1, 2, 3], 3, 2, 2).commit([1], 3, 1, 1);
  };

  test("may be given up by a replica that has not heard of that epoch yet", () => {
    expect(chosen().fact(0, "epoch", 2).fact(0, "withdrew", 2, 1).broken).toEqual([]);
  });

  test("and by nobody who has", () => {
    expect(chosen().fact(0, "epoch", 3).fact(0, "withdrew", 3, 1).broken).toEqual(["kept-word"]);
  });
});
