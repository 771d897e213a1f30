/** Which run of one side belongs to which of the other, and which two must not be compared. */
import { canonical } from "../results/keys.ts";
import type { RunLine } from "../results/schema.ts";
import { type FieldDifference, fieldDifferences } from "./fields.ts";
import { NotComparableError, type Side } from "./side.ts";

export interface Pair {
  readonly base: RunLine;
  readonly next: RunLine;
}

/** Runs of the same name that are not the same experiment. */
export interface Refusal {
  readonly base: RunLine;
  readonly next: RunLine;
  readonly fields: readonly FieldDifference[];
}

export interface Pairing {
  readonly pairs: readonly Pair[];
  readonly refused: readonly Refusal[];
  readonly onlyBase: readonly RunLine[];
  readonly onlyNext: readonly RunLine[];
  readonly idle: readonly string[]; // of what may vary, what does not differ in any pair
}

/** Pairs by `pair_key`. Fields that are to `vary` are what the comparison is about, and may differ. */
export function pairSides(base: Side, next: Side, vary: readonly string[] = []): Pairing {
  const same = joined(uniqueByPairKey(base), uniqueByPairKey(next));
  const named = joined(bySlot(same.onlyLeft), bySlot(same.onlyRight));
  const found = [...same.both, ...named.both].map(pair => ({
    ...pair,
    all: fieldDifferences(base.manifest, pair.base, next.manifest, pair.next),
  }));
  const judged = found.map(({ base, next, all }) => ({
    base,
    next,
    fields: all.filter(({ field }) => !vary.some(free => covers(free, field))),
  }));
  const differing = found.flatMap(({ all }) => all.map(({ field }) => field));
  // Of the same name and with nothing to tell them apart: whatever made their keys differ was to vary.
  return {
    pairs: judged.filter(({ fields }) => fields.length === 0).map(({ base, next }) => ({ base, next })),
    refused: judged.filter(({ fields }) => fields.length > 0),
    onlyBase: named.onlyLeft,
    onlyNext: named.onlyRight,
    idle: vary.filter(free => !differing.some(field => covers(free, field))),
  };
}

const covers = (free: string, field: string): boolean => field === free || field.startsWith(`${free}.`);

/** What one would call the run, on any machine and in any version. */
const slotOf = ({ algo, n, workload, point, seed }: RunLine): string =>
  canonical([algo, n, workload, point, seed]);

function uniqueByPairKey({ label, lines }: Side): Map<string, RunLine> {
  const groups = Map.groupBy(lines, line => line.pair_key);
  for (const [pairKey, [one, ...others]] of groups) {
    if (others.length === 0) continue;
    throw new NotComparableError(
      `${label} holds the same run ${others.length + 1} times (${one!.algo} n=${one!.n} ${one!.workload} seed ` +
        `${one!.seed}, pair_key ${pairKey}), made by different code: compare the studies it was merged from`,
    );
  }
  return new Map([...groups].map(([key, [line]]) => [key, line!]));
}

/** Options that differ may give several runs one name; who is meant is then unclear, and none of them is paired. */
function bySlot(lines: readonly RunLine[]): Map<string, RunLine> {
  const groups = [...Map.groupBy(lines, slotOf)];
  return new Map(
    groups.flatMap(([slot, group]) =>
      group.length === 1
        ? [[slot, group[0]!] as const]
        : group.map(line => [`${slot} ${line.pair_key}`, line] as const),
    ),
  );
}

function joined(left: ReadonlyMap<string, RunLine>, right: ReadonlyMap<string, RunLine>) {
  const both: Pair[] = [];
  const onlyLeft: RunLine[] = [];
  for (const [key, base] of left) {
    const next = right.get(key);
    if (next === undefined) onlyLeft.push(base);
    else both.push({ base, next });
  }
  const onlyRight = [...right].filter(([key]) => !left.has(key)).map(([, line]) => line);
  return { both, onlyLeft, onlyRight };
}
