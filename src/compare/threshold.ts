/** How large a change must be to count: a share of the base, or so much in the metric's own unit. */
import { metrics } from "./metrics.ts";

export interface Threshold {
  readonly unit: "share" | "absolute";
  readonly value: number;
}

export interface Thresholds {
  readonly general: Threshold;
  readonly of: Readonly<Record<string, Threshold>>; // by the metric's id
}

/** Changes of less than this are seldom anybody's concern, and of latencies within a few buckets of a histogram. */
export const usualThresholds: Thresholds = { general: { unit: "share", value: 0.02 }, of: {} };

export const thresholdOf = ({ general, of }: Thresholds, id: string): Threshold => of[id] ?? general;

/** Reads `2%`, `p99=5%` or `leader_changes=1`. Throws an error in plain words. */
export function withThreshold(text: string, before: Thresholds): Thresholds {
  const [, id, number, percent] = /^(?:([^=]+)=)?(\d+(?:\.\d+)?)(%)?$/.exec(text.trim()) ?? [];
  if (number === undefined) throw new Error("Write 2%, or of one metric p99=5% or leader_changes=1.");
  if (id === undefined && percent === undefined) {
    throw new Error("Without a % it is in a metric's own unit, so name the metric: leader_changes=1.");
  }
  const threshold: Threshold =
    percent === undefined
      ? { unit: "absolute", value: Number(number) }
      : { unit: "share", value: Number(number) / 100 };
  if (id === undefined) return { ...before, general: threshold };
  const ids = metrics.map(metric => metric.id);
  if (!ids.includes(id)) throw new Error(`There is no metric '${id}'. There are ${ids.join(", ")}.`);
  return { ...before, of: { ...before.of, [id]: threshold } };
}

export function thresholdText({ unit, value }: Threshold, metricUnit: string): string {
  if (unit === "share") return `${Number((100 * value).toPrecision(6))} %`;
  return `${value}${metricUnit === "" ? "" : ` ${metricUnit}`}`;
}
