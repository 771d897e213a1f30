import { describe, expect, test } from "vitest";
import { estimate, tQuantile } from "../../src/metrics/statistics.ts";

describe("Student's t", () => {
  test.each([
    [0.975, 1, 12.7062],
    [0.975, 2, 4.30265],
    [0.975, 3, 3.18245],
    [0.975, 4, 2.77645],
    [0.975, 9, 2.26216],
    [0.975, 10, 2.22814],
    [0.975, 29, 2.04523],
    [0.975, 30, 2.04227],
    [0.975, 120, 1.97993],
    [0.995, 4, 4.60409],
    [0.95, 5, 2.01505],
    [0.9995, 1, 636.619],
    [0.975, 100_000, 1.95999],
  ])("the quantile of %d with %d degrees of freedom is %d, as in the tables", (probability, degrees, t) => {
    expect(tQuantile(probability, degrees) / t).toBeCloseTo(1, 5);
  });

  test("the median is 0, and what is no probability is an error", () => {
    expect(tQuantile(0.5, 4)).toBeCloseTo(0, 12);
    expect(() => tQuantile(1, 4)).toThrow("no t quantile");
    expect(() => tQuantile(Number.NaN, 4)).toThrow("no t quantile");
  });
});

describe("a mean over seeds", () => {
  test("and its interval come from logarithms, so that both scale with the unit", () => {
    const { mean, low, high, method } = estimate([90, 100, 110, 120, 95])!;
    expect(method).toBe("log-t");
    // Computed elsewhere, with t = 2.776445 for 4 degrees.
    expect(mean).toBeCloseTo(102.449067, 5);
    expect(low).toBeCloseTo(88.789152, 3);
    expect(high).toBeCloseTo(118.210515, 3);
    expect(low! * high!).toBeCloseTo(mean * mean, 6);
    const scaled = estimate([90, 100, 110, 120, 95].map(value => value * 1000))!;
    expect(scaled.low! / low!).toBeCloseTo(1000, 9);
  });

  test("with a zero among the values, the values themselves are used", () => {
    const { mean, low, high, method } = estimate([0, 2, 4])!;
    expect({ mean, method }).toEqual({ mean: 2, method: "t" });
    expect(high! - mean).toBeCloseTo((4.30265 * 2) / Math.sqrt(3), 4);
    expect(mean - low!).toBeCloseTo(high! - mean, 12);
  });

  test("one seed, and seeds that agree, have no interval and say so", () => {
    expect(estimate([])).toBeUndefined();
    expect(estimate([7])).toEqual({ count: 1, method: "single", mean: 7, low: undefined, high: undefined });
    expect(estimate([0.1, 0.1, 0.1])).toMatchObject({ method: "constant", mean: 0.1, low: undefined });
  });

  test("more confidence takes a wider interval", () => {
    const values = [3, 4, 5, 6];
    expect(estimate(values, 0.99)!.high!).toBeGreaterThan(estimate(values)!.high!);
  });
});
