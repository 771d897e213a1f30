/** A distribution that somebody else has measured, by its quantiles: `to: { min: 10ms, p50: 20ms, max: 90ms }`. */
import { conditionOf } from "./expect-conditions.ts";

const TO = "to: { min: 10ms, p50: 20ms, p90: 30ms, max: 90ms }";

export type Quantile = readonly [share: number, value: number];

/** In order, or undefined where they are not asked for. Text is what is wrong with them. */
export function quantilesOf(to: unknown, of: string, field: string): Quantile[] | string | undefined {
  if (of !== "distance") return to === undefined ? undefined : "goes with of: distance";
  if (!isRecord(to) || Object.keys(to).length < 2) return `a distance needs quantiles, such as ${TO}`;
  const quantiles: Quantile[] = [];
  for (const [name, written] of Object.entries(to)) {
    const share = name === "min" ? 0 : name === "max" ? 1 : Number(/^p(\d+(\.\d+)?)$/.exec(name)?.[1]) / 100;
    if (!(share <= 1)) return `"${name}" is no quantile: expected min, max or p50, as in ${TO}`;
    const read = conditionOf(written, field, "number");
    if (typeof read === "string") return `${name}: ${read}`;
    const { condition } = read;
    if (condition.kind !== "compare" || condition.operator !== "==") return `${name}: expected a number`;
    quantiles.push([share, condition.value]);
  }
  const sorted = quantiles.toSorted((left, right) => left[0] - right[0]);
  const fallen = sorted.some(([, value], index) => index > 0 && value < sorted[index - 1]![1]);
  return fallen ? "must not fall from one quantile to the next" : sorted;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
