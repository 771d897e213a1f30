import { expect, test } from "vitest";
import { distanceTo } from "../../src/metrics/distance.ts";

const quartiles = [
  [0, 0],
  [0.25, 25],
  [0.5, 50],
  [0.75, 75],
  [1, 100],
] as const;
const evenly = (from: number, to: number, count = 1000) =>
  Array.from({ length: count }, (_, index) => from + ((index + 0.5) / count) * (to - from));

test("is nothing for values that have these quantiles", () => {
  expect(distanceTo(quartiles, evenly(0, 100))).toBe(0);
});

test("is by how much the shares differ where they differ most", () => {
  expect(distanceTo(quartiles, evenly(0, 50))).toBe(0.5); // at 50, where half should be, all are
  expect(distanceTo(quartiles, evenly(10, 110))).toBeCloseTo(0.1, 12);
  expect(distanceTo(quartiles, [200])).toBe(1);
  expect(distanceTo(quartiles, [-1])).toBe(1);
});
