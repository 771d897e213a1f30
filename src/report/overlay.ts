/** Both sides of a comparison as rows, runs and looks of one set of charts. */
import type { Pair, Pairing } from "../compare/pairing.ts";
import type { Side } from "../compare/side.ts";
import { canonical } from "../results/keys.ts";
import { readSeries } from "../results/reader.ts";
import { rowOf } from "../results/row.ts";
import type { RunLine, SeriesLine } from "../results/schema.ts";
import { algorithmsOf, type Cell, cellsOf, type Side as SideName } from "./cells.ts";
import type { Searches } from "./charts/climbs.ts";
import { type Scene, storyOf } from "./charts/timeline.ts";
import { type Look, looksOf, looksOfSides } from "./palette.ts";
import { inOrder } from "./study.ts";
import { tellingRuns } from "./telling.ts";

export interface Overlay {
  readonly cells: readonly Cell[];
  readonly looks: readonly Look[];
  readonly searches: Searches;
  readonly scenes: readonly Scene[];
}

/** Two studies: what was compared of them, the base lighter and dotted. */
export function overlayOfSides(base: Side, next: Side, { pairs }: Pairing): Overlay {
  const own = (side: Side, name: SideName, read: (pair: Pair) => RunLine) =>
    cellsOf({ runs: inOrder(pairs.map(read), side.manifest) }, name);
  const cells = interleaved(
    own(base, "base", pair => pair.base),
    own(next, "new", pair => pair.next),
  );
  const searches: Searches = side => (side === "base" ? base : next).manifest.saturation;
  return { cells, looks: looksOfSides(algorithmsOf(cells)), searches, scenes: scenesOf(base, next, pairs) };
}

/** Algorithms of one study: each as in the study's own page, and nothing but what was compared. */
export function overlayOfAlgorithms(side: Side, pairings: readonly Pairing[]): Overlay {
  const compared = pairings.flatMap(({ pairs }) => pairs.flatMap(({ base, next }) => [base, next]));
  const runs = inOrder([...new Map(compared.map(line => [line.key, line])).values()], side.manifest);
  const cells = cellsOf({ runs });
  const series = seriesOf(side, runs);
  const told = tellingRuns(runs.filter(({ key }) => series.has(key)));
  const scenes = told.map((run): Scene => [storyOf(run, series.get(run.key)!)]);
  return { cells, looks: looksOf(algorithmsOf(cells)), searches: () => side.manifest.saturation, scenes };
}

/** Each row of the base with the row of the new side that belongs to it. */
function interleaved(base: readonly Cell[], next: readonly Cell[]): Cell[] {
  const slotOf = ({ algo, n, workload, point }: Cell) => canonical([algo, n, workload, point]);
  const slots = [...new Set([...base, ...next].map(slotOf))];
  const cells = [...base, ...next].toSorted(
    (one, two) => slots.indexOf(slotOf(one)) - slots.indexOf(slotOf(two)),
  );
  return cells.map((cell, index) => ({ ...cell, index }));
}

/** The seed of a row in which most happened on either side, on both. */
function scenesOf(base: Side, next: Side, pairs: readonly Pair[]): Scene[] {
  const left = seriesOf(
    base,
    pairs.map(pair => pair.base),
  );
  const right = seriesOf(
    next,
    pairs.map(pair => pair.next),
  );
  const known = pairs.filter(pair => left.has(pair.base.key) && right.has(pair.next.key));
  // What is the same to the last event says nothing twice.
  const changed = known.filter(pair => pair.base.trace_hash !== pair.next.trace_hash);
  const kept = changed.length > 0 ? changed : known;
  const told = new Set(
    tellingRuns(
      inOrder(
        kept.flatMap(pair => [pair.base, pair.next]),
        base.manifest,
      ),
    ),
  );
  const rows = Map.groupBy(
    kept.filter(pair => told.has(pair.base) || told.has(pair.next)),
    pair => rowOf(pair.base),
  );
  return [...rows.values()].map(([pair]) => [
    storyOf(pair!.base, left.get(pair!.base.key)!, "base"),
    storyOf(pair!.next, right.get(pair!.next.key)!, "new"),
  ]);
}

function seriesOf({ folder }: Side, runs: readonly RunLine[]): Map<string, SeriesLine> {
  const keys = new Set(runs.map(({ key }) => key));
  return new Map(readSeries(folder, key => keys.has(key)).lines.map(line => [line.key, line]));
}
