/** Which runs the page carries, and how: as many as a page can bear, what went wrong first. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { deflateSync } from "node:zlib";
import { parseKeptTrace } from "../../results/kept-trace.ts";
import { canonical } from "../../results/keys.ts";
import { ResultsError } from "../../results/reader.ts";
import type { RunLine } from "../../results/schema.ts";
import type { Study } from "../study.ts";
import type { CarriedRun } from "./browser/runs.ts";
import { type Model, modelOf } from "./model.ts";

const MOST_RUNS = 12;
const MOST_BYTES = 450_000;

/** Where a run is shown in the page. */
export const diagramAnchor = (key: string): string => `run-${key}`;

/** Likewise, with its slowest operation standing out. */
export const slowestAnchor = (key: string): string => `slowest-${key}`;

export interface Embedded {
  readonly line: RunLine;
  readonly model: Model;
  readonly run: CarriedRun;
}

export interface Carried {
  readonly runs: readonly Embedded[];
  readonly leftOut: readonly RunLine[]; // runs of which a trace is kept, but not in the page
  readonly unreadable: readonly string[]; // what is wrong with those that are of another version, or torn
}

export function carried(study: Study): Carried {
  const kept = study.runs.filter(({ key }) => study.traces.has(key));
  const several = new Set(study.runs.map(({ workload }) => workload)).size > 1;
  const runs: Embedded[] = [];
  const leftOut: RunLine[] = [];
  const unreadable: string[] = [];
  let left = MOST_BYTES;
  for (const line of inTurn(kept)) {
    const embedded = runs.length < MOST_RUNS ? tryToEmbed(study, line, several) : undefined;
    if (typeof embedded === "string") unreadable.push(embedded);
    else if (embedded === undefined || embedded.run.packed.length > left) leftOut.push(line);
    else {
      runs.push(embedded);
      left -= embedded.run.packed.length;
    }
  }
  return { runs, leftOut, unreadable };
}

/** One run less, the one that tells least. */
export function withoutLast({ runs, leftOut, unreadable }: Carried): Carried {
  const dropped = runs.slice(-1).map(({ line }) => line);
  return { runs: runs.slice(0, -1), leftOut: [...dropped, ...leftOut], unreadable };
}

/** One file that cannot be read is no reason to have no page. */
function tryToEmbed(study: Study, line: RunLine, several: boolean): Embedded | string {
  try {
    return embed(study, line, several);
  } catch (error) {
    if (error instanceof ResultsError) return error.message;
    throw error;
  }
}

/** What went wrong, then each algorithm in turn, the eventful before the quiet. */
function inTurn(lines: readonly RunLine[]): RunLine[] {
  const turns = [...Map.groupBy(lines, ({ algo }) => algo).values()].flatMap(own =>
    own.map((line, turn) => ({ line, turn, calm: calmness(line) })),
  );
  const wrong = ({ calm }: { calm: number }) => Math.min(calm, 1);
  return turns
    .sort((left, right) => wrong(left) - wrong(right) || left.turn - right.turn || left.calm - right.calm)
    .map(({ line }) => line);
}

/** 0: something is wrong. 1: somebody else led. 2: nobody else did. */
function calmness({ checks, epochs }: RunLine): number {
  if ((checks.violations ?? []).length > 0) return 0;
  return (epochs?.growth ?? 0) > 0 ? 1 : 2;
}

function embed(study: Study, line: RunLine, several: boolean): Embedded {
  const path = study.traces.get(line.key)!;
  const text = readFileSync(path, "utf8");
  const run: CarriedRun = {
    key: line.key,
    title: titleOf(line, several),
    match: canonical([line.workload, line.point, line.seed]),
    again: [`npm run replay -- ${study.word} --run ${line.key.slice(0, 8)}`, line.rerun],
    wrong: (line.checks.violations ?? []).map(({ check, at_us, sentence }) => {
      return { ns: check === "live" ? null : at_us * 1e3, says: sentence };
    }),
    packed: deflateSync(text, { level: 9 }).toString("base64"),
  };
  return { line, run, model: modelOf(parseKeptTrace(text, basename(path))) };
}

export function titleOf({ algo, n, workload, point, seed }: RunLine, several: boolean): string {
  const at = Object.entries(point).map(([field, value]) => `, ${field} ${shown(value)}`);
  return `${algo} n=${n}${several ? `, ${workload}` : ""}${at.join("")}, seed ${seed}`;
}

const shown = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
