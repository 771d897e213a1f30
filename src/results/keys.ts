/**
 * What makes two runs the same run. `pairKey` names the experiment (who, how many, under what, which seed); `key`
 * adds the code that performed it. Resuming, merging and comparing are all unions and joins by these two.
 */
import { createHash } from "node:crypto";

/** JSON with sorted names and without undefined fields, so that equal values give equal text. */
export function canonical(value: unknown): string {
  if (typeof value === "number" && !Number.isFinite(value)) throw new Error(`${value} has no place in a key`);
  if (Array.isArray(value)) return `[${value.map(item => canonical(item ?? null)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`);
  return `{${fields.join(",")}}`;
}

/** Sixteen hexadecimal digits: a million runs collide with a chance of one in thirty million. */
export const shortHash = (text: string): string =>
  createHash("sha256").update(text).digest("hex").slice(0, 16);

export interface Experiment {
  readonly algo: string;
  readonly options: Readonly<Record<string, unknown>>; // all of them, defaults filled in
  readonly n: number;
  readonly workload: object; // resolved, the point of a sweep applied
  readonly point: Readonly<Record<string, unknown>>;
  readonly seed: number;
}

/** The parts of a workload that do not change what happens in a run of it. */
export const silentFields: readonly string[] = ["description", "pinned", "expect", "sweep"];

/** The name stays in: two workloads that differ in nothing else still give two rows, each with its own name. */
export function workloadHash(workload: object): string {
  const telling = Object.entries(workload).filter(([name]) => !silentFields.includes(name));
  return shortHash(canonical(Object.fromEntries(telling)));
}

export function keysOf(experiment: Experiment, code: string): { key: string; pairKey: string } {
  const { algo, options, n, workload, point, seed } = experiment;
  const pairKey = shortHash(canonical({ algo, options, n, workload: workloadHash(workload), point, seed }));
  return { key: shortHash(`${pairKey} ${code}`), pairKey };
}
