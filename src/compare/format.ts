/** Numbers and intervals as people read them. */
import type { ComparedMetric } from "./compare.ts";

/** Three digits that count. */
export function short(value: number): string {
  const size = Math.abs(value);
  if (size >= 999_500) return `${digits(value / 1e6)}M`;
  if (size >= 9_995) return `${digits(value / 1e3)}k`;
  return digits(value);
}

function digits(value: number): string {
  const size = Math.abs(value);
  if (Number.isInteger(value) || size >= 99.95) return value.toFixed(0);
  if (size < 0.01) return value.toPrecision(2);
  return value.toFixed(size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3);
}

const signed = (value: number, text: string): string => (value > 0 ? `+${text}` : text);

/** A factor as a share of change while that is easy to grasp, as a factor beyond. */
export function factorText(factor: number): string {
  if (factor >= 2 || factor <= 0.5) return `×${Number(factor.toPrecision(3))}`;
  const percent = 100 * (factor - 1);
  return `${signed(percent, percent.toFixed(1))} %`;
}

const inUnit = (text: string, unit: string): string => (unit === "" ? text : `${text} ${unit}`);

export const valueText = (value: number, { metric }: ComparedMetric): string =>
  inUnit(short(value), metric.unit);

export function changeText(compared: ComparedMetric, change = compared.change): string {
  if (compared.scale === "ratio") return factorText(change);
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
