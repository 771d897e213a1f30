/** Runs in which more went wrong than their protocol tolerates, in words: what they show is not held against it. */
import { rowOf } from "./row.ts";
import type { RunLine } from "./schema.ts";

const MOST = 4; // rows that are named, for a sweep may have a hundred

export const wentBeyond = ({ faults }: RunLine): boolean => faults?.beyond_tolerance === true;

/** A text for each row in which it happened: how often, and what it was the first time. */
export function beyondTexts(lines: readonly RunLine[]): string[] {
  const rows = [...Map.groupBy(lines, rowOf).values()].filter(row => row.some(isNews));
  const texts = rows.slice(0, MOST).map(rowText);
  const left = rows.length - MOST;
  return left > 0 ? [...texts, left === 1 ? "and 1 more row" : `and ${left} more rows`] : texts;
}

function rowText(row: readonly RunLine[]): string {
  const beyond = row.filter(isNews);
  const [first] = beyond as [RunLine];
  const { algo, n, f, workload, point } = first;
  const coordinates = Object.entries(point).map(([field, value]) => `${field}=${written(value)}`);
  const place = [`${algo} n=${n} ${workload}`, ...coordinates].join(" ");
  const often = row.length === 1 ? "" : `, ${beyond.length} of ${row.length} runs`;
  const reasons = news(first);
  return `${place}, f=${f}${often}${reasons.length === 0 ? "" : `: ${reasons.join("; ")}`}`;
}

const isNews = (line: RunLine): boolean =>
  wentBeyond(line) && (line.faults!.beyond.length === 0 || news(line).length > 0);

/** That more nodes lie than are tolerated is told where a protocol is called unsafe. */
const news = ({ faults, unsafe }: RunLine): string[] =>
  faults!.beyond.filter(reason => unsafe?.includes(reason) !== true);

const written = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
