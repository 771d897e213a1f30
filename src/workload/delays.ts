/** How long something takes, as a file says it and as it runs. */
import { z } from "zod";
import { Duration } from "./units.ts";
import type { DelayChoice } from "./workload.ts";

const DelayLaw = z.discriminatedUnion("distribution", [
  z.strictObject({ distribution: z.literal("constant"), mean: Duration }),
  z
    .strictObject({ distribution: z.literal("uniform"), min: Duration, max: Duration })
    .refine(delay => delay.min <= delay.max, { path: ["min"], message: "is above max" }),
  z.strictObject({
    distribution: z.literal("normal"),
    mean: Duration,
    sd: Duration,
    min: Duration.optional(),
  }),
  z.strictObject({ distribution: z.literal("exponential"), mean: Duration, min: Duration.optional() }),
  z.strictObject({
    distribution: z.literal("lognormal"),
    median: Duration,
    sigma: z.number().min(0).max(10),
    min: Duration.optional(),
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
