/** Pairs that differ only in their seed make a row. */
import { canonical } from "../results/keys.ts";
import type { Manifest, RunLine } from "../results/schema.ts";
import type { Pair } from "./pairing.ts";

/** In the order of the study's plan, and within a row by seed: not in that in which runs happened to finish. */
export function rowsOf(pairs: readonly Pair[], { cells }: Manifest): Pair[][] {
  const place = new Map(
    cells.map(({ algo, n, workload, point }, index) => [canonical([algo, n, workload, point]), index]),
  );
  const placeOf = ({ algo, n, workload, point }: RunLine) =>
    place.get(canonical([algo, n, workload, point])) ?? cells.length;
  const ordered = pairs.toSorted(
    (left, right) =>
      placeOf(left.base) - placeOf(right.base) ||
      placeOf(left.next) - placeOf(right.next) ||
      left.base.seed - right.base.seed,
  );
  return [...Map.groupBy(ordered, rowKey).values()];
}

const rowKey = ({ base, next }: Pair): string => {
  const own = ({ algo, n, options }: RunLine) => [algo, n, options];
  return canonical([own(base), own(next), base.workload, base.point]);
};

/** For example `raft n=5 steady clients.count=64`. */
export function nameOf(line: RunLine): string {
  return [`${line.algo} n=${line.n}`, whereOf(line), ...settingsOf(line)].join(" ");
}

/** The workload and the point of its sweep. */
export function whereOf({ workload, point }: RunLine): string {
  const coordinates = Object.entries(point).filter(([field]) => field !== "n" && field !== "f");
  return [workload, ...coordinates.map(([field, value]) => `${field}=${written(value)}`)].join(" ");
}

const written = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** Options that are not the defaults, as the command that runs it again names them. */
const settingsOf = ({ rerun }: RunLine): string[] =>
  [...rerun.matchAll(/ --set (\S+)/g)].map(match => match[1]!);

/** Lines as the rows that they would make: `raft n=5 steady (5 seeds)`. */
export function namesOf(lines: readonly RunLine[]): string[] {
  const groups = Map.groupBy(lines, nameOf);
  return [...groups].map(
    ([name, group]) => `${name} (${group.length === 1 ? `seed ${group[0]!.seed}` : `${group.length} seeds`})`,
  );
}
