/** The sweep of a load, protocol by protocol, and where each has its knee. */
import type { Manifest } from "../../results/schema.ts";
import { type Cell, over, pointText, type Read, valueText } from "../cells.ts";

const GAIN = 0.1; // what a step of the sweep has to add to lie before the knee

export const rate: Read = line => line.throughput_ops_s;
export const p50: Read = line => line.latency_us && line.latency_us.p50 / 1e3;
export const p99: Read = line => line.latency_us && line.latency_us.p99 / 1e3;

/** One protocol at one size as its load rises. */
export interface Climb {
  readonly cells: readonly Cell[];
  readonly knee: Cell | undefined;
  readonly search: Search | undefined; // the workload searched for the knee, by a rule of its own
}

type Search = NonNullable<Manifest["saturation"]>[number];

/** What searches for saturation found, on each side of a comparison. */
export type Searches = (side: Cell["side"]) => Manifest["saturation"];

export function climbsOf(searches: Searches, cells: readonly Cell[], field: string): Climb[] {
  const measured = cells.filter(cell => field in cell.point && over(cell, rate) && over(cell, p99));
  const groups = Map.groupBy(measured, cell =>
    JSON.stringify([cell.name, cell.n, cell.workload, cell.runs[0]!.options, without(cell, field)]),
  );
  return [...groups.values()].map(group => {
    const rising = group.toSorted((one, two) => loadOf(one, field) - loadOf(two, field));
    const search = searchFor(rising[0]!, field, searches);
    const isAt = ({ point }: Cell) => valueText(point[field]) === valueText(search?.knee);
    const knee = search === undefined ? kneeOf(rising) : rising.find(isAt);
    return { cells: rising, knee, search };
  });
}

export const without = ({ point }: Cell, field: string): Cell["point"] => {
  const { [field]: _, ...rest } = point;
  return rest;
};

/** Values as people write them: 64, or 2000/s. */
export const loadOf = ({ point }: Cell, field: string): number => Number.parseFloat(valueText(point[field]));

const searchFor = (cell: Cell, field: string, searches: Searches) =>
  searches(cell.side)?.find(
    one =>
      one.algo === cell.algo &&
      one.n === cell.n &&
      one.workload === cell.workload &&
      one.field === field &&
      pointText(one.point).join() === pointText(without(cell, field)).join(),
  );

/** The first point beyond which no step adds enough; undefined where the last one still does. */
function kneeOf(cells: readonly Cell[]): Cell | undefined {
  const rates = cells.map(cell => over(cell, rate)!.mean);
  let place = rates.length - 1;
  while (place > 0 && rates[place]! < rates[place - 1]! * (1 + GAIN)) place--;
  return place < rates.length - 1 ? cells[place] : undefined;
}
