/**
 * What a metric did from one side to the other: the paired difference over seeds, with its interval.
 *
 * Sizes are compared by Student's t on the logarithms of their ratios, counts and whatever has a zero by t on their
 * differences. With five seeds a bootstrap's interval is too narrow by a third; t is made for few.
 */
import { hedgesG, meanByT, twoSidedP } from "../metrics/statistics.ts";
import type { Metric } from "./metrics.ts";
import type { Pair } from "./pairing.ts";
import type { Threshold } from "./threshold.ts";

/** One seed's two values: what a dot plot draws. */
export interface SeedPair {
  readonly seed: number;
  readonly base: number;
  readonly next: number;
}

export interface Change {
  readonly metric: Metric;
  readonly seeds: readonly SeedPair[];
  readonly unmeasured: number; // pairs of which only one side has a value
  readonly scale: "ratio" | "difference";
  /** How it was computed, and why there is no interval where there is none. */
  readonly method:
    | "log-t" // Student's t on logarithms of ratios: means are geometric
    | "t" // Student's t on differences
    | "equal" // no seed differs
    | "constant" // every seed differs by the same, so that there is nothing to estimate
    | "few"; // fewer than three seeds
  readonly base: number; // mean over seeds
  readonly next: number;
  readonly change: number; // of the ratio scale a factor, 1 where nothing changed; otherwise a difference
  readonly low: number | null; // the ends of the 95 % interval of `change`
  readonly high: number | null;
  readonly effect: number | null; // Hedges' g of the paired differences: their mean in standard deviations
  /** How likely it looks this far beyond the threshold if the truth is not beyond it; null: not tested. */
  readonly p: number | null;
  /** Where the interval lies: beyond the threshold upwards or downwards, inside it, or neither of these. */
  readonly lies: "above" | "below" | "inside" | "across";
}

const confidence = 0.95;
const fewestSeeds = 3;

/** Undefined where neither side, or no pair, has the metric. */
export function changeOf(metric: Metric, pairs: readonly Pair[], threshold: Threshold): Change | undefined {
  const read = pairs.map(({ base, next }) => ({
    seed: next.seed,
    base: metric.read(base) ?? undefined,
    next: metric.read(next) ?? undefined,
  }));
  const seeds = read.filter((pair): pair is SeedPair => pair.base !== undefined && pair.next !== undefined);
  if (seeds.length === 0) return undefined;
  const unmeasured = read.filter(pair => (pair.base === undefined) !== (pair.next === undefined)).length;
  const isRatio =
    metric.scale === "ratio" &&
    threshold.unit === "share" &&
    seeds.every(({ base, next }) => base > 0 && next > 0);
  const measured = isRatio ? ratioOf(seeds) : differenceOf(seeds);
  const margin = marginOf(threshold, isRatio, measured.base);
  return { metric, seeds, unmeasured, ...measured, ...judged(measured, seeds, margin, metric) };
}

interface Measured {
  readonly scale: "ratio" | "difference";
  readonly base: number;
  readonly next: number;
  readonly differences: readonly number[]; // of logarithms on the ratio scale
}

function ratioOf(seeds: readonly SeedPair[]): Measured {
  return {
    scale: "ratio",
    base: Math.exp(mean(seeds.map(({ base }) => Math.log(base)))),
    next: Math.exp(mean(seeds.map(({ next }) => Math.log(next)))),
    differences: seeds.map(({ base, next }) => Math.log(next / base)),
  };
}

function differenceOf(seeds: readonly SeedPair[]): Measured {
  return {
    scale: "difference",
    base: mean(seeds.map(({ base }) => base)),
    next: mean(seeds.map(({ next }) => next)),
    differences: seeds.map(({ base, next }) => next - base),
  };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** How far from zero a difference may lie without counting. A factor counts alike upwards and downwards. */
function marginOf({ unit, value }: Threshold, isRatio: boolean, base: number): number {
  if (unit === "absolute") return value;
  return isRatio ? Math.log(1 + value) : Math.abs(base) * value;
}

type Judged = Pick<Change, "method" | "change" | "low" | "high" | "effect" | "p" | "lies">;

function judged(
  { scale, differences }: Measured,
  seeds: readonly SeedPair[],
  margin: number,
  { discrete, resolution }: Metric,
): Judged {
  const shown = (difference: number) => (scale === "ratio" ? Math.exp(difference) : difference);
  const centre = mean(differences);
  const bare = { change: shown(centre), low: null, high: null, effect: null, p: null };
  if (seeds.every(({ base, next }) => base === next)) return { ...bare, method: "equal", lies: "inside" };
  if (seeds.length < fewestSeeds) return { ...bare, method: "few", lies: "across" };
  const blur = scale === "ratio" ? resolution * roundingDeviation : 0;
  if (blur === 0 && agree(differences)) {
    const p = discrete ? chanceOfAgreement(seeds) : 0;
    return { ...bare, method: "constant", p, lies: placeOf(centre, centre, margin) };
  }
  const byT = meanByT(differences, { confidence, leastDeviation: blur });
  const beyond = (Math.abs(centre) - margin) / byT.standardError;
  return {
    method: scale === "ratio" ? "log-t" : "t",
    change: bare.change,
    low: shown(centre - byT.reach),
    high: shown(centre + byT.reach),
    effect: hedgesG(byT, seeds.length),
    p: beyond > 0 ? twoSidedP(beyond, seeds.length - 1) : 1,
    lies: placeOf(centre - byT.reach, centre + byT.reach, margin),
  };
}

/** Of the difference of two values that are each known to a width of 1: seeds that agree do so for the rounding. */
const roundingDeviation = Math.sqrt(2 / 12);

/** The same but for the last digits, which logarithms and decimals leave uncertain. */
function agree(differences: readonly number[]): boolean {
  const spread = Math.max(...differences) - Math.min(...differences);
  return spread <= 1e-9 * Math.max(...differences.map(Math.abs));
}

/**
 * A count that no seed has moved on either side, five seeds or more, does not depend on the seed; two fair coins show
 * that once in 512 times. Otherwise: two seeds of the same thing differ by one particular amount with a probability
 * of at most a quarter, whatever their distribution, and all of them by one amount with at most 4 / 4^seeds.
 */
function chanceOfAgreement(seeds: readonly SeedPair[]): number {
  const [first] = seeds;
  const isFixed = seeds.every(({ base, next }) => base === first!.base && next === first!.next);
  if (isFixed && seeds.length >= 5) return 0;
  return seeds.reduce(chance => chance / 4, 4);
}

function placeOf(low: number, high: number, margin: number): Change["lies"] {
  if (low > margin) return "above";
  if (high < -margin) return "below";
  return low >= -margin && high <= margin ? "inside" : "across";
}
