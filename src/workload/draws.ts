/** Draws from the usual distributions. Only log, exp, sqrt and cos: they agree on every version of Node. */
import type { RandomSource } from "../protocol/client.ts";
import type { DelayChoice } from "./workload.ts";

/** Mean 1. */
export const standardExponential = (source: RandomSource): number => -Math.log(1 - source.random());

/** Box and Muller, the half of it. */
export const standardNormal = (source: RandomSource): number =>
  Math.sqrt(2 * standardExponential(source)) * Math.cos(2 * Math.PI * source.random());

/** Whole nanoseconds, rounded up, as delays are everywhere. */
export function drawDelay(delay: DelayChoice, source: RandomSource): number {
  switch (delay.distribution) {
    case "constant":
      return delay.meanNs;
    case "uniform":
      return Math.ceil(delay.minNs + (delay.maxNs - delay.minNs) * source.random());
    case "exponential":
      return Math.ceil(delay.minNs + delay.meanNs * standardExponential(source));
    case "normal":
      return Math.ceil(Math.max(delay.minNs, delay.meanNs + delay.sdNs * standardNormal(source)));
    case "lognormal": {
      const drawn = delay.medianNs * Math.exp(delay.sigma * standardNormal(source));
      return Math.ceil(Math.max(delay.minNs, drawn));
    }
  }
}

export const isNothing = (delay: DelayChoice): boolean =>
  delay.distribution === "constant" && delay.meanNs === 0;
