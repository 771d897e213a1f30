import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Histogram } from "../../src/metrics/histogram.ts";

const latencies = fc.array(fc.integer({ min: 0, max: 2 ** 45 }), { minLength: 1, maxLength: 300 });
/** Latencies of all magnitudes alike, not mostly large ones. */
const magnitudes = fc.array(
  fc
    .tuple(fc.integer({ min: 0, max: 44 }), fc.double({ min: 1, max: 2, noNaN: true }))
    .map(([power, factor]) => Math.floor(2 ** power * factor)),
  { minLength: 1, maxLength: 300 },
);
const shares = fc.double({ min: 0.001, max: 1, noNaN: true });

function histogramOf(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

/** By nearest rank, from all values. */
function exactPercentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(share * sorted.length - 1e-9) - 1)]!;
}

describe("the histogram", () => {
  test.each([latencies, magnitudes])("a percentile is within one per cent of the exact one", values => {
    fc.assert(
      fc.property(values, shares, (recorded, share) => {
        const exact = exactPercentile(recorded, share);
        expect(Math.abs(histogramOf(recorded).percentile(share)! - exact)).toBeLessThanOrEqual(0.01 * exact);
      }),
    );
  });

  test("mean, least and greatest are exact", () => {
    const histogram = histogramOf([1, 1_000_003, 5_000_000_000_001]);
    expect([histogram.count, histogram.min, histogram.max]).toEqual([3, 1, 5_000_000_000_001]);
    expect(histogram.mean).toBe(5_000_001_000_005 / 3);
  });

  test("of equal values every percentile is that value", () => {
    const histogram = histogramOf(new Array(1000).fill(1_234_567));
    for (const share of [0.001, 0.5, 0.999, 1]) expect(histogram.percentile(share)).toBe(1_234_567);
  });

  test("values below 256 are kept exactly", () => {
    const histogram = histogramOf(Array.from({ length: 256 }, (_, value) => value));
    for (const share of [0.25, 0.5, 0.75]) expect(histogram.percentile(share)).toBe(share * 256 - 1);
  });

  test("the whole range is ordered: larger values have no smaller percentile", () => {
    for (let power = 0; power < 46; power++) {
      const edge = 2 ** power;
      const histogram = histogramOf([edge - 1, edge, edge + 1, 3 * edge]);
      const found = [0.25, 0.5, 0.75, 1].map(share => histogram.percentile(share)!);
      expect(found).toEqual([...found].sort((left, right) => left - right));
    }
  });

  test("merging is the same as recording everything in one", () => {
    fc.assert(
      fc.property(magnitudes, latencies, (left, right) => {
        const merged = histogramOf(left);
        merged.merge(histogramOf(right));
        const union = histogramOf([...left, ...right]);
        expect(merged.toSparse()).toEqual(union.toSparse());
        expect([merged.count, merged.min, merged.max]).toEqual([union.count, union.min, union.max]);
        expect(merged.mean! / Math.max(1, union.mean!)).toBeCloseTo(
          union.mean! / Math.max(1, union.mean!),
          9,
        );
      }),
    );
  });

  test("what a result file holds is read back as it was", () => {
    fc.assert(
      fc.property(magnitudes, shares, (values, share) => {
        const histogram = histogramOf(values);
        const sparse = JSON.parse(JSON.stringify(histogram.toSparse()));
        const exact = { mean: histogram.mean!, min: histogram.min!, max: histogram.max! };
        const read = Histogram.fromSparse(sparse, exact);
        expect(read.toSparse()).toEqual(histogram.toSparse());
        expect(read.percentile(share)).toBe(histogram.percentile(share));
        expect(read.mean).toBeCloseTo(histogram.mean!, 3);
        const inexact = Histogram.fromSparse(sparse).percentile(share)!;
        expect(Math.abs(inexact - histogram.percentile(share)!)).toBeLessThanOrEqual(0.01 * inexact);
      }),
    );
  });

  test("an empty one knows nothing", () => {
    const empty = new Histogram();
    expect([empty.mean, empty.min, empty.max, empty.percentile(0.5)]).toEqual(new Array(4).fill(undefined));
    expect(empty.toSparse().buckets).toEqual([]);
  });

  test("what lies beyond the range counts in the last bucket, and the greatest stays exact", () => {
    const histogram = histogramOf([2 ** 50, 2 ** 50]);
    expect(histogram.max).toBe(2 ** 50);
    expect(histogram.percentile(1)).toBe(2 ** 50);
  });
});
