/** What an operation's messages and bytes are made of: a bar for each type of message, a panel for each protocol. */

import { digits, listed, rounded } from "../../metrics/numbers.ts";
import type { RunLine } from "../../results/schema.ts";
import { type Cell, pointText } from "../cells.ts";
import { areSided, type Look } from "../palette.ts";
import { type Chart, leftOut, type Omission, type Panel, type Row, reachOf } from "./chart.ts";
import { between, colored, ends, plainNumbers, plot, shown, tip } from "./style.ts";

const MOST_PANELS = 9;
const LEFT = 124;

const measures = {
  count: {
    id: "types",
    title: "Messages by type",
    unit: "messages an operation",
    reading:
      "How many messages of each type an operation took, replicas among each other; the bars of a panel add up.",
  },
  bytes: {
    id: "bytes",
    title: "Bytes by type of message",
    unit: "bytes an operation",
    reading: "The same in bytes: few large messages and many small ones look alike above and differ here.",
  },
} as const;

export function mixChart(
  what: keyof typeof measures,
  cells: readonly Cell[],
  looks: readonly Look[],
): Chart | Omission {
  const { id, title, unit, reading } = measures[what];
  const sending = cells.filter(cell => sharesOf(cell, what).length > 0);
  if (sending.length === 0) return { title, because: "no replica sent a message to another" };
  const chosen = largestOf(sending);
  const some = chosen.slice(0, MOST_PANELS);
  const panels = some.map(group => panelOf(group, what, unit));
  const silent = [...new Set(cells.map(({ name }) => name))].filter(
    name => !sending.some(cell => cell.name === name),
  );
  const none = silent.length === 0 ? [] : [`${listed(silent)}: no messages between replicas.`];
  return {
    id,
    title,
    reading,
    spec: specOf(looks, unit),
    panels,
    reach: {
      x: reachOf(panels, ["x"], "linear"),
    },
    notes: [...leftOut(some.flat().length, sending.length, "rows"), ...none],
    table: tableOf(sending, what),
  };
}

/** Of each protocol under each workload the largest cluster, and of a sweep the last point; of both sides, if any. */
function largestOf(cells: readonly Cell[]): Cell[][] {
  const groups = Map.groupBy(cells, ({ algo, workload }) => JSON.stringify([algo, workload]));
  return [...groups.values()].map(group =>
    [...Map.groupBy(group, ({ side }) => side).values()].map(own =>
      own.reduce((one, two) => (two.n >= one.n ? two : one)),
    ),
  );
}

interface Share {
  readonly type: string;
  readonly value: number;
}

/** An operation's share over all seeds together; the largest first. */
function sharesOf({ runs }: Cell, what: "count" | "bytes"): Share[] {
  const totals = new Map<string, number>();
  let operations = 0;
  for (const { messages, ops } of runs) {
    operations += ops?.ok ?? 0;
    for (const [type, counted] of Object.entries(messages?.by_type ?? {})) {
      totals.set(type, (totals.get(type) ?? 0) + counted[what]);
    }
  }
  if (operations === 0) return [];
  return [...totals]
    .filter(([, total]) => total > 0)
    .map(([type, total]) => ({ type, value: total / operations }))
    .sort((one, two) => two.value - one.value);
}

function panelOf(cells: readonly Cell[], what: "count" | "bytes", unit: string): Panel {
  const bars = cells.flatMap(cell =>
    sharesOf(cell, what).map(({ type, value }, place): Row => {
      const own = { a: cell.name, ...(cell.side && { side: cell.side }) };
      return { ...own, type, place, x: rounded(value), says: digits(value) };
    }),
  );
  const [{ algo, name, n, point }] = cells as readonly [Cell];
  const place = [`${algo}, n = ${n}`, ...pointText(point)].join(", ");
  const alone = cells.length === 1 && { algo: name };
  return { title: place, about: `${unit}, by type. ${place}`, ...alone, data: { bars } };
}

function specOf(looks: readonly Look[], unit: string) {
  const y = {
    field: "type",
    type: "nominal",
    sort: { field: "place", op: "min" },
    scale: { paddingInner: 0.25, paddingOuter: 0.1 },
    axis: { title: null, labelLimit: LEFT - 10, ticks: false, domain: false, grid: false },
  };
  const x = {
    field: "x",
    type: "quantitative",
    scale: between("x", { nice: true }),
    axis: { title: unit, labelExpr: plainNumbers, tickCount: 4 },
  };
  const tooltip = [tip("a", "algorithm"), tip("type", "type"), tip("x", unit, ".3~r")];
  const isSided = areSided(looks);
  const data = { data: { name: "bars" }, ...(isSided && { transform: [shown] }) };
  const yOffset = { field: "side", type: "nominal", scale: { domain: ["base", "new"] } };
  const place = { x, y, ...(isSided && { yOffset }) };
  const marks = [
    { ...data, mark: { type: "bar", aria: false }, encoding: { ...place, color: colored(looks), tooltip } },
    {
      ...data,
      mark: { type: "text", align: "left", baseline: "middle", dx: 4, aria: false },
      encoding: { ...place, text: { field: "says" } },
    },
  ];
  const height = isSided ? { step: 34, for: "position" as const } : { step: 20 };
  return plot({ width: 190, height, left: LEFT, right: 44, top: 4 }, marks, ends("x"));
}

function tableOf(cells: readonly Cell[], what: "count" | "bytes"): Chart["table"] {
  const rows = cells.flatMap(cell =>
    sharesOf(cell, what).map(({ type, value }) => {
      const place = [cell.workload, ...pointText(cell.point)].join(", ");
      return { algo: cell.name, cells: [cell.name, cell.n, place, type, digits(value)] };
    }),
  );
  const causes = what === "count" ? cells.flatMap(causeRows) : [];
  return {
    head: ["algorithm", "n", "workload", "type or cause", measures[what].unit],
    rows: [...rows, ...causes],
  };
}

function causeRows(cell: Cell): Chart["table"]["rows"][number][] {
  const causes = Object.keys(cell.runs[0]!.messages?.by_cause ?? {});
  const sum = (read: (line: RunLine) => number) => cell.runs.reduce((total, line) => total + read(line), 0);
  const operations = sum(({ ops }) => ops?.ok ?? 0);
  const place = [cell.workload, ...pointText(cell.point)].join(", ");
  return causes
    .map(cause => ({ cause, value: sum(({ messages }) => messages?.by_cause[cause] ?? 0) / operations }))
    .filter(({ value }) => value > 0)
    .map(({ cause, value }) => {
      return { algo: cell.name, cells: [cell.name, cell.n, place, `because of: ${cause}`, digits(value)] };
    });
}
