/** What is executed as soon as it is known to be committed is told in one call, and held to the same as in two. */
import { describe, expect, test } from "vitest";
import type { Invariants } from "#protocol";
import { inLog, inSlots, Script } from "./facts.ts";

const inStep = (description: Invariants, last: number): Script => {
  const script = new Script({ description });
  for (let position = 1; position <= last; position++) script.accept([0, 1, 2], 1, position, position);
  for (let position = 1; position <= last; position++) {
    for (const node of [0, 1]) script.commitAndExecute(node, 1, position, position);
  }
  return script;
};

describe.each([
  ["log", inLog],
  ["slots", inSlots],
])("in %s", (_order, description) => {
  test("replicas in step break nothing", () => {
    expect(inStep(description, 5).finish().broken).toEqual([]);
  });

  test("another command than the one that is chosen there", () => {
    const script = inStep(description, 3).commitAndExecute(2, 1, 1, 1).commitAndExecute(2, 1, 2, 3);
    expect(script.broken).toContain("state-machine-safety");
  });

  test("a position is left out", () => {
    const script = inStep(description, 3).commitAndExecute(2, 1, 1, 1).commitAndExecute(2, 1, 3, 3);
    expect(script.broken).toContain("in-order");
  });

  test("a position is executed again", () => {
    expect(inStep(description, 3).commitAndExecute(1, 1, 3, 3, false).broken).toContain("in-order");
  });

  test("what no quorum holds durably", () => {
    const script = inStep(description, 2).accept([0], 1, 3, 3);
    expect(script.commitAndExecute(0, 1, 3, 3).broken).toEqual(["commit-durability"]);
  });

  test("takes effect once, whoever was the first to know that it is chosen", () => {
    const known = inStep(description, 2).accept([0, 1, 2], 1, 3, 3).commit([2], 1, 3, 3);
    expect(known.commitAndExecute(0, 1, 3, 3).commitAndExecute(1, 1, 3, 3).finish().broken).toEqual([]);
    const twice = inStep(description, 2).accept([0, 1, 2], 1, 3, 3).commit([2], 1, 3, 3);
    twice.effects[0]!++;
    expect(twice.commitAndExecute(0, 1, 3, 3).broken).toEqual(["at-most-once"]);
  });
});

test("what a liar says is chosen is not, although it was in step before", () => {
  const script = inStep(inSlots, 3).accept([0, 1, 2], 1, 4, 4);
  script.checker.onLiar(1);
  script.commitAndExecute(1, 1, 4, 4).accept([0, 2], 2, 4, 5).commit([0], 2, 4, 5);
  expect(script.broken).toEqual([]);
});
