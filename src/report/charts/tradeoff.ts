/** Throughput against latency as the load rises: where a protocol is saturated, latency goes up and nothing else. */

import { digits, listed, rounded, short, spread } from "../../metrics/numbers.ts";
import { type Cell, contestsOf, over, pointText, valueText } from "../cells.ts";
import type { Look } from "../palette.ts";
import { type Chart, leftOut, type Omission, type Panel, type Row, reachOf, someOf } from "./chart.ts";
import { type Climb, climbsOf, loadOf, p50, p99, rate, type Searches, without } from "./climbs.ts";
import {
  above,
  between,
  colored,
  dashed,
  ends,
  logarithmic,
  logarithmicAxis,
  plainNumbers,
  plot,
  shaped,
  shown,
  tip,
} from "./style.ts";

const MOST_PANELS = 6;
const LEAST_POINTS = 3;
const LEFT = 46;
const title = "Throughput against latency";
const load = /^clients\.(count|rate|think)$/;

export function tradeoffChart(
  searches: Searches,
  cells: readonly Cell[],
  looks: readonly Look[],
): Chart | Omission {
  const field = cells.flatMap(({ point }) => Object.keys(point)).find(name => load.test(name));
  if (field === undefined) return { title, because: "the study does not sweep the load" };
  const climbs = climbsOf(searches, cells, field).filter(climb => climb.cells.length >= LEAST_POINTS);
  if (climbs.length === 0) return { title, because: `fewer than ${LEAST_POINTS} loads were measured` };
  const contests = contestsOf(
    climbs.map(climb => ({ ...climb.cells[0]!, point: without(climb.cells[0]!, field) })),
  );
  const some = someOf(contests, MOST_PANELS);
  const panels = some.map(({ title, workload, cells }): Panel => {
    const own = climbs.filter(climb => cells.some(({ index }) => index === climb.cells[0]!.index));
    const lines = own.flatMap(climb => climb.cells.map(cell => rowOf(cell, climb, field)));
    return {
      title,
      about: `Throughput and latency at each load. ${title}`,
      group: workload,
      data: { lines },
    };
  });
  return {
    id: "tradeoff",
    title,
    reading:
      `Along a line the load (${field}) rises; right and low is good. ` +
      "Where a line turns upwards more load brings waiting and no more answers; a ring marks that knee.",
    spec: specOf(looks, field),
    panels,
    reach: { x: reachOf(panels, ["x"], "linear"), y: reachOf(panels, ["y"], "logarithmic") },
    notes: [...kneeNotes(climbs, field), ...leftOut(some.length, contests.length, "sizes and points")],
    table: tableOf(climbs, field),
  };
}

const rowOf = (cell: Cell, { cells, knee }: Climb, field: string): Row => ({
  a: cell.name,
  c: cells[0]!.index,
  n: cell.n,
  at: valueText(cell.point[field]),
  x: rounded(over(cell, rate)!.mean),
  y: rounded(over(cell, p99)!.mean),
  o: loadOf(cell, field),
  knee: knee === cell,
});

function kneeNotes(climbs: readonly Climb[], field: string): string[] {
  const found = climbs.filter(({ knee }) => knee !== undefined);
  if (found.length === 0) return ["No knee: throughput still rises at the highest load."];
  const places = found.map(({ knee }) => {
    const { name, n, point } = knee!;
    return `${name} n=${n} at ${valueText(point[field])} (${short(over(knee!, rate)!.mean)} ops/s)`;
  });
  const rule = found.some(({ search }) => search !== undefined)
    ? "as the workload's search for saturation found them"
    : "beyond which no step of the sweep adds 10 %";
  return [`Knees, ${rule}: ${listed(places)}.`];
}

function specOf(looks: readonly Look[], field: string) {
  const color = colored(looks);
  const place = { ...axes, color };
  const tooltip = [
    tip("a", "algorithm"),
    tip("n", "n", "d"),
    tip("at", field),
    tip("x", "answers a second", ",.3~s"),
    tip("y", "p99, ms", ".3~r"),
  ];
  const data = { data: { name: "lines" }, transform: [shown] };
  const rising = { field: "o", type: "quantitative" };
  const marks = [
    {
      ...data,
      mark: { type: "line", aria: false, strokeWidth: 2 },
      encoding: { ...place, strokeDash: dashed(looks), detail: { field: "c" }, order: rising },
    },
    {
      ...data,
      mark: { type: "point", filled: true, opacity: 1, size: 40, aria: false },
      encoding: { ...place, shape: shaped(looks), tooltip },
    },
    {
      ...data,
      transform: [shown, { filter: "datum.knee" }],
      mark: { type: "point", filled: false, size: 190, strokeWidth: 2, opacity: 1, aria: false },
      encoding: { ...place, tooltip },
    },
  ];
  return plot({ width: 300, height: 190, left: LEFT }, marks, [...ends("x"), ...ends("y")]);
}

const axes = {
  x: {
    field: "x",
    type: "quantitative",
    scale: between("x", { nice: true }),
    axis: { title: "answers a second", labelExpr: plainNumbers, tickCount: 5 },
  },
  y: {
    field: "y",
    type: "quantitative",
    scale: between("y", logarithmic),
    axis: { ...above("p99 latency, ms", LEFT), ...logarithmicAxis("y") },
  },
};

function tableOf(climbs: readonly Climb[], field: string): Chart["table"] {
  const rows = climbs.flatMap(({ cells, knee }) =>
    cells.map(cell => {
      const values = [rate, p50, p99].map(read => {
        const found = over(cell, read)!;
        return `${read === rate ? short(found.mean) : digits(found.mean)} ${spread(found)}`;
      });
      const { [field]: at, ...rest } = cell.point;
      const mark = knee === cell ? "knee" : "";
      const place = [cell.workload, ...pointText(rest)].join(", ");
      return { algo: cell.name, cells: [cell.name, cell.n, place, valueText(at), ...values, mark] };
    }),
  );
  return { head: ["algorithm", "n", "workload", field, "ops/s", "p50 ms", "p99 ms", ""], rows };
}
