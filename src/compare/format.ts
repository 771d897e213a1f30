/** Numbers and intervals as people read them. */
import { short } from "../metrics/numbers.ts";
import type { ComparedMetric } from "./compare.ts";

const signed = (value: number, text: string): string => (value > 0 ? `+${text}` : text);

/** A factor as a share of change while that is easy to grasp, as a factor beyond. */
export function factorText(factor: number, isFar = factor >= 2 || factor <= 0.5): string {
  if (isFar) return `×${Number(factor.toPrecision(3))}`;
  const percent = 100 * (factor - 1);
  return `${signed(percent, percent.toFixed(1))} %`;
}

const inUnit = (text: string, unit: string): string => (unit === "" ? text : `${text} ${unit}`);

export const valueText = (value: number, { metric }: ComparedMetric): string =>
  inUnit(short(value), metric.unit);

export function changeText(compared: ComparedMetric, change = compared.change): string {
  // The ends of an interval are written as its middle is.
  if (compared.scale === "ratio") return factorText(change, compared.change >= 2 || compared.change <= 0.5);
  return inUnit(signed(change, short(change)), compared.metric.unit);
}

/** What is known of how sure the change is: the interval, or why there is none. */
export function certaintyText(compared: ComparedMetric): string {
  const { low, high, method } = compared;
  const seeds = seedsText(compared.seeds.length);
  if (method === "equal") return `equal in ${seeds}`;
  if (method === "constant") return `the same change in all ${seeds}`;
  if (low === null || high === null) return `${seeds}, no interval`;
  return `95 % ${changeText(compared, low)} to ${changeText(compared, high)}, ${seeds}`;
}

export const seedsText = (count: number): string => (count === 1 ? "1 seed" : `${count} seeds`);

/** A cell of the table of all metrics. */
export function cellText(compared: ComparedMetric): string {
  const { verdict, method } = compared;
  if (method === "equal") return "=";
  if (verdict === "no difference") return "~";
  const change = changeText(compared);
  return verdict === "inconclusive" ? `${change} ?` : `${change} ${verdict}`;
}
