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

/** That more lie than are tolerated is said where else a protocol is unsafe. */
const isNews = (line: RunLine): boolean =>
  wentBeyond(line) && !line.faults!.beyond.some(reason => line.unsafe?.includes(reason));

function rowText(row: readonly RunLine[]): string {
  const beyond = row.filter(wentBeyond);
  const [{ algo, n, f, workload, point, faults }] = beyond as [RunLine];
  const coordinates = Object.entries(point).map(([field, value]) => `${field}=${written(value)}`);
  const place = [`${algo} n=${n} ${workload}`, ...coordinates].join(" ");
  const often = row.length === 1 ? "" : `, ${beyond.length} of ${row.length} runs`;
  const what = faults!.beyond.length === 0 ? "" : `: ${faults!.beyond.join("; ")}`;
  return `${place}, f=${f}${often}${what}`;
}

const written = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
