/** The longest time in which no client was answered, and how long nobody led. */

import { rounded, span } from "../../metrics/numbers.ts";
import type { Estimate } from "../../metrics/statistics.ts";
import { type Cell, type Contest, contestsOf, over, type Read } from "../cells.ts";
import type { Look } from "../palette.ts";
import { type Chart, leftOut, type Omission, reachOf, someOf } from "./chart.ts";
import { downOf, type Mark, panelOfRows, rowSpec } from "./rows.ts";

const MOST_PANELS = 6;
const LONGEST = 10; // how far below the mean an interval is drawn, since a logarithmic axis has no 0
const title = "Availability";

const measures: readonly (readonly [label: string, read: Read])[] = [
  ["no answer", line => line.availability?.longest_gap_us],
  ["no leader", line => line.availability?.leaderless_us],
];

export function availabilityChart(cells: readonly Cell[], looks: readonly Look[]): Chart | Omission {
  const measured = cells.filter(({ runs }) => runs.some(({ availability }) => availability !== null));
  const isDisturbed = measured.some(({ runs }) =>
    runs.some(
      ({ faults, availability }) => (faults?.strikes ?? 0) > 0 || (availability?.leaderless_us ?? 0) > 0,
    ),
  );
  if (!isDisturbed) return { title, because: "nothing struck, and there was always a leader" };
  const contests = contestsOf(measured);
  const some = someOf(contests, MOST_PANELS);
  const panels = some.map(({ title, workload, cells }) => {
    const about = `Longest time without an answer, time without a leader. ${title}`;
    return panelOfRows(title, about, marksOf(cells), workload);
  });
  return {
    id: "availability",
    title,
    reading:
      "Further left is better. No answer: the longest time in which no operation of any client was answered; " +
      "no leader: how long in all no live replica led. Lines are 95 % intervals over seeds.",
    spec: rowSpec({ looks, axis: "ms", scale: "logarithmic" }),
    panels,
    reach: { x: reachOf(panels, ["x", "low", "high"], "logarithmic") },
    notes: leftOut(some.length, contests.length, "points"),
    table: tableOf(contests),
  };
}

function marksOf(cells: readonly Cell[]): Mark[] {
  const rows = cells.flatMap(cell => measures.map(([label, read]) => ({ cell, label, read })));
  return rows.flatMap(({ cell, label, read }, place) => {
    const found = over(cell, read);
    if (found === undefined) return [];
    const common = {
      a: cell.name,
      ...downOf(cell.side),
      label: `${cell.algo} · ${label}`,
      place,
      says: spanOf(found),
    };
    if (found.mean === 0) return [{ ...common, kind: "none", x: null }];
    const mean: Mark = { ...common, kind: "mean", x: rounded(found.mean / 1e3) };
    const { low, high } = found;
    if (low === undefined || high === undefined) return [mean];
    const ends = { low: rounded(Math.max(low, found.mean / LONGEST) / 1e3), high: rounded(high / 1e3) };
    return [{ ...common, kind: "interval", x: mean.x, ...ends }, mean];
  });
}

export function spanOf({ mean, low, high, method }: Estimate): string {
  if (low === undefined || high === undefined) return `${span(mean)}${method === "constant" ? " =" : ""}`;
  return `${span(mean)} (${span(Math.max(0, low))} to ${span(high)})`;
}

function tableOf(contests: readonly Contest[]): Chart["table"] {
  const rows = contests.flatMap(({ title, cells }) =>
    cells.map(cell => {
      const values = measures.map(([, read]) => {
        const found = over(cell, read);
        return found === undefined ? "-" : spanOf(found);
      });
      const operations = (["ok", "failed", "unknown"] as const).map(outcome =>
        cell.runs.reduce((sum, { ops }) => sum + (ops?.[outcome] ?? 0), 0),
      );
      return { algo: cell.name, cells: [cell.name, cell.n, title, ...values, ...operations] };
    }),
  );
  const head = [
    "algorithm",
    "n",
    "point",
    "longest gap",
    "without a leader",
    "answered",
    "failed",
    "unknown",
  ];
  return { head, rows };
}
