import { describe, expect, test } from "vitest";
import { estimate, hedgesG, holm, meanByT, tQuantile, twoSidedP } from "../../src/metrics/statistics.ts";

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

describe("a paired comparison", () => {
  // R 4.2: b <- c(101, 98, 105, 110, 95); n <- c(104, 99, 112, 118, 97); t.test(log(n), log(b), paired = TRUE)
  const base = [101, 98, 105, 110, 95];
  const differences = [104, 99, 112, 118, 97].map((value, index) => Math.log(value / base[index]!));

  test("gives R's mean, interval and p", () => {
    const byT = meanByT(differences, { confidence: 0.95 });
    expect(byT.mean).toBeCloseTo(0.0389999240956, 10);
    expect(byT.mean - byT.reach).toBeCloseTo(0.00566654489898, 9);
    expect(byT.mean + byT.reach).toBeCloseTo(0.07233330329213, 9);
    const t = byT.mean / byT.standardError;
    expect(t).toBeCloseTo(3.24842998124, 9);
    expect(twoSidedP(t, 4)).toBeCloseTo(0.0314223364559, 10);
  });

  test("of counts likewise", () => {
    // t.test(c(3, 5, 4, 6), c(1, 2, 2, 1), paired = TRUE)
    const { mean, reach, standardError } = meanByT([2, 3, 2, 5], { confidence: 0.95 });
    expect(mean).toBe(3);
    expect(mean - reach).toBeCloseTo(0.749670636772, 9);
    expect(mean + reach).toBeCloseTo(5.250329363228, 9);
    expect(twoSidedP(mean / standardError, 3)).toBeCloseTo(0.0239811997907, 10);
  });

  test("has an effect size that is corrected for few values", () => {
    // mean(d) / sd(d) is 1.45274205164; Hedges' factor for 4 degrees 0.797884560803, by his approximation 0.8
    expect(hedgesG(meanByT(differences, { confidence: 0.95 }), 5)).toBeCloseTo(1.45274205164 * 0.8, 9);
  });

  test("knows no less uncertainty than its values have", () => {
    const exact = meanByT([1, 1, 1], { confidence: 0.95 });
    expect(exact.reach).toBe(0);
    const rounded = meanByT([1, 1, 1], { confidence: 0.95, leastDeviation: 0.5 });
    expect(rounded.reach).toBeCloseTo((4.30265 * 0.5) / Math.sqrt(3), 4);
  });
});

describe("probabilities", () => {
  test.each([
    // 2 * pt(-abs(t), degrees)
    [0, 7, 1],
    [1, 1, 0.5],
    [2, 4, 0.116116523516816],
    [-1.5, 3, 0.230583865244823],
    [12.7062, 1, 0.0500000185607104],
    [10.6, 4, 0.000448321264446461],
    [40, 4, 2.33401632260127e-6],
    [8, 120, 8.83342566283003e-13],
    [100, 9, 5.07308976620856e-15],
  ])("of being as far out as %d with %d degrees are R's", (t, degrees, p) => {
    expect(Math.abs(twoSidedP(t, degrees) - p)).toBeLessThan(2e-15 + 1e-12 * p);
  });

  test("are never below nothing", () => {
    expect(twoSidedP(Number.POSITIVE_INFINITY, 4)).toBe(0);
    expect(twoSidedP(1e9, 5)).toBeGreaterThanOrEqual(0);
  });

  test("are adjusted as Holm does", () => {
    // p.adjust(c(0.01, 0.04, 0.03, 0.005, 0.5), "holm"), and with ties and a certainty
    expect(holm([0.01, 0.04, 0.03, 0.005, 0.5])).toEqual([0.04, 0.09, 0.09, 0.025, 0.5]);
    expect(holm([0.012, 0.012, 0.9, 0.02, 1])).toEqual([0.06, 0.06, 1, 0.06, 1]);
    expect(holm([])).toEqual([]);
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
