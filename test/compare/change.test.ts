import { describe, expect, test } from "vitest";
import { type ComparedMetric, type Comparison, regressed } from "../../src/compare/compare.ts";
import { usualThresholds, withThreshold } from "../../src/compare/threshold.ts";
import type { RunLine } from "../../src/results/schema.ts";
import { compared, epochs, latency, pairsOf } from "./pairs.ts";

const rates =
  (values: readonly number[]) =>
  (seed: number): Partial<RunLine> => ({ throughput_ops_s: values[seed - 1]! });

function metricIn({ rows }: Comparison, id: string, row = 0): ComparedMetric {
  const found = rows[row]!.metrics.find(({ metric }) => metric.id === id);
  expect(found, id).toBeDefined();
  return found!;
}

const throughput = (base: readonly number[], next: readonly number[], thresholds = usualThresholds) =>
  metricIn(compared(pairsOf(base.length, rates(base), rates(next)), thresholds), "throughput");

const threshold = (...texts: readonly string[]) =>
  texts.reduce((before, text) => withThreshold(text, before), usualThresholds);

describe("a size", () => {
  const base = [101, 98, 105, 110, 95];
  const next = [104, 99, 112, 118, 97];

  test("is compared by the logarithms of its ratios, as R does it", () => {
    // exp of t.test(log(next), log(base), paired = TRUE)
    const change = throughput(base, next);
    expect(change).toMatchObject({ scale: "ratio", method: "log-t" });
    expect(change.change).toBeCloseTo(1.03977040473, 9);
    expect(change.low).toBeCloseTo(1.00568263013, 9);
    expect(change.high).toBeCloseTo(1.07501358993, 9);
    expect(change.next / change.base).toBeCloseTo(change.change, 12); // geometric means
    expect(change.seeds[3]).toEqual({ seed: 4, base: 110, next: 118 });
  });

  test("must be beyond the threshold with its whole interval", () => {
    expect(throughput(base, next).verdict).toBe("inconclusive");
    expect(throughput(base, next).reason).toContain("across the threshold");
    expect(throughput(base, next, threshold("0.1%"))).toMatchObject({ verdict: "better", lies: "above" });
    expect(throughput(base, next, threshold("10%"))).toMatchObject({
      verdict: "no difference",
      lies: "inside",
    });
    // 2 * pt(-(mean(d) - log(1.01)) / se, 4): how likely beyond 1 %, not beyond 0
    expect(throughput(base, next, threshold("1%")).p).toBeCloseTo(0.0727918040989, 9);
  });

  test("gives the mirrored verdict when the sides change places", () => {
    for (const text of ["0.1%", "0.5%", "2%", "10%"]) {
      const there = throughput(base, next, threshold(text));
      const back = throughput(next, base, threshold(text));
      const mirrored = { better: "worse", worse: "better" } as Record<string, string>;
      expect(back.verdict).toBe(mirrored[there.verdict] ?? there.verdict);
      expect(back.change * there.change).toBeCloseTo(1, 12);
      expect(back.p).toBeCloseTo(there.p!, 12);
    }
  });

  test("that is zero somewhere is compared by differences", () => {
    const change = throughput([100, 101, 99], [0, 0, 1]);
    expect(change).toMatchObject({ scale: "difference", method: "t", verdict: "worse" });
    expect(change.change).toBeCloseTo(-99.666667, 5);
  });

  test("that no seed moves is decided from three seeds on: there is nothing to estimate", () => {
    const perOp = (per_op: number) => (): Partial<RunLine> => ({ bytes: { total: 1, per_op } });
    const change = metricIn(compared(pairsOf(3, perOp(400), perOp(500))), "bytes");
    expect(change).toMatchObject({ method: "constant", change: 1.25, low: null, verdict: "worse" });
    expect(metricIn(compared(pairsOf(3, perOp(400), perOp(404))), "bytes").verdict).toBe("no difference");
    expect(metricIn(compared(pairsOf(3, perOp(400), perOp(400))), "bytes")).toMatchObject({
      method: "equal",
      verdict: "no difference",
      p: null,
    });
  });

  test("may have a threshold in its own unit, and is then compared by differences", () => {
    const change = throughput([100, 103, 98], [160, 161, 157], threshold("throughput=100"));
    expect(change).toMatchObject({ scale: "difference", method: "t", verdict: "no difference" });
    expect(change.change).toBeCloseTo(59, 9);
  });

  test("of which one side has nothing leaves it open", () => {
    const pairs = pairsOf(5, rates([1, 2, 3, 4, 5]), seed => ({
      throughput_ops_s: seed === 2 ? null : seed,
    }));
    expect(metricIn(compared(pairs), "throughput")).toMatchObject({
      unmeasured: 1,
      verdict: "inconclusive",
      reason: "1 of 5 pairs have it on one side only",
    });
  });
});

describe("a latency", () => {
  const p50 = (us: number) => (): Partial<RunLine> => ({ latency_us: latency(us) });
  const exactly = threshold("0%");

  test("is known to a bucket of its histogram: that all seeds agree is rounding, and no certainty", () => {
    const clear = metricIn(compared(pairsOf(5, p50(1000), p50(1330))), "p50");
    expect(clear).toMatchObject({ method: "log-t", verdict: "worse" });
    expect(clear.low).toBeLessThan(1.33);
    expect(clear.high).toBeGreaterThan(1.33);
    expect(metricIn(compared(pairsOf(3, p50(1000), p50(1008)), exactly), "p50").verdict).toBe("inconclusive");
  });
});

describe("a count", () => {
  const growth =
    (values: readonly number[]) =>
    (seed: number): Partial<RunLine> => ({ epochs: epochs(values[seed - 1]!) });

  test("is compared by differences, as R does it", () => {
    // t.test(c(3, 5, 4, 6), c(1, 2, 2, 1), paired = TRUE)
    const change = metricIn(compared(pairsOf(4, growth([1, 2, 2, 1]), growth([3, 5, 4, 6]))), "term_growth");
    expect(change).toMatchObject({ scale: "difference", method: "t", base: 1.5, next: 4.5, change: 3 });
    expect(change.low).toBeCloseTo(0.749670636772, 9);
    expect(change.high).toBeCloseTo(5.250329363228, 9);
  });

  test("that every one of five seeds has and none had is worse; of three it may be chance", () => {
    const none = growth([0, 0, 0, 0, 0]);
    const one = growth([1, 1, 1, 1, 1]);
    expect(metricIn(compared(pairsOf(5, none, one)), "leader_changes").verdict).toBe("worse");
    expect(metricIn(compared(pairsOf(3, none, one)), "leader_changes").verdict).toBe("inconclusive");
  });

  test("may have a threshold of its own, in its own unit", () => {
    const pairs = pairsOf(5, growth([3, 3, 3, 3, 3]), growth([4, 4, 4, 4, 4]));
    expect(metricIn(compared(pairs), "term_growth").verdict).toBe("worse");
    expect(metricIn(compared(pairs, threshold("term_growth=1")), "term_growth").verdict).toBe(
      "no difference",
    );
    expect(metricIn(compared(pairs, threshold("term_growth=50%")), "term_growth").verdict).toBe(
      "no difference",
    );
  });
});

describe("many tests", () => {
  const change = { base: [100, 103, 98, 101, 99], next: [108, 112, 103, 110, 104] };

  test("make each of them need more", () => {
    const alone = throughput(change.base, change.next);
    expect(alone).toMatchObject({ verdict: "better" });
    expect(alone.p).toBe(alone.pAdjusted);
    const noise = Array.from({ length: 60 }, (_, row) => {
      const wobble = (seed: number) => ({ throughput_ops_s: 100 + ((seed * 7 + row * 3) % 5), n: 3 + row });
      const other = (seed: number) => ({ throughput_ops_s: 100 + ((seed * 3 + row * 7) % 5), n: 3 + row });
      return pairsOf(5, wobble, other);
    });
    const among = compared([pairsOf(5, rates(change.base), rates(change.next)), ...noise.slice(1)].flat());
    const crowded = among.rows
      .map((_, row) => metricIn(among, "throughput", row))
      .find(({ next }) => next > 105)!;
    expect(among.tested).toBeGreaterThan(40);
    expect(crowded.p).toBe(alone.p);
    expect(crowded).toMatchObject({ verdict: "inconclusive", lies: "above" });
    expect(crowded.reason).toContain("may look so by chance");
  });

  test("do not count where nothing differs: that cannot be a false alarm", () => {
    const equal = Array.from({ length: 60 }, (_, row) =>
      pairsOf(
        5,
        () => ({ throughput_ops_s: 100, n: 4 + row }),
        () => ({ throughput_ops_s: 100, n: 4 + row }),
      ),
    );
    const all = compared([...pairsOf(5, rates(change.base), rates(change.next)), ...equal.flat()]);
    expect(all.tested).toBe(1);
    expect(metricIn(all, "throughput").verdict).toBe("better");
    expect(regressed(all)).toBe(false);
  });
});

describe("too few seeds", () => {
  test("give no interval and no verdict, and say so", () => {
    const all = compared(pairsOf(2, rates([100, 100]), rates([50, 51])));
    expect(metricIn(all, "throughput")).toMatchObject({ method: "few", low: null, verdict: "inconclusive" });
    expect(all.warnings).toEqual(["1 of 1 rows have fewer than 3 seeds, which give no interval: --seeds 5"]);
    expect(compared(pairsOf(4, rates([1, 2, 3, 4]), rates([1, 2, 3, 4]))).warnings[0]).toContain(
      "fewer than 5",
    );
  });

  test("do not matter where nothing differs", () => {
    const same = () => ({ throughput_ops_s: 5, trace_hash: "same" });
    const all = compared(pairsOf(1, same, same));
    expect(metricIn(all, "throughput")).toMatchObject({ method: "equal", verdict: "no difference" });
    expect(all.warnings).toEqual([]);
  });
});

describe("thresholds", () => {
  test.each([
    ["5", "name the metric"],
    ["p98=5%", "There is no metric 'p98'"],
    ["-1%", "Write 2%"],
    ["p99=", "Write 2%"],
    ["two", "Write 2%"],
  ])("%s is answered with what is right", (text, answer) => {
    expect(() => withThreshold(text, usualThresholds)).toThrow(answer);
  });
});
