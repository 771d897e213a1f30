/** Holds what runs gave to what their workload expects of them. */
import { distanceTo } from "../metrics/distance.ts";
import type { Manifest, RunLine } from "../results/schema.ts";
import type { Condition, Expectation } from "../workload/expect.ts";
import type { Workload } from "../workload/workload.ts";
import { type Value, valuesOf } from "./line-values.ts";
import { workloadAt } from "./points.ts";
import { cellOf } from "./saturation.ts";
import { judgeStrikes } from "./struck.ts";
import { judgeRecovery, whyStuck } from "./violations.ts";

type Cell = Manifest["cells"][number];
export type Judgement = NonNullable<Manifest["expectations"]>[number];

export interface Evidence {
  readonly workloads: readonly Workload[];
  readonly cells: readonly Cell[];
  readonly lines: readonly RunLine[];
  readonly saturation: NonNullable<Manifest["saturation"]>;
}

/** One judgement for each expectation and each cell that it is about and that was run. */
export function judge(evidence: Evidence): Judgement[] {
  const byCell = Map.groupBy(evidence.lines, cellOf);
  const strikes = evidence.cells.flatMap(
    cell => judgeStrikes(cell, byCell.get(cellOf(cell)) ?? [], chaosOf(cell, evidence)) ?? [],
  );
  const stuck = evidence.cells.flatMap(cell => judgeRecovery(evidence, cell, byCell.get(cellOf(cell)) ?? []));
  return [...strikes, ...stuck, ...expected(evidence, byCell)];
}

function chaosOf({ workload, point }: Cell, { workloads }: Evidence): Workload["chaos"] {
  const found = workloads.find(({ name }) => name === workload);
  return found === undefined ? undefined : workloadAt(found, point).chaos;
}

function expected(evidence: Evidence, byCell: ReadonlyMap<string, readonly RunLine[]>): Judgement[] {
  return evidence.workloads.flatMap(workload =>
    workload.expect.flatMap(expectation => {
      const cells = evidence.cells.filter(
        cell =>
          cell.workload === workload.name && isAbout(expectation, cell, evidence) && byCell.has(cellOf(cell)),
      );
      if (cells.length === 0) return [nobody(workload.name, expectation)];
      return cells.map(cell => judgeCell(expectation, cell, byCell, evidence.cells));
    }),
  );
}

export function isAbout({ algo, n, at, relativeTo }: Expectation, cell: Cell, evidence: Evidence): boolean {
  if (relativeTo === cell.algo) return false; // it is the measure
  if (algo !== undefined && !algo.includes(cell.algo)) return false;
  if (n !== undefined && !n.includes(cell.n)) return false;
  return Object.entries(at).every(([field, value]) => {
    const found = value === "knee" ? kneeOf(cell, field, evidence) : value;
    return same(field === "n" ? cell.n : cell.point[field], found);
  });
}

function kneeOf(cell: Cell, field: string, { saturation }: Evidence): unknown {
  const { [field]: _, ...outer } = cell.point;
  const search = saturation.find(
    one => one.field === field && cellOf(one) === cellOf({ ...cell, point: outer }),
  );
  return search?.knee ?? undefined;
}

const same = (left: unknown, right: unknown): boolean =>
  left !== undefined && JSON.stringify(left) === JSON.stringify(right);

interface Outcome {
  readonly ok: boolean | null; // null: not judged
  readonly found: Value;
  readonly seeds: readonly number[]; // of the runs that fail it
  readonly says: string | null;
}

function nobody(workload: string, expectation: Expectation): Judgement {
  const says = "not judged: no run of this study is what it is about";
  return {
    workload,
    algo: null,
    n: null,
    point: {},
    ...described(expectation),
    ok: null,
    found: null,
    runs: 0,
    seeds: [],
    says,
  };
}

function judgeCell(
  expectation: Expectation,
  cell: Cell,
  byCell: ReadonlyMap<string, readonly RunLine[]>,
  cells: readonly Cell[],
): Judgement {
  const lines = byCell.get(cellOf(cell))!.toSorted((left, right) => left.seed - right.seed);
  const { workload, algo, n, point } = cell;
  const outcome = outcomeOf(expectation, cell, lines, byCell, cells);
  return {
    workload,
    algo,
    n,
    point,
    ...described(expectation),
    runs: lines.length,
    ...outcome,
    seeds: [...outcome.seeds],
  };
}

function described({ field, written, of, share, relativeTo }: Expectation) {
  const ratio = relativeTo === undefined || written.includes(relativeTo) ? "" : ` x ${relativeTo}`;
  const often = share === undefined ? "" : ` in ${share.written} of the runs`;
  return { field, of, expected: `${written}${ratio}${often}` };
}

function outcomeOf(
  expectation: Expectation,
  cell: Cell,
  lines: readonly RunLine[],
  byCell: ReadonlyMap<string, readonly RunLine[]>,
  cells: readonly Cell[],
): Outcome {
  const { field, relativeTo } = expectation;
  const broken = tellsOfFailure(field) ? [] : lines.filter(isFailed).map(line => line.seed);
  if (broken.length > 0) return { ok: false, found: null, seeds: broken, says: "the run failed" };
  if (lines.length < (expectation.seeds ?? 1)) {
    return { ok: null, found: null, seeds: [], says: `not judged: it takes ${expectation.seeds} seeds` };
  }
  const values = lines.map(line => valuesOf(line, field));
  const missing = lines.filter((_, index) => values[index]!.includes(null)).map(line => line.seed);
  if (missing.length > 0) return unmeasured(missing);
  if (relativeTo === undefined) return judged(expectation, lines, values as (number | string)[][]);
  const measure = measureOf(relativeTo, cell, lines[0]!.f, byCell, cells);
  if (measure === undefined) {
    return {
      ok: null,
      found: null,
      seeds: [],
      says: `not judged: ${relativeTo} takes no part at this place`,
    };
  }
  return judgedBy(measure, expectation, lines, values as number[][]);
}

const isFailed = ({ status }: RunLine): boolean => status === "failed";
/** All that a failed run has to say. */
const tellsOfFailure = (field: string): boolean => field === "status" || field === "error";

function unmeasured(seeds: readonly number[]): Outcome {
  return { ok: false, found: null, seeds, says: "not measured, and so not to be judged" };
}

/** The lines of the protocol that others are compared with: at the same n, or else at the same f, or its only ones. */
function measureOf(
  algo: string,
  cell: Cell,
  f: number,
  byCell: ReadonlyMap<string, readonly RunLine[]>,
  cells: readonly Cell[],
): readonly RunLine[] | undefined {
  const candidates = cells
    .filter(one => one.algo === algo && one.workload === cell.workload && same(one.point, cell.point))
    .map(one => byCell.get(cellOf(one)))
    .filter(lines => lines !== undefined);
  const fitting = [
    candidates.filter(lines => lines[0]!.n === cell.n),
    candidates.filter(lines => lines[0]!.f === f),
    candidates,
  ].find(some => some.length === 1);
  return fitting?.[0];
}

function judgedBy(
  measure: readonly RunLine[],
  expectation: Expectation,
  lines: readonly RunLine[],
  values: readonly (readonly number[])[],
): Outcome {
  const { field } = expectation;
  const unit = (seed: number) =>
    valuesOf(
      measure.find(line => line.seed === seed),
      field,
    )[0];
  if (expectation.of === "each") {
    const units = lines.map(line => unit(line.seed));
    const lost = lines.filter((_, index) => !isDivisor(units[index])).map(line => line.seed);
    if (lost.length > 0) {
      return {
        ok: false,
        found: null,
        seeds: lost,
        says: nothingToDivideBy(expectation),
      };
    }
    return judged(
      expectation,
      lines,
      values.map((inside, index) => inside.map(value => value / (units[index] as number))),
    );
  }
  const units = measure.flatMap(line => valuesOf(line, field)).filter(value => typeof value === "number");
  const base = summarized(units, expectation.of);
  if (!isDivisor(base)) return { ok: false, found: null, seeds: [], says: nothingToDivideBy(expectation) };
  return judged(
    expectation,
    lines,
    values.map(inside => inside.map(value => value / base)),
  );
}

const isDivisor = (value: unknown): boolean =>
  typeof value === "number" && Number.isFinite(value) && value !== 0;

const nothingToDivideBy = ({ relativeTo }: Expectation): string =>
  `no ratio: ${relativeTo} has 0 or nothing there`;

function judged(
  { field, is, of, share, quantiles = [] }: Expectation,
  lines: readonly RunLine[],
  values: readonly (readonly (number | string)[])[],
): Outcome {
  if (of !== "each") {
    const flat = values.flat() as number[];
    const found = of === "distance" ? distanceTo(quantiles, flat) : summarized(flat, of);
    const ok = Number.isFinite(found) && holds(is, found);
    return {
      ok,
      found: Number.isFinite(found) ? found : null,
      seeds: [],
      says: `${of} of ${lines.length} runs`,
    };
  }
  const wrong = values.map(inside => inside.find(value => !holds(is, value)));
  const failing = lines.filter((_, index) => wrong[index] !== undefined).map(line => line.seed);
  if (share !== undefined) {
    const found = 1 - failing.length / lines.length;
    return { ok: holds(share.is, found), found, seeds: failing, says: `share of ${lines.length} runs` };
  }
  const first = wrong.find(value => value !== undefined);
  const all = values.flat();
  const good = all.every(value => typeof value === "number") ? summarized(all as number[], "mean") : all[0];
  const found = first ?? good ?? null;
  // What is unsafe is told of wherever nobody foresaw it; what keeps a cluster from recovering, only here.
  const says = field === "checks.live" && first === "invalid" ? whyStuck(lines) : null;
  return { ok: failing.length === 0, found: Number.isNaN(found) ? null : found, seeds: failing, says };
}

function holds(condition: Condition, value: number | string): boolean {
  if (condition.kind === "words") return condition.words.includes(value as string);
  if (condition.kind === "unlike") return !condition.words.includes(value as string);
  const number = value as number;
  if (condition.kind === "within") return number >= condition.low && number <= condition.high;
  switch (condition.operator) {
    case "<":
      return number < condition.value;
    case "<=":
      return number <= condition.value;
    case ">":
      return number > condition.value;
    case ">=":
      return number >= condition.value;
    case "==":
      return number === condition.value;
    case "!=":
      return number !== condition.value;
  }
}

function summarized(values: readonly number[], of: Expectation["of"]): number {
  const sorted = values.toSorted((left, right) => left - right);
  if (of === "min") return sorted[0] ?? Number.NaN;
  if (of === "max") return sorted.at(-1) ?? Number.NaN;
  if (of === "mean" || of === "each") return values.reduce((sum, value) => sum + value, 0) / values.length;
  const share = of === "median" ? 0.5 : Number(of.slice(1)) / 100;
  const place = share * (sorted.length - 1);
  const low = sorted[Math.floor(place)] ?? Number.NaN;
  return low + (sorted[Math.ceil(place)]! - low) * (place - Math.floor(place));
}
