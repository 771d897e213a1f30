/** How long after each fault clients were served as before, run by run. */

import { counted, moment, rounded, span } from "../../metrics/numbers.ts";
import { type Cell, namesOf } from "../cells.ts";
import { kindOf } from "../faults.ts";
import type { Look } from "../palette.ts";
import { type Chart, leftOut, type Omission, reachOf, someOf } from "./chart.ts";
import { downOf, type Mark, panelOfRows, rowSpec } from "./rows.ts";

const MOST_PANELS = 6;
const MOST_ROWS = 14;
const MOST_DOTS = 100; // of a row: of more, so many evenly from the shortest to the longest
const title = "Recovery after each fault";

interface Recovery {
  readonly cell: Cell;
  readonly fault: string;
  readonly recoveredUs: number | null;
}

export function recoveryChart(cells: readonly Cell[], looks: readonly Look[]): Chart | Omission {
  const all = recoveriesOf(cells);
  if (all.length === 0) return { title, because: "no fault struck" };
  const times = all.map(({ recoveredUs }) => recoveredUs).filter(us => us !== null);
  if (times.length === 0) return { title, because: "after no fault were clients served as before" };
  const groups = [...Map.groupBy(all, ({ fault }) => fault)];
  const some = someOf(groups, MOST_PANELS);
  const ceiling = times.reduce((one, two) => Math.max(one, two)) / 1e3;
  const panels = some.map(([fault, group]) =>
    panelOfRows(`after ${fault}`, `Time until recovery after ${fault}`, marksOf(group, cells, ceiling)),
  );
  const never = all.length - times.length;
  const rows = Math.max(...groups.map(([, group]) => new Set(group.map(({ cell }) => cell)).size));
  return {
    id: "recovery",
    title,
    reading:
      "A dot for each run, and larger the median: how long it took after the fault until clients were " +
      "answered as before it.",
    spec: rowSpec({ looks, axis: "ms until clients were served as before", scale: "logarithmic" }),
    panels,
    reach: { x: reachOf(panels, ["x"], "logarithmic") },
    notes: [
      ...(never === 0
        ? []
        : [`${counted(never, "time")} clients were not served as before until the end: crosses.`]),
      ...leftOut(some.length, groups.length, "faults"),
      ...(rows > MOST_ROWS
        ? [`A panel shows ${MOST_ROWS} of up to ${rows} rows; the table has them all.`]
        : []),
    ],
    table: tableOf(groups, cells),
  };
}

/** Faults by kind and, where they strike at fixed moments, by moment: which node they hit differs from seed to seed. */
function recoveriesOf(cells: readonly Cell[]): Recovery[] {
  const found = cells.flatMap(cell =>
    cell.runs.flatMap(({ availability }) =>
      (availability?.recoveries ?? []).map(({ fault, at_us, recovered_us }) => {
        return { cell, kind: kindOf(fault), text: fault, at_us, recovered_us };
      }),
    ),
  );
  const runs = Map.groupBy(
    cells.flatMap(cell => cell.runs),
    ({ workload }) => workload,
  );
  const strikes = Map.groupBy(found, ({ cell, kind, at_us }) => `${cell.workload} ${kind} ${at_us}`);
  return found.map(({ cell, kind, text, at_us, recovered_us }) => {
    const isEverywhere =
      strikes.get(`${cell.workload} ${kind} ${at_us}`)!.length === runs.get(cell.workload)!.length;
    const name = kind === "end" ? text : kind;
    return { cell, fault: isEverywhere ? `${name} at ${moment(at_us)}` : name, recoveredUs: recovered_us };
  });
}

function marksOf(group: readonly Recovery[], cells: readonly Cell[], ceiling: number): Mark[] {
  const { name } = namesOf(cells);
  const rows = [...Map.groupBy(group, ({ cell }) => cell)].slice(0, MOST_ROWS);
  return rows.flatMap(([cell, recoveries], place) => {
    const common = { a: cell.name, ...downOf(cell.side), label: name(cell), place };
    const sorted = recoveries.toSorted((one, two) => timeOf(one) - timeOf(two));
    const each = someOf(sorted, MOST_DOTS).map(({ recoveredUs }): Mark => {
      if (recoveredUs === null) return { ...common, kind: "never", x: ceiling, says: "never" };
      return { ...common, kind: "each", x: visible(recoveredUs), says: span(recoveredUs) };
    });
    const middle = median(recoveries);
    if (middle === undefined) return each;
    return [...each, { ...common, kind: "mean", x: visible(middle), says: `median ${span(middle)}` }];
  });
}

const timeOf = ({ recoveredUs }: Recovery): number => recoveredUs ?? Number.POSITIVE_INFINITY;

/** In milliseconds; a logarithmic axis has no 0. */
const visible = (us: number): number => Math.max(0.001, rounded(us / 1e3));

function median(recoveries: readonly Recovery[]): number | undefined {
  const times = recoveries.map(({ recoveredUs }) => recoveredUs).filter(us => us !== null);
  const sorted = times.sort((one, two) => one - two);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}

function tableOf(
  groups: readonly (readonly [string, readonly Recovery[]])[],
  cells: readonly Cell[],
): Chart["table"] {
  const { workload, point } = namesOf(cells);
  const rows = groups.flatMap(([fault, group]) =>
    [...Map.groupBy(group, ({ cell }) => cell)].map(([cell, recoveries]) => {
      const times = recoveries.map(({ recoveredUs }) => recoveredUs).filter(us => us !== null);
      const text = (us: number | undefined) => (us === undefined ? "-" : span(us));
      const place = [...workload(cell), ...point(cell)].join(", ");
      const least = times.length === 0 ? undefined : times.reduce((one, two) => Math.min(one, two));
      const most = times.length === 0 ? undefined : times.reduce((one, two) => Math.max(one, two));
      const values = [text(least), text(median(recoveries)), text(most), recoveries.length - times.length];
      return { algo: cell.name, cells: [cell.name, cell.n, place, fault, recoveries.length, ...values] };
    }),
  );
  const head = [
    "algorithm",
    "n",
    "point",
    "fault",
    "times",
    "shortest",
    "median",
    "longest",
    "never recovered",
  ];
  return { head, rows };
}
