/** Where to look first. */
import type { Axis } from "./axis.ts";
import type { View } from "./frame.ts";
import type { Model } from "./model.ts";

export interface Moment {
  readonly name: string;
  readonly fromNs: number;
  readonly toNs: number;
  readonly end?: boolean; // where not all of it can be shown: its end, rather than its beginning
}

/** What was found to be wrong with a run; `ns` is null where no one moment shows it. */
export interface Wrong {
  readonly ns: number | null;
  readonly says: string;
}

/** Places of interest, the most telling first. */
export function momentsOf(model: Model, found: readonly Wrong[]): Moment[] {
  const wrong = found.flatMap(({ ns, says }) =>
    ns === null ? [] : [{ name: `broken: ${says.replace(/:.*$/s, "")}`, fromNs: ns, toNs: ns }],
  );
  const kept = model.header.windows.map(({ why, from_ns, to_ns }) => ({
    name: why,
    fromNs: from_ns,
    toNs: to_ns,
  }));
  const operations = model.header.operations.map(({ op, why, call_ns, return_ns }) => {
    return { name: `${why} operation, ${op}`, fromNs: call_ns, toNs: return_ns ?? model.header.end_ns };
  });
  return [...wrong, ...upheavals(model), ...kept, ...operations];
}

/** From a fault to the election that it leads to, or the first election. */
function upheavals({ faults, marks }: Model): Moment[] {
  const elections = marks.filter(({ kind }) => kind === "leads");
  const begun = faults.filter(({ what }) => !what.startsWith("end of "));
  const upheaval = begun
    .map(({ ns, what }) => ({ ns, what, election: elections.find(election => election.ns >= ns) }))
    .find(
      ({ election, ns }) =>
        election !== undefined && !begun.some(next => next.ns > ns && next.ns < election.ns),
    );
  if (upheaval !== undefined) {
    return [
      {
        name: `${upheaval.what}, and the next leader`,
        fromNs: upheaval.ns,
        toNs: upheaval.election!.ns,
        end: true,
      },
    ];
  }
  const first = elections[0];
  return first === undefined ? [] : [{ name: "first election", fromNs: first.ns - 400_000, toNs: first.ns }];
}

/** A little of what was before, and some more of what came of it, in a drawing of that width. */
export function viewOf(axis: Axis, { fromNs, toNs, end = false }: Moment, width: number): View {
  const [from, to] = [axis.to(fromNs), axis.to(toNs)];
  const [least, most] = axis.kind === "even" ? [0.8 * width, 2 * width] : [30, axis.length];
  const length = Math.min(Math.max(1.5 * (to - from), least), most, axis.length);
  const start = end && to - from > length ? to - 0.5 * length : from - 0.22 * length;
  const fromU = Math.min(Math.max(start, 0), axis.length - length);
  return { fromU, toU: fromU + length };
}
