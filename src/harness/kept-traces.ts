/**
 * After a study: of one run in each row of its table, a bounded trace is kept for the report. Runs are reproducible, so
 * that no run has to pay for being traced; the one in question is simply performed again.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { canonical } from "../results/keys.ts";
import type { Manifest, RunLine } from "../results/schema.ts";
import type { Known } from "./kept-traces-recorder.ts";
import type { RunIdentity } from "./kept-traces-rows.ts";
import type { KeepTask } from "./kept-traces-thread.ts";
import type { PlannedRun } from "./plan.ts";
import { Pool } from "./pool.ts";
import { cellOf } from "./saturation.ts";
import type { RunSpec } from "./spec.ts";

const MOST_CELLS = 16;
const MOST_TOLD = 12; // operations that contradict each other
/** To perform so many events again is never too much … */
const EVENTS_AT_LEAST = 5_000_000;
/** … and in a large study this share of all is not. */
const SHARE = 0.25;

export interface Choice {
  readonly spec: RunSpec;
  readonly line: RunLine;
}

export interface Choices {
  readonly chosen: readonly Choice[];
  readonly leftOut: number; // cells of which nothing is kept, for there are too many or their runs are too long
}

export const keptFile = (folder: string, key: string): string => join(folder, "traces", `${key}.kept.ndjson`);

/** Of each cell a run that went wrong, or in which most happened. What went wrong comes first, then each in turn. */
export function chooseRuns(
  runs: readonly PlannedRun[],
  lines: readonly RunLine[],
  expectations: Manifest["expectations"],
): Choices {
  const lineOf = new Map(lines.map(line => [line.key, line]));
  const failing = failingSeeds(expectations);
  const byHappenings = byEvents(lines);
  const cells = [...Map.groupBy(runs, ({ name }) => name)].flatMap(([name, cell]) => {
    const done = cell.flatMap(({ spec }) => {
      const line = lineOf.get(spec.key);
      // One that failed might take its thread with it once more, and has left its whole trace.
      if (line === undefined || line.status === "failed") return [];
      return [{ spec, line, rank: rankOf(line, failing.get(name)) }];
    });
    return done.toSorted((left, right) => left.rank - right.rank || byHappenings(left, right)).slice(0, 1);
  });
  const all = lines.reduce((sum, line) => sum + (line.events ?? 0), 0);
  const chosen = affordable(inTurn(cells), Math.max(EVENTS_AT_LEAST, SHARE * all));
  return { chosen, leftOut: cells.length - chosen.length };
}

interface Ranked extends Choice {
  readonly rank: number;
}

const GOOD = 3;

function rankOf({ seed, checks }: RunLine, failing: ReadonlySet<number> | undefined): number {
  const violations = checks.violations ?? [];
  if (violations.some(({ outside }) => outside === null)) return 0;
  if (violations.length > 0) return 1;
  return failing?.has(seed) ? 2 : GOOD;
}

/**
 * Of equals the seed under which terms rose most, then under which clients waited longest: in any algorithm, so that
 * all keep the same one and can be watched side by side.
 */
function byEvents(lines: readonly RunLine[]): (left: Ranked, right: Ranked) => number {
  const happened = new Map<string, { growth: number; gapUs: number }>();
  const nameOf = ({ workload, point, seed }: RunLine) => canonical([workload, point, seed]);
  for (const line of lines) {
    const { growth, gapUs } = happened.get(nameOf(line)) ?? { growth: 0, gapUs: 0 };
    happened.set(nameOf(line), {
      growth: Math.max(growth, line.epochs?.growth ?? 0),
      gapUs: Math.max(gapUs, line.availability?.longest_gap_us ?? 0),
    });
  }
  return (left, right) => {
    const [one, two] = [happened.get(nameOf(left.line))!, happened.get(nameOf(right.line))!];
    return two.growth - one.growth || two.gapUs - one.gapUs;
  };
}

function failingSeeds(expectations: Manifest["expectations"]): Map<string, Set<number>> {
  const failing = new Map<string, Set<number>>();
  for (const { algo, n, workload, point, seeds, ok } of expectations ?? []) {
    if (ok !== false || algo === null || n === null) continue;
    const name = cellOf({ algo, n, workload, point });
    failing.set(name, new Set([...(failing.get(name) ?? []), ...seeds]));
  }
  return failing;
}

/** Two algorithms side by side tell more than one at two points. */
function inTurn(cells: readonly Ranked[]): Ranked[] {
  const seen = new Map<string, number>();
  const placed = cells.map(cell => {
    const turn = seen.get(cell.line.algo) ?? 0;
    seen.set(cell.line.algo, turn + 1);
    return { cell, turn };
  });
  return placed
    .toSorted((left, right) => left.cell.rank - right.cell.rank || left.turn - right.turn)
    .map(({ cell }) => cell);
}

function affordable(cells: readonly Ranked[], mostEvents: number): Ranked[] {
  let events = 0;
  return cells
    .filter(({ line, rank }) => {
      if (rank < GOOD) return true;
      if (events + (line.events ?? 0) > mostEvents) return false;
      events += line.events ?? 0;
      return true;
    })
    .slice(0, MOST_CELLS);
}

/** What is there already is left alone. Returns the reasons why some could not be kept, which is no misfortune. */
export async function keepTraces(
  folder: string,
  { chosen }: Choices,
  workers: number,
  stopped: () => boolean,
): Promise<string[]> {
  const tasks = chosen
    .map(choice => taskOf(choice, keptFile(folder, choice.spec.key)))
    .filter(({ file }) => !existsSync(file));
  if (tasks.length === 0) return [];
  const failures: string[] = [];
  const pool = new Pool({ workers: Math.min(workers, tasks.length) });
  const lane = async () => {
    for (let task = tasks.shift(); task !== undefined && !stopped(); task = tasks.shift()) {
      await pool.other(thread, "keep", task).catch(error => failures.push((error as Error).message));
    }
  };
  try {
    await Promise.all(Array.from({ length: pool.workers }, lane));
  } finally {
    await pool.close();
  }
  return failures;
}

const thread = new URL("./kept-traces-thread.ts", import.meta.url).href;

export const taskOf = ({ spec, line }: Choice, file: string): KeepTask => ({
  spec,
  file,
  identity: identityOf(spec, line),
  known: knownOf(spec, line),
});

function identityOf({ workload }: RunSpec, line: RunLine): RunIdentity {
  const { key, algo, n, f, quorum, point, seed, rerun } = line;
  const named = workload.byzantine.flatMap(({ node, cast }) =>
    node === undefined || cast !== undefined ? [] : [node],
  );
  const liars = [...new Set([...named, ...(line.faults?.lies ?? []).map(({ node }) => node)])];
  return { key, algo, n, f, quorum, workload: line.workload, point, seed, rerun, liars };
}

function knownOf({ n, workload }: RunSpec, { virtual_us, latency_us, checks }: RunLine): Known {
  const violations = checks.violations ?? [];
  const moments = violations.flatMap(({ check, invariant, at_us, facts }) =>
    check === "live"
      ? []
      : [...facts.map(fact => fact.at_us), at_us].map(us => ({ ns: us * 1e3, why: invariant })),
  );
  const endNs = (virtual_us ?? Number.POSITIVE_INFINITY) * 1e3;
  const broken = violations.filter(({ check }) => check === "invariants").map(({ at_us }) => at_us * 1e3);
  return {
    n,
    // What was broken while the cluster came to rest belongs to it too.
    endNs: Math.max(endNs, ...broken) + ROUNDED_NS,
    warmNs: workload.warmupNs,
    medianNs: latency_us === null ? undefined : latency_us.p50 * 1e3,
    wrong: moments.filter(({ ns }) => ns <= Math.max(endNs, ...broken)),
    told: violations.flatMap(({ contradiction }) => contradiction?.operations ?? []).slice(0, MOST_TOLD),
  };
}

const ROUNDED_NS = 500; // times in lines are
