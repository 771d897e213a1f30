/** How often a comparison cries wolf: the same thing against itself, over seeds that the sides do not share. */
import { beforeAll, describe, expect, test } from "vitest";
import { raft } from "../../algorithms/raft/index.ts";
import { regressed } from "../../src/compare/compare.ts";
import type { Pair } from "../../src/compare/pairing.ts";
import { type Thresholds, usualThresholds } from "../../src/compare/threshold.ts";
import { runOnce } from "../../src/harness/run.ts";
import type { RunLine } from "../../src/results/schema.ts";
import { loadWorkload } from "../../src/workload/load.ts";
import { compared, Dice, epochs, latency, pairsOf } from "./pairs.ts";

const exactly: Thresholds = { ...usualThresholds, general: { unit: "share", value: 0 } };

const changed = (pairs: readonly Pair[], thresholds = exactly): boolean => {
  const verdicts = compared(pairs, thresholds).rows.flatMap(row => row.metrics.map(({ verdict }) => verdict));
  return verdicts.includes("better") || verdicts.includes("worse");
};

const rate = (times: number, event: (index: number) => boolean): number =>
  Array.from({ length: times }, (_, index) => event(index)).filter(Boolean).length / times;

/** Three standard deviations of a share of a thousand above 5 %. */
const atMost = 0.05 + 3 * Math.sqrt((0.05 * 0.95) / 1000);

/** To a histogram's bucket, as percentiles are. */
const bucketed = (value: number): number => Math.round(value / 8) * 8;

/** Three rows of every metric; nothing depends on anything, which is when false alarms add up. */
const drawn = (dice: Dice, sigma: number, slower = 1) =>
  ["a", "b", "c"].map(
    (workload): Partial<RunLine> => ({
      workload,
      throughput_ops_s: dice.lognormal(20_000, sigma),
      latency_us: latency(
        slower * bucketed(dice.lognormal(1100, sigma)),
        dice.lognormal(1500, 2 * sigma),
        dice.lognormal(2000, 4 * sigma),
      ),
      bytes: { total: 1, per_op: dice.lognormal(500, sigma) },
      epochs: epochs(dice.poisson(1.5), dice.poisson(0.5)),
      availability: {
        longest_gap_us: dice.lognormal(300_000, 0.5),
        leaderless_us: dice.next() < 0.5 ? 0 : 150_000,
        recoveries: null,
      },
    }),
  );

const study = (dice: Dice, seeds: number, sigma: number, slower = 1): Pair[] => {
  const base = Array.from({ length: seeds }, () => drawn(dice, sigma));
  const next = Array.from({ length: seeds }, () => drawn(dice, sigma, slower));
  return [0, 1, 2].flatMap(row =>
    pairsOf(
      seeds,
      seed => base[seed - 1]![row]!,
      seed => next[seed - 1]![row]!,
    ),
  );
};

describe("a thousand comparisons of the same thing", () => {
  test.each([
    [3, 0.05],
    [5, 0.05],
    [5, 0.003],
  ])("with %d seeds and a spread of %d, a change is found in at most 5 of 100", (seeds, sigma) => {
    const dice = new Dice(seeds);
    const found = rate(1000, () => changed(study(dice, seeds, sigma)));
    expect(found).toBeLessThanOrEqual(atMost);
    expect(found).toBeGreaterThan(0.005); // the test would notice a comparison that never finds anything
  });

  test("a threshold of 2 % leaves hardly any", () => {
    const dice = new Dice(1);
    expect(rate(1000, () => changed(study(dice, 5, 0.003), usualThresholds))).toBeLessThan(0.02);
  });

  test("one metric by itself: 5 % of intervals miss the truth, neither more nor far fewer", () => {
    const dice = new Dice(2);
    const draw = () => ({ throughput_ops_s: dice.lognormal(100, 0.2) });
    const found = rate(1000, () => changed(pairsOf(5, draw, draw)));
    expect(found).toBeLessThanOrEqual(atMost);
    expect(found).toBeGreaterThan(0.03);
  });

  test("fair coins, the worst of all counts", () => {
    const dice = new Dice(3);
    const draw = () => ({ epochs: epochs(dice.next() < 0.5 ? 0 : 1, dice.next() < 0.5 ? 3 : 4) });
    for (const seeds of [3, 4, 5, 6]) {
      expect(rate(1000, () => changed(pairsOf(seeds, draw, draw)))).toBeLessThanOrEqual(atMost);
    }
  });
});

describe("real runs over seeds that the sides do not share", () => {
  const lines: RunLine[] = [];

  beforeAll(() => {
    const steady = loadWorkload("steady");
    const workload = { ...steady, sweep: undefined, operations: 40, warmupNs: 1e6 };
    const identity = { options: {}, point: {}, rerun: "", traceFile: undefined };
    for (let seed = 1; seed <= 200; seed++) {
      const names = { algo: raft.name, n: 3, seed, key: `${seed}`, pairKey: `${seed}` };
      lines.push(runOnce({ ...names, ...identity, workload }, raft).line);
    }
  });

  test("a thousand comparisons of five with five others", () => {
    expect(new Set(lines.map(line => line.trace_hash)).size).toBe(lines.length);
    const dice = new Dice(5);
    const found = rate(1000, () => {
      const drawn = lines
        .map(line => ({ line, place: dice.next() }))
        .sort((one, two) => one.place - two.place);
      return changed(
        pairsOf(
          5,
          seed => drawn[seed - 1]!.line,
          seed => drawn[seed + 4]!.line,
        ),
      );
    });
    expect(found).toBeLessThanOrEqual(atMost);
    expect(found).toBeGreaterThan(0);
  });
});

describe("a change that is there", () => {
  test("of a tenth is found in noise of 1 %, and is a regression", () => {
    const dice = new Dice(4);
    expect(rate(200, () => regressed(compared(study(dice, 5, 0.01, 1.1))))).toBeGreaterThan(0.8);
  });
});
