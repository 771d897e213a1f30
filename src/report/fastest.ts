/** Who is fastest, in sentences: by throughput where load was pressed on, by latency where it was given. */

import { digits, listed, short } from "../metrics/numbers.ts";
import type { Estimate } from "../metrics/statistics.ts";
import { type Cell, contestsOf, namesOf, over, pointText, type Read, ratio } from "./cells.ts";
import { someOf } from "./charts/chart.ts";

const MOST_SENTENCES = 2;
const ALIKE = 1.02; // throughputs that differ by less were given, not achieved

const rate: Read = line => line.throughput_ops_s;
const p50: Read = line => line.latency_us?.p50;
const p99: Read = line => line.latency_us?.p99;

export function fastest(cells: readonly Cell[]): string[] {
  const measured = cells.filter(cell => over(cell, rate) !== undefined && over(cell, p50) !== undefined);
  if (measured.length === 0) return ["Nothing was measured."];
  // Of a sweep each protocol's best point takes part.
  const heats = contestsOf(measured.map(cell => ({ ...cell, point: {} })));
  const sentences = heats
    .map(heat => ({
      ...heat,
      cells: heat.cells.map(({ index }) => measured.find(cell => cell.index === index)!),
    }))
    .map(({ title, cells }) => `${title === "" ? "" : `${title}: `}${sentence(bestOf(cells))}`);
  const left = sentences.length - MOST_SENTENCES;
  const more = left > 0 ? [`For ${left} more see the results below.`] : [];
  return [...someOf(sentences, MOST_SENTENCES), ...more];
}

/** Of equal throughputs the first: the least load that gives it. */
function bestOf(cells: readonly Cell[]): Cell[] {
  const groups = [...Map.groupBy(cells, ({ algo }) => algo).values()];
  const best = groups.map(group =>
    group.reduce((one, two) => (mean(two, rate) > ALIKE * mean(one, rate) ? two : one)),
  );
  return best.toSorted((one, two) => mean(two, rate) - mean(one, rate));
}

const mean = (cell: Cell, read: Read): number => over(cell, read)!.mean;

function sentence(cells: readonly Cell[]): string {
  const rivals = cells.filter(({ isCeiling }) => !isCeiling);
  const ceiling = cells.find(({ isCeiling }) => isCeiling);
  const ranked = rivals.length > 0 ? rivals : cells;
  const isGiven = mean(ranked[0]!, rate) <= ALIKE * mean(ranked.at(-1)!, rate) && ranked.length > 1;
  const text = isGiven ? byLatency(ranked) : byThroughput(ranked);
  return ceiling === undefined || rivals.length === 0
    ? text
    : `${text} ${beside(ceiling, ranked[0]!, isGiven)}`;
}

function byThroughput(cells: readonly Cell[]): string {
  const [first, ...rest] = cells as [Cell, ...Cell[]];
  const median = `median latency ${digits(mean(first, p50) / 1e3)} ms, p99 ${digits(mean(first, p99) / 1e3)} ms`;
  // Where all are best at the same point of a sweep, it is named once.
  const isShared = new Set(cells.map(at)).size === 1;
  const own = `${first.algo} served ${short(mean(first, rate))} ops/s${at(first)}`;
  const times = rest.map(cell => {
    const found = ratio(first, cell, rate);
    const rival = `${cell.algo}${isShared ? "" : at(cell)}`;
    const times = `${digits(found?.mean ?? mean(first, rate) / mean(cell, rate))} ×`;
    return isEven(found)
      ? `as much as ${rival} (${times}${found?.low === undefined ? "" : `, ${intervalOf(found)}`}; no clear difference)`
      : `${times} what ${rival} did${doubt(found)}`;
  });
  return `${[own, ...(times.length > 0 ? [listed(times)] : [])].join(", ")}; ${median}.`;
}

/** An interval on both sides of 1, or 1 in every seed. */
const isEven = (found: Estimate | undefined): boolean =>
  found !== undefined && (found.low ?? found.mean) <= 1 && (found.high ?? found.mean) >= 1;

function byLatency(cells: readonly Cell[]): string {
  const ranked = cells.toSorted((one, two) => mean(one, p50) - mean(two, p50)) as [Cell, ...Cell[]];
  const [first] = ranked;
  const isSoonest = (cell: Cell) => cell === first || isEven(ratio(cell, first, p50));
  const soonest = ranked.filter(isSoonest);
  const others = ranked
    .filter(cell => !isSoonest(cell))
    .map(cell => {
      const found = ratio(cell, first, p50);
      const times = digits(found?.mean ?? mean(cell, p50) / mean(first, p50));
      return `; ${cell.algo} took ${digits(mean(cell, p50) / 1e3)} ms, ${times} × as long${doubt(found)}`;
    });
  const served = `All served the same ${short(mean(first, rate))} ops/s.`;
  const tails = cells.map(cell => `${cell.algo} ${digits(mean(cell, p99) / 1e3)} ms`);
  const median = `with a median of ${digits(mean(first, p50) / 1e3)} ms`;
  const even = soonest.length > 1 ? " and no clear difference" : "";
  const names = listed(soonest.map(({ algo }) => algo));
  return `${served} ${names} answered soonest, ${median}${even}${others.join("")}. At p99: ${listed(tails)}.`;
}

function beside(ceiling: Cell, first: Cell, isGiven: boolean): string {
  const of = isGiven ? p50 : rate;
  const share = ratio(first, ceiling, of) ?? { mean: mean(first, of) / mean(ceiling, of) };
  const value = isGiven
    ? `a median of ${digits(mean(ceiling, of) / 1e3)} ms`
    : `${short(mean(ceiling, of))} ops/s`;
  return `Without replication (${ceiling.algo}) it is ${value}: ${first.algo} has ${digits(share.mean)} × that.`;
}

function at(cell: Cell): string {
  const text = namesOf([cell]).point(cell).join(", ");
  return text === "" || pointText(cell.point).length === 0 ? "" : ` (${text})`;
}

/** How sure the factor before it is. */
const doubt = (found: Estimate | undefined): string =>
  found?.low === undefined ? "" : ` (${intervalOf(found)})`;

const intervalOf = ({ low, high }: Estimate): string => `95 %: ${digits(low!)} to ${digits(high!)}`;
