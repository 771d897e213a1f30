/** How long something takes, as a file says it and as it runs. */
import { z } from "zod";
import { Duration } from "./units.ts";
import type { DelayChoice } from "./workload.ts";

const law = <Name extends string>(name: Name, description: string) => z.literal(name).meta({ description });
const mean = Duration.meta({ description: "How long it takes on average; of exponential, beyond min." });
const least = Duration.meta({ description: "What it takes at least." });
const floor = least.optional().meta({ description: "What it takes at least.", usual: "0s" });

const DelayLaw = z.discriminatedUnion("distribution", [
  z.strictObject({ distribution: law("constant", "It always takes the same."), mean }),
  z
    .strictObject({
      distribution: law("uniform", "Anything from min to max is equally likely."),
      min: least,
      max: Duration.meta({ description: "What it takes at most." }),
    })
    .refine(delay => delay.min <= delay.max, { path: ["min"], message: "is above max" }),
  z.strictObject({
    distribution: law("normal", "A bell curve about the mean."),
    mean,
    sd: Duration.meta({ description: "The standard deviation: two thirds lie within it of the mean." }),
    min: floor,
  }),
  z.strictObject({
    distribution: law("exponential", "The minimum plus an exponential part of this mean."),
    mean,
    min: floor,
  }),
  z.strictObject({
    distribution: law("lognormal", "Mostly near the median, now and then much longer, as disks are."),
    median: Duration.meta({ description: "Half of them take longer." }),
    sigma: z.number().min(0).max(10).meta({
      description: "How wide it spreads: the standard deviation of the logarithm, such as 0.5.",
    }),
    min: floor,
  }),
]);

/** A duration alone is a constant delay. */
export const Delay = z
  .union([Duration, DelayLaw], {
    error: ({ input }) =>
      typeof input === "number"
        ? `${input} lacks a unit: expected a duration, such as 30s, 0.5ms or 200us`
        : "expected a duration, or a distribution with its numbers",
  })
  .meta({ description: "How long it takes: a duration, or a distribution (mean, sd, min … as it needs)." });

export type DelayFile = z.output<typeof Delay>;

export function resolveDelay(file: DelayFile): DelayChoice {
  if (typeof file === "number") return { distribution: "constant", meanNs: file };
  switch (file.distribution) {
    case "constant":
      return { distribution: "constant", meanNs: file.mean };
    case "uniform":
      return { distribution: "uniform", minNs: file.min, maxNs: file.max };
    case "normal":
      return { distribution: "normal", meanNs: file.mean, sdNs: file.sd, minNs: file.min ?? 0 };
    case "exponential":
      return { distribution: "exponential", meanNs: file.mean, minNs: file.min ?? 0 };
    case "lognormal":
      return { distribution: "lognormal", medianNs: file.median, sigma: file.sigma, minNs: file.min ?? 0 };
  }
}

export function meanNs(delay: DelayChoice): number {
  switch (delay.distribution) {
    case "constant":
    case "normal":
    case "exponential":
      return delay.meanNs;
    case "uniform":
      return (delay.minNs + delay.maxNs) / 2;
    case "lognormal":
      return delay.medianNs * Math.exp(delay.sigma ** 2 / 2);
  }
}
