import { expect, test } from "vitest";
import { alike, didYouMean, nearest } from "../../src/workload/nearest.ts";

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
  expect(nearest("q", ["a", "b"])).toBeUndefined();
  expect(nearest("N", ["a", "n"])).toBe("n");
});

test("the tail of a message names the word", () => {
  expect(didYouMean("rfat", ["raft", "pbft"])).toBe('; did you mean "raft"?');
});

test.each([
  ["read", ["reads", "get", "put"], "get"], // another name for it
  ["write", ["get", "put"], "put"],
  ["zipf", ["uniform", "zipfian"], "zipfian"], // the only one that begins so …
  ["wan", ["lan", "ideal", "wan-3", "aws-5"], "wan-3"], // … is nearer than one with another letter
  ["late", ["latency_us.p50", "latency_us.p99", "lath"], "lath"], // of several that begin so none is
])("%s among %j was meant to be %s", (word, words, meant) => {
  expect(nearest(word, words)).toBe(meant);
});

test("where several are near, the few nearest are named", () => {
  const names = ["knee", "knee-open", "knee-search", "kneel", "knees", "kneed", "steady"];
  expect(alike("knie", names)).toBe('; did you mean "knee"?');
  expect(alike("kne", names)).toBe('; did you mean "knee", "knee-open", "knee-search" or "kneel"?');
  expect(alike("zebra", names)).toBe("");
});
