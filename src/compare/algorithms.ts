/** Algorithms of one study against each other: paired by size, workload, point and seed. */
import { canonical } from "../results/keys.ts";
import type { RunLine } from "../results/schema.ts";
import { type FieldDifference, fieldDifferences } from "./fields.ts";
import type { Pairing } from "./pairing.ts";
import { NotComparableError, type Side } from "./side.ts";

export type By = "n" | "f";

/** By `n` where both ran at the same sizes, otherwise by the faults that they survive. */
export function usualBy(lines: readonly RunLine[], base: string, next: string): By {
  const sizes = (algo: string) => [...new Set(lines.filter(line => line.algo === algo).map(({ n }) => n))];
  return canonical(sizes(base).sort()) === canonical(sizes(next).sort()) ? "n" : "f";
}

export function pairAlgorithms(
  { label, lines, manifest }: Side,
  base: string,
  next: string,
  by: By,
): Pairing {
  const runsOf = (algo: string) => {
    const runs = lines.filter(line => line.algo === algo);
    if (runs.length > 0) return bySlot(by === "f" ? smallestFor(runs) : runs, by);
    const known = [...new Set(lines.map(line => line.algo))].join(", ");
    throw new NotComparableError(`${label} holds no runs of ${algo}; it has ${known}`);
  };
  const left = runsOf(base);
  const right = runsOf(next);
  const both = [...left].flatMap(([slot, line]) => {
    const other = right.get(slot);
    return other === undefined ? [] : [{ base: line, next: other }];
  });
  const judged = both.map(pair => ({
    ...pair,
    fields: fieldDifferences(manifest, pair.base, manifest, pair.next).filter(isCondition),
  }));
  return {
    pairs: judged.filter(({ fields }) => fields.length === 0).map(({ base, next }) => ({ base, next })),
    refused: judged.filter(({ fields }) => fields.length > 0),
    onlyBase: [...left].filter(([slot]) => !right.has(slot)).map(([, line]) => line),
    onlyNext: [...right].filter(([slot]) => !left.has(slot)).map(([, line]) => line),
    idle: [],
  };
}

/** What protocols differ in by nature is no obstacle: it is what one wants to know the price of. */
const isCondition = ({ field }: FieldDifference): boolean =>
  !/^(f|quorum|crypto|pair_key|options(\..*)?)$/.test(field);

/** Of the clusters that survive as much, the smallest: what one would run. */
function smallestFor(runs: readonly RunLine[]): RunLine[] {
  return [...Map.groupBy(runs, ({ f }) => f).values()].flatMap(group => {
    const least = Math.min(...group.map(({ n }) => n));
    return group.filter(({ n }) => n === least);
  });
}

/** A point may set options of one algorithm; the other has each run once more, the same but for its name. */
function bySlot(runs: readonly RunLine[], by: By): Map<string, RunLine> {
  return new Map(
    runs.map(line => {
      const point = Object.entries(line.point).filter(([field]) => field !== "n" && field !== "f");
      return [canonical([line[by], line.workload, Object.fromEntries(point), line.seed]), line] as const;
    }),
  );
}
