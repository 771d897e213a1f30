/**
 * The search for the knee: one field grows until the throughput does not. Which points are run follows from the
 * results of those before them alone, so that a study that was stopped goes on as if it had not been.
 */
import { fitScalability } from "../metrics/usl.ts";
import { canonical } from "../results/keys.ts";
import type { Manifest, RunLine } from "../results/schema.ts";
import type { Sweep } from "../workload/sweep.ts";

type Cell = Manifest["cells"][number];
type Saturation = NonNullable<Manifest["saturation"]>[number];

/** Cells that differ in one field only, in its order. */
export interface Climb {
  readonly field: string;
  readonly gain: number;
  readonly rungs: readonly Cell[];
}

/** Two gains need three points. */
const LEAST_RUNGS = 3;

export function climbsOf(cells: readonly Cell[], sweeps: ReadonlyMap<string, Sweep | undefined>): Climb[] {
  const searched = cells.filter(cell => fieldOf(cell, sweeps) !== undefined);
  const groups = Map.groupBy(searched, cell => {
    const { [fieldOf(cell, sweeps)!]: _, ...outer } = cell.point;
    return canonical([cell.algo, cell.n, cell.workload, cell.options, outer]);
  });
  return [...groups.values()].map(rungs => ({ ...sweeps.get(rungs[0]!.workload)!.saturation!, rungs }));
}

/** The field that is searched, unless the command line has picked one of its values. */
function fieldOf(
  { workload, point }: Cell,
  sweeps: ReadonlyMap<string, Sweep | undefined>,
): string | undefined {
  const field = sweeps.get(workload)?.saturation?.field;
  return field !== undefined && field in point ? field : undefined;
}

/** What tells the cell of a line. */
export const cellOf = ({
  algo,
  n,
  workload,
  point,
}: Pick<Cell, "algo" | "n" | "workload" | "point">): string => canonical([algo, n, workload, point]);

export class Progress {
  private readonly cells = new Map<string, RunLine[]>();

  constructor(lines: readonly RunLine[]) {
    for (const line of lines) this.add(line);
  }

  add(line: RunLine): void {
    const name = cellOf(line);
    const lines = this.cells.get(name);
    if (lines === undefined) this.cells.set(name, [line]);
    else lines.push(line);
  }

  /** The mean over the seeds; undefined as long as one of them is missing. A run that failed did nothing. */
  throughput(cell: Cell): number | undefined {
    const lines = this.cells.get(cellOf(cell)) ?? [];
    if (lines.length < cell.seeds.length) return undefined;
    return lines.reduce((sum, line) => sum + (line.throughput_ops_s ?? 0), 0) / lines.length;
  }
}

/** How far a climb has come: the rungs that have to be run by what is known now, and where the knee is. */
export function reach(
  { gain, rungs }: Climb,
  progress: Progress,
): { wanted: number; knee: number | undefined } {
  let flat = 0;
  let before: number | undefined;
  for (const [index, rung] of rungs.entries()) {
    const throughput = progress.throughput(rung);
    if (throughput === undefined) {
      return { wanted: Math.min(Math.max(index + 1, LEAST_RUNGS), rungs.length), knee: undefined };
    }
    if (before !== undefined) flat = gainOver(before, throughput) < gain ? flat + 1 : 0;
    if (flat === 2) return { wanted: index + 1, knee: index - 2 };
    before = throughput;
  }
  return { wanted: rungs.length, knee: undefined };
}

const gainOver = (before: number, after: number): number =>
  before === 0 ? (after > 0 ? Number.POSITIVE_INFINITY : 0) : after / before - 1;

/** The cells to be run by what is known now: all but the rungs that no climb has reached. */
export function wantedCells(
  cells: readonly Cell[],
  climbs: readonly Climb[],
  progress: Progress,
): Set<string> {
  const beyond = climbs.flatMap(climb => climb.rungs.slice(reach(climb, progress).wanted));
  const left = new Set(beyond.map(cellOf));
  return new Set(cells.map(cellOf).filter(name => !left.has(name)));
}

/** What the manifest says of every climb. */
export function saturationOf(climbs: readonly Climb[], progress: Progress): Saturation[] {
  return climbs.map(climb => {
    const { field, gain, rungs } = climb;
    const { wanted, knee } = reach(climb, progress);
    const { algo, n, workload, point } = rungs[0]!;
    const { [field]: _, ...outer } = point;
    const tried = rungs.slice(0, wanted).map(rung => ({
      value: rung.point[field] as unknown,
      throughput_ops_s: progress.throughput(rung) ?? null,
    }));
    const at = knee === undefined ? undefined : tried[knee];
    return {
      workload,
      algo,
      n,
      point: outer,
      field,
      gain,
      knee: at?.value ?? null,
      throughput_ops_s: at?.throughput_ops_s ?? null,
      tried,
      law: field === "clients.count" ? lawOf(tried) : null,
    };
  });
}

/** Beyond, the law says nothing about what was measured. */
const MOST_WRONG = 0.25;

function lawOf(tried: Saturation["tried"]): Saturation["law"] {
  const points = tried.map(({ value, throughput_ops_s }) => [Number(value), throughput_ops_s ?? 0] as const);
  const fit = fitScalability(points);
  if (fit === undefined || fit.worst > MOST_WRONG) return null;
  const { lambda, sigma, kappa, peak = null, worst } = fit;
  return { lambda_ops_s: lambda, sigma, kappa, peak, worst };
}
