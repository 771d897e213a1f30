/** Which of many runs to show in full: of each row one whose messages were kept, or the one with the most to tell. */
import { rowOf } from "../results/row.ts";
import type { RunLine } from "../results/schema.ts";

const MOST = 6;

/**
 * In the order of the lines, not more than a reader would look at, and every algorithm before any has a second. `kept`:
 * the keys of runs with a trace.
 */
export function tellingRuns(runs: readonly RunLine[], kept: ReadonlySet<string> = new Set()): RunLine[] {
  const eventful = runs.filter(isEventful);
  const rows = Map.groupBy(eventful, rowOf);
  const telling = [...rows.values()].map(row => {
    const shown = row.filter(({ key }) => kept.has(key));
    return (shown.length > 0 ? shown : row).reduce(worse);
  });
  const byAlgorithm = Map.groupBy(telling, ({ algo }) => algo);
  const turns = [...byAlgorithm.values()].flatMap(own =>
    own.toSorted(byWeight).map((run, turn) => ({ run, turn })),
  );
  const chosen = new Set(
    turns
      .toSorted((one, two) => one.turn - two.turn)
      .slice(0, MOST)
      .map(({ run }) => run),
  );
  return runs.filter(run => chosen.has(run));
}

/** How many rows something happened in, shown or not. */
export const eventfulRows = (runs: readonly RunLine[]): number =>
  new Set(runs.filter(isEventful).map(rowOf)).size;

/** A run in which nothing struck and no term rose is a flat line. */
function isEventful({ status, faults, epochs, checks }: RunLine): boolean {
  if (status === "failed") return false;
  return (faults?.strikes ?? 0) > 0 || (epochs?.growth ?? 0) > 0 || isUnsafe(checks);
}

export const isUnsafe = ({ linearizable, invariants }: RunLine["checks"]): boolean =>
  linearizable === "invalid" || invariants === "invalid";

const worse = (one: RunLine, two: RunLine): RunLine => (byWeight(one, two) <= 0 ? one : two);

/** The heaviest first: unsafe ones, then by how far terms rose, then by how long clients waited. */
function byWeight(one: RunLine, two: RunLine): number {
  return (
    Number(isUnsafe(two.checks)) - Number(isUnsafe(one.checks)) ||
    (two.epochs?.growth ?? 0) - (one.epochs?.growth ?? 0) ||
    (two.availability?.longest_gap_us ?? 0) - (one.availability?.longest_gap_us ?? 0) ||
    one.seed - two.seed
  );
}
