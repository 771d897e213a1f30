/** Percentiles of latency over log(1/(1-q)), where the tail has as much room as the rest. */
import { Histogram } from "../../metrics/histogram.ts";
import { digits, rounded, whole } from "../../metrics/numbers.ts";
import { type Cell, type Contest, contestsOf } from "../cells.ts";
import type { Look } from "../palette.ts";
import {
  type Chart,
  leftOut,
  type Omission,
  type Panel,
  type Row,
  reachOf,
  someOf,
  type Table,
} from "./chart.ts";
import {
  above,
  between,
  colored,
  dashed,
  ends,
  logarithmic,
  logarithmicAxis,
  plot,
  shown,
  tip,
} from "./style.ts";

const MOST_PANELS = 6;
const POINTS = 48;
const title = "Latency, percentile by percentile";

export function latencyChart(cells: readonly Cell[], looks: readonly Look[]): Chart | Omission {
  const measured = cells.filter(({ runs }) => runs.some(hasLatency));
  if (measured.length === 0) return { title, because: "no operation was answered" };
  const contests = contestsOf(measured);
  const some = someOf(contests, MOST_PANELS);
  const panels = some.map(panelOf);
  const rows = panels.flatMap(({ data }) => data.lines!);
  return {
    id: "latency",
    title,
    reading:
      "Each step to the right is a rarer operation: at 99 one in a hundred is slower than the line; " +
      "a line that turns up at the right has a slow tail that no mean shows.",
    spec: specOf(looks, Math.max(...rows.map(({ q }) => q as number))),
    panels,
    reach: { y: reachOf(panels, ["ms"], "logarithmic") },
    notes: leftOut(some.length, contests.length, "points"),
    table: tableOf(contests),
  };
}

const hasLatency = ({ latency_histogram }: Cell["runs"][number]): boolean =>
  latency_histogram !== null && latency_histogram.buckets.length > 0;

function panelOf({ title, workload, cells }: Contest): Panel {
  const lines = cells.flatMap(lineOf);
  return { title, about: `Percentiles of latency. ${title}`, group: workload, data: { lines } };
}

/** All seeds together: the tail of five runs is longer than that of one. */
function merged({ runs }: Cell): Histogram {
  const whole = new Histogram();
  for (const { latency_histogram, latency_us } of runs) {
    if (latency_histogram === null || latency_us === null) continue;
    const exact = { mean: latency_us.mean * 1e3, min: latency_us.min * 1e3, max: latency_us.max * 1e3 };
    whole.merge(Histogram.fromSparse(latency_histogram, exact));
  }
  return whole;
}

/** Up to where one operation is left. */
function lineOf(cell: Cell): Row[] {
  const histogram = merged(cell);
  const last = Math.log10(Math.max(10, histogram.count));
  const places = Array.from({ length: POINTS }, (_, index) => (index * last) / (POINTS - 1));
  return places.map(place => {
    const share = 1 - Math.exp(-place * Math.LN10);
    const ms = rounded((histogram.percentile(share) ?? 0) / 1e6);
    return { a: cell.name, c: cell.index, n: cell.n, q: rounded(place), p: percentText(share), ms };
  });
}

const percentText = (share: number): string => `${Number((100 * share).toPrecision(5))} %`;

const labels: readonly (readonly [place: number, label: string])[] = [
  [Math.log10(2), "50"],
  [1, "90"],
  [2, "99"],
  [3, "99.9"],
  [4, "99.99"],
  [5, "99.999"],
  [6, "99.9999"],
];

function specOf(looks: readonly Look[], last: number) {
  const ticks = labels.filter(([place]) => place <= last);
  const labelExpr = ticks.map(([place, label]) => `datum.value < ${place + 0.01} ? '${label}' : `).join("");
  const x = {
    field: "q",
    type: "quantitative",
    scale: { domain: [0, last], nice: false },
    axis: {
      title: "percent of operations are at least as fast",
      values: ticks.map(([place]) => place),
      labelExpr: `${labelExpr}''`,
    },
  };
  const y = {
    field: "ms",
    type: "quantitative",
    scale: between("y", logarithmic),
    axis: { ...above("latency, ms", 46), ...logarithmicAxis("y") },
  };
  const encoding = {
    x,
    y,
    color: colored(looks),
    strokeDash: dashed(looks),
    detail: { field: "c" },
    tooltip: [
      tip("a", "algorithm"),
      tip("n", "n", "d"),
      tip("p", "percentile"),
      tip("ms", "latency, ms", ".3~r"),
    ],
  };
  const frame = { width: 300, height: 190, left: 46 };
  const line = {
    data: { name: "lines" },
    transform: [shown],
    mark: { type: "line", aria: false, strokeWidth: 2 },
  };
  return plot(frame, [{ ...line, encoding }], ends("y"));
}

const columns = [0, 0.5, 0.9, 0.95, 0.99, 0.999, 1] as const;

function tableOf(contests: readonly Contest[]): Table {
  const rows = contests.flatMap(({ title, cells }) =>
    cells.map(cell => {
      const histogram = merged(cell);
      const values = columns.map(share => digits((histogram.percentile(share) ?? 0) / 1e6));
      return { algo: cell.name, cells: [cell.name, cell.n, title, ...values, whole(histogram.count)] };
    }),
  );
  const head = [
    "algorithm",
    "n",
    "point",
    "min ms",
    "p50",
    "p90",
    "p95",
    "p99",
    "p99.9",
    "max",
    "operations",
  ];
  return { head, rows };
}
