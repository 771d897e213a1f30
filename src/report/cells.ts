/** The rows of a study: what all seeds of one algorithm, size, workload and point gave, and which rows compare. */
import { type Estimate, estimate } from "../metrics/statistics.ts";
import { canonical } from "../results/keys.ts";
import { rowOf } from "../results/row.ts";
import type { RunLine } from "../results/schema.ts";
import type { Study } from "./study.ts";

/** Of a comparison; a study by itself has none. */
export type Side = "base" | "new";

export interface Cell {
  readonly index: number; // in the order of the plan
  readonly name: string; // of the algorithm and, in a comparison, of the side: what has a look of its own
  readonly algo: string;
  readonly side: Side | undefined;
  readonly n: number;
  readonly f: number;
  readonly workload: string;
  readonly point: Readonly<Record<string, unknown>>;
  readonly runs: readonly RunLine[]; // by seed
  readonly isCeiling: boolean; // one server answers for all: what the others are compared with, not a rival
}

export type Read = (line: RunLine) => number | null | undefined;

/** Rows that differ in the algorithm only: the same work, and the same n or else the same f. */
export interface Contest {
  readonly title: string; // what they have in common, as far as the study has more than one of it
  readonly workload: string;
  readonly cells: readonly Cell[];
}

export function cellsOf({ runs }: Pick<Study, "runs">, side?: Side): Cell[] {
  return [...Map.groupBy(runs, rowOf).values()].map((row, index) => {
    const { algo, n, f, quorum, workload, point } = row[0]!;
    const isCeiling = n > 1 && quorum === 1;
    return { index, name: sided(algo, side), algo, side, n, f, workload, point, runs: row, isCeiling };
  });
}

export const sided = (algo: string, side: Side | undefined): string =>
  side === undefined ? algo : `${algo} (${side})`;

/** Mean and interval over the seeds of a row; undefined where nothing was measured. */
export function over({ runs }: Cell, read: Read): Estimate | undefined {
  return estimate(runs.map(read).filter(value => value !== null && value !== undefined));
}

/**
 * How many times more one row has than another, with its interval: paired by seed where the seeds are the same, since
 * what both were given is then the same too.
 */
export function ratio(one: Cell, two: Cell, read: Read): Estimate | undefined {
  const ratios = one.runs.map(line => {
    const other = two.runs.find(({ seed }) => seed === line.seed);
    const [above, below] = [read(line), other && read(other)];
    return typeof above === "number" && below ? above / below : undefined;
  });
  return ratios.includes(undefined) ? undefined : estimate(ratios as number[]);
}

export const algorithmsOf = (cells: readonly Cell[]): string[] => [...new Set(cells.map(({ algo }) => algo))];

/** By n, or by f where that brings more of them together, as with `--f`. */
export function contestsOf(cells: readonly Cell[]): Contest[] {
  const bySize = sizeOf(cells);
  const names = namesOf(cells);
  const groups = Map.groupBy(cells, cell => canonical([cell.workload, bySize(cell).value, cell.point]));
  return [...groups.values()].map(group => {
    const [cell] = group as [Cell, ...Cell[]];
    const { letter, value } = bySize(cell);
    const size = names.manySizes ? [`${letter} = ${value}`] : [];
    const title = [...names.workload(cell), ...size, ...names.point(cell)].join(", ");
    return { title, workload: cell.workload, cells: group };
  });
}

type Size = (cell: Cell) => { readonly letter: "n" | "f"; readonly value: number };

function sizeOf(cells: readonly Cell[]): Size {
  const byN: Size = ({ n }) => ({ letter: "n", value: n });
  const byF: Size = ({ f }) => ({ letter: "f", value: f });
  return meetings(cells, byF) > meetings(cells, byN) ? byF : byN;
}

/** How many rows meet all rivals of theirs at a size. */
function meetings(cells: readonly Cell[], size: Size): number {
  const rivals = cells.filter(({ isCeiling }) => !isCeiling);
  const groups = Map.groupBy(rivals, cell => canonical([cell.workload, size(cell).value, cell.point]));
  const all = algorithmsOf(rivals).length;
  return [...groups.values()].filter(group => algorithmsOf(group).length === all).length;
}

/** What has to be said of a row to tell it from the others: a study of one size need not repeat that size. */
export function namesOf(cells: readonly Cell[]) {
  const manySizes = new Set(cells.map(({ n }) => n)).size > 1;
  const manyWorkloads = new Set(cells.map(({ workload }) => workload)).size > 1;
  const workload = (cell: Cell) => (manyWorkloads ? [cell.workload] : []);
  const point = (cell: Cell) => pointText(cell.point);
  const name = (cell: Cell) =>
    [cell.algo, ...(manySizes ? [`n=${cell.n}`] : []), ...workload(cell), ...point(cell)].join(" · ");
  return { manySizes, manyWorkloads, workload, point, name };
}

export const pointText = (point: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(point)
    .filter(([field]) => field !== "n")
    .map(([field, value]) => `${field} = ${valueText(value)}`);

/** What one calls a run: raft, n = 5, crash-leader, seed 3. */
export const placeOf = ({ algo, n, workload, point, seed }: RunLine): string =>
  [`${algo}, n = ${n}`, workload, ...pointText(point), `seed ${seed}`].join(", ");

/** As it is written in the file; of a map only what is in it. */
export function valueText(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(valueText).join("+");
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .map(([name, inner]) => (inner === true ? name : `${name}=${valueText(inner)}`))
    .join(" ");
}
