import { expect, test } from "vitest";
import { didYouMean, nearest } from "../../src/workload/nearest.ts";

test.each([
  ["stedy", "steady"], // a letter missing
  ["setady", "steady"], // two swapped
  ["Steady", "steady"], // only the case differs
  ["ideals", "ideal"], // one too many
])("%s was meant to be %s", (word, meant) => {
  expect(nearest(word, ["ideal", "steady", "storm"])).toBe(meant);
});

test("nothing is near a word that differs in most letters", () => {
  expect(nearest("zebra", ["ideal", "steady"])).toBeUndefined();
  expect(didYouMean("zebra", ["ideal", "steady"])).toBe("");
  expect(nearest("x", [])).toBeUndefined();
});

test("the tail of a message names the word", () => {
  expect(didYouMean("rfat", ["raft", "pbft"])).toBe('; did you mean "raft"?');
});
