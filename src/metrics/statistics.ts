/** A number for several seeds: its mean, and how sure of it one may be. */

export interface Estimate {
  readonly count: number;
  /** How the rest was computed, and why there is no interval where there is none. */
  readonly method:
    | "log-t" // Student's t on logarithms: the mean is the geometric one
    | "t" // Student's t on the values themselves, because some are not above 0
    | "single" // one value
    | "constant"; // values without variance, which is no proof of certainty
  readonly mean: number;
  readonly low: number | undefined;
  readonly high: number | undefined;
}

/** Mean and interval of confidence. Undefined for no values at all. */
export function estimate(values: readonly number[], confidence = 0.95): Estimate | undefined {
  const first = values[0];
  if (first === undefined) return undefined;
  const count = values.length;
  if (count === 1) return { count, method: "single", mean: first, low: undefined, high: undefined };
  if (values.every(value => value === first)) {
    return { count, method: "constant", mean: first, low: undefined, high: undefined };
  }
  if (values.some(value => value <= 0)) {
    const { mean, reach } = meanByT(values, { confidence });
    return { count, method: "t", mean, low: mean - reach, high: mean + reach };
  }
  const { mean, reach } = meanByT(values.map(Math.log), { confidence });
  return {
    count,
    method: "log-t",
    mean: Math.exp(mean),
    low: Math.exp(mean - reach),
    high: Math.exp(mean + reach),
  };
}

interface MeanByT {
  readonly mean: number;
  readonly deviation: number; // the standard deviation, of a sample
  readonly standardError: number;
  readonly reach: number; // half the width of the interval
}

interface TSettings {
  readonly confidence: number;
  readonly leastDeviation?: number; // what is known of the values' own uncertainty, such as of rounding
}

/** The mean of at least two values by Student's t. */
export function meanByT(values: readonly number[], { confidence, leastDeviation = 0 }: TSettings): MeanByT {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  const deviation = Math.max(leastDeviation, Math.sqrt(squares / (count - 1)));
  const standardError = deviation / Math.sqrt(count);
  const reach = tQuantile(1 - (1 - confidence) / 2, count - 1) * standardError;
  return { mean, deviation, standardError, reach };
}

/**
 * The mean in standard deviations, made smaller by what few values make it too large: Hedges' g, by the usual
 * approximation of his factor.
 */
export function hedgesG({ mean, deviation }: MeanByT, count: number): number {
  return (mean / deviation) * (1 - 3 / (4 * (count - 1) - 1));
}

/**
 * Holm's adjustment of the p values of a family: rejecting those that stay at or below 5 % rejects any true
 * hypothesis at all in at most 5 % of families, however the tests hang together.
 */
export function holm(ps: readonly number[]): number[] {
  const order = ps.map((_, index) => index).sort((left, right) => ps[left]! - ps[right]!);
  const adjusted = ps.slice();
  let least = 0;
  for (const [rank, index] of order.entries()) {
    least = Math.max(least, Math.min(1, (ps.length - rank) * ps[index]!));
    adjusted[index] = least;
  }
  return adjusted;
}

/** How likely Student's t is at least so far from 0, on either side. Right to about 1e-15, so 0 is "less than that". */
export function twoSidedP(t: number, degrees: number): number {
  return Math.max(0, 1 - tCentral(Math.abs(t), degrees));
}

/** The t below which Student's distribution has the probability, from 0.5 up, by bisection of its integral. */
export function tQuantile(probability: number, degrees: number): number {
  const central = 2 * probability - 1;
  if (!(central >= 0 && central < 1)) throw new Error(`no t quantile for ${probability}`);
  let high = 1;
  while (tCentral(high, degrees) < central) high *= 2;
  let low = 0;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (tCentral(middle, degrees) < central) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The probability of [-t, t]: a finite sum for whole degrees (Abramowitz and Stegun 26.7.3 and 26.7.4). */
function tCentral(t: number, degrees: number): number {
  const angle = Math.atan(t / Math.sqrt(degrees));
  const cosine = Math.cos(angle);
  const odd = degrees % 2 === 1;
  let term = odd ? cosine : 1;
  let sum = degrees > 1 ? term : 0;
  for (let factor = odd ? 2 : 1; factor <= degrees - 3; factor += 2) {
    term *= (factor / (factor + 1)) * cosine * cosine;
    sum += term;
  }
  return odd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
}
