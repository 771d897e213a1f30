/**
 * Did the faults of a workload strike? A schedule that did nothing proves nothing, so that it is a failed expectation,
 * whether or not the file expects anything. A fault drawn by chance may pass a run by, but not all runs of a cell.
 */
import type { Manifest, RunLine } from "../results/schema.ts";

type Cell = Manifest["cells"][number];
type Judgement = NonNullable<Manifest["expectations"]>[number];

/** Undefined where no fault was planned. */
export function judgeStrikes(cell: Cell, lines: readonly RunLine[]): Judgement | undefined {
  const told = lines.filter(({ faults }) => faults !== null);
  if (told.length === 0) return undefined;
  const [first, ...others] = told.map(({ faults }) => faults!.never_struck);
  const idle = first!.filter(fault => others.every(never => never.includes(fault)));
  // Where replicas say nothing to each other, faults of their links have nobody to strike.
  const silent = told.every(({ messages }) => messages?.total === 0);
  return {
    workload: cell.workload,
    algo: cell.algo,
    n: cell.n,
    point: cell.point,
    field: "faults",
    of: "each",
    expected: "have struck",
    ok: idle.length === 0 ? true : silent ? null : false,
    found: idle.length === 0 ? "struck" : `never struck: ${idle.join("; ")}`,
    runs: told.length,
    seeds: [],
    says: idle.length > 0 && silent ? "not judged: replicas exchange no messages that could be hit" : null,
  };
}
