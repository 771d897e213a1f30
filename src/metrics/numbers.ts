/** How numbers are written: three digits that count, units that fit, and the doubt beside the number. */
import type { Estimate } from "./statistics.ts";

/** Three digits that count, thousands as k and M. */
export function short(value: number): string {
  const size = Math.abs(value);
  if (size >= 999_500) return `${digits(value / 1e6)}M`;
  if (size >= 9_995) return `${digits(value / 1e3)}k`;
  return digits(value);
}

export function digits(value: number): string {
  const size = Math.abs(value);
  if (Number.isInteger(value) || size >= 99.95) return value.toFixed(0);
  return size >= 0.01 ? value.toFixed(size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3) : value.toPrecision(2);
}

export function percent(share: number): string {
  if (share < 0.0005) return "<0.1%";
  return share < 0.0995 ? `${(100 * share).toFixed(1)}%` : `${(100 * share).toFixed(0)}%`;
}

/** What stands behind the mean: how far the interval reaches, `=` where all seeds agree, nothing for one seed. */
export function spread({ method, mean, high }: Estimate): string {
  if (method === "constant") return "=";
  if (high === undefined) return "";
  // On logarithms the upper half of the interval is the longer one, and so the honest one to name.
  return method === "log-t" ? `±${percent(high / mean - 1)}` : `±${short(high - mean)}`;
}

/** A span of time in the unit in which it has one to three digits before the point. */
export function span(us: number): string {
  const size = Math.abs(us);
  if (size < 999.5) return `${digits(us)} µs`;
  if (size < 999_500) return `${digits(us / 1e3)} ms`;
  return size < 120e6 ? `${digits(us / 1e6)} s` : `${whole(Math.round(us / 1e6))} s`;
}

/** A moment of a run: to the millisecond while that says something. */
export function moment(us: number): string {
  const seconds = us / 1e6;
  return `${Number(seconds.toFixed(seconds < 100 ? 3 : 1))} s`;
}

/** A whole number with its thousands apart. */
export const whole = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ",");

export const counted = (count: number, what: string): string =>
  `${whole(count)} ${what}${count === 1 ? "" : "s"}`;

/** "a", "a and b", "a, b and c" */
export function listed(items: readonly string[]): string {
  if (items.length <= 1) return items.join("");
  return `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

/** For data in the page: four digits are more than a screen can show. */
export const rounded = (value: number): number => Number(value.toPrecision(4));
