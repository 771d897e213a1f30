/** Runs for tests of comparisons, and dice that always fall the same. */
import { comparePairs } from "../../src/compare/compare.ts";
import type { Pair } from "../../src/compare/pairing.ts";
import { type Thresholds, usualThresholds } from "../../src/compare/threshold.ts";
import type { Manifest, RunLine } from "../../src/results/schema.ts";
import { runLine } from "../results/line.ts";

export const noPlan = { cells: [] } as unknown as Manifest;

const heads = {
  base: { label: "old", commit: null, dirty: null, code: "1" },
  next: { label: "new", commit: null, dirty: null, code: "2" },
};

export const compared = (
  pairs: readonly Pair[],
  thresholds: Thresholds = usualThresholds,
): ReturnType<typeof comparePairs> =>
  comparePairs({ pairs, refused: [], onlyBase: [], onlyNext: [], idle: [] }, noPlan, heads, thresholds);

/** A pair for each seed from 1 on. */
export const pairsOf = (
  seeds: number,
  base: (seed: number) => Partial<RunLine>,
  next: (seed: number) => Partial<RunLine>,
): Pair[] =>
  Array.from({ length: seeds }, (_, index) => {
    const seed = index + 1;
    const own = { seed, pair_key: `${seed}` };
    return {
      base: runLine(`base ${seed}`, { trace_hash: `b${seed}`, ...own, ...base(seed) }),
      next: runLine(`next ${seed}`, { trace_hash: `n${seed}`, ...own, ...next(seed) }),
    };
  });

export const latency = (p50: number, p99 = p50, p999 = p99): RunLine["latency_us"] => {
  return { mean: p50, min: p50, p50, p90: p50, p95: p50, p99, p999, max: p999 };
};

export const epochs = (growth: number, leader_changes = growth): RunLine["epochs"] => ({
  start: 1,
  end: 1 + growth,
  max: 1 + growth,
  growth,
  growth_s: null,
  elections: leader_changes,
  leader_changes,
  nodes: [],
  raised_by: [],
});

export class Dice {
  private state: number;
  constructor(seed: number) {
    this.state = seed;
  }
  /** From 0 to 1: mulberry32. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }
  lognormal(median: number, sigma: number): number {
    return median * Math.exp(sigma * this.normal());
  }
  poisson(mean: number): number {
    let count = -1;
    for (let product = 1; product > Math.exp(-mean); count++) product *= this.next();
    return count;
  }
}
