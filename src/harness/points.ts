/** Which points of a workload's sweep a study runs, and what the command line has to say in that. */
import { didYouMean } from "../workload/nearest.ts";
import type { Axis, Point } from "../workload/sweep.ts";
import type { Workload } from "../workload/workload.ts";
import type { StudyRequest } from "./plan.ts";
import { UsageError } from "./usage.ts";

/** `--point clients.count=16` */
export interface Coordinate {
  readonly field: string;
  readonly value: string;
}

/** A workload without a sweep is one point that has no coordinates. */
export function pointsFor(request: StudyRequest, workload: Workload): readonly Point[] {
  const { sweep } = workload;
  if (sweep === undefined) return [{ at: {}, workload }];
  const lost = sweep.axes.filter(axis => isOverridden(request, axis));
  const wanted = (request.points ?? []).filter(({ field }) => sweep.axes.some(axis => axis.field === field));
  return sweep.points
    .filter(({ at }) => wanted.every(({ field, value }) => writtenAs(at[field]) === value))
    .filter(({ at }) => lost.every(({ field, values }) => at[field] === values[0]))
    .map(({ at, workload: inner }) => {
      const kept = Object.entries(at).filter(([field]) => !lost.some(axis => axis.field === field));
      return { at: Object.fromEntries(kept), workload: inner };
    });
}

/** The workload at a point. A coordinate that the command line has taken over makes no difference to it. */
export function workloadAt(workload: Workload, point: Readonly<Record<string, unknown>>): Workload {
  const coordinates = Object.entries(point).map(([field, value]) => [field, JSON.stringify(value)] as const);
  const found = workload.sweep?.points.find(({ at }) =>
    coordinates.every(([field, text]) => JSON.stringify(at[field]) === text),
  );
  return { ...(found?.workload ?? workload), expect: [], sweep: undefined };
}

/** A value of a sweep as one would type it. */
export const writtenAs = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value);

/** Sizes and options of protocols, which the command line sets; nothing else of a file can be set there. */
function isOverridden(request: StudyRequest, { field }: Axis): boolean {
  if (field === "n" || field === "f") return request.n !== undefined || request.f !== undefined;
  return request.settings.some(({ algo, option }) => field === `options.${algo}.${option}`);
}

export function overriddenAxes(request: StudyRequest, { name, sweep }: Workload): string[] {
  const lost = (sweep?.axes ?? []).filter(axis => isOverridden(request, axis));
  return lost.map(({ field, values }) => {
    const set = request.settings.find(({ algo, option }) => field === `options.${algo}.${option}`);
    const line = set?.value ?? (request.n === undefined ? `f = ${request.f}` : `n = ${request.n}`);
    return `workload ${name} sweeps ${field} over ${values.map(writtenAs).join(", ")}; the command line wins: ${line}`;
  });
}

/** A coordinate that no workload has would be ignored without a word, or leave nothing to run. */
export function refuseLostCoordinates(points: readonly Coordinate[], workloads: readonly Workload[]): void {
  const axes = workloads.flatMap(({ sweep }) => sweep?.axes ?? []);
  for (const { field, value } of points) {
    const names = [...new Set(axes.map(axis => axis.field))];
    const values = axes.filter(axis => axis.field === field).flatMap(axis => axis.values.map(writtenAs));
    if (values.length === 0) {
      const known = names.length === 0 ? "nothing is swept" : `swept: ${names.join(", ")}`;
      throw new UsageError(
        `--point ${field}=${value}: ${field} is not swept (${known})${didYouMean(field, names)}`,
      );
    }
    if (!values.includes(value)) {
      throw new UsageError(
        `--point ${field}=${value}: no point has that value; there are ${values.join(", ")}`,
      );
    }
  }
}

export function parseCoordinate(text: string): Coordinate {
  const match = /^([^=]+)=(.+)$/.exec(text);
  if (match !== null) return { field: match[1]!.trim(), value: match[2]!.trim() };
  throw new UsageError(`--point ${text}: write <field>=<value>, such as clients.count=16`);
}
