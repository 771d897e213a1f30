/** Messages an operation costs against the number of replicas, beside what the protocol's paper says. */

import { digits, rounded, spread } from "../../metrics/numbers.ts";
import { type Cell, contestsOf, over, type Read } from "../cells.ts";
import type { Look } from "../palette.ts";
import { type Chart, leftOut, type Omission, type Panel, type Row, reachOf, someOf } from "./chart.ts";
import {
  above,
  between,
  colored,
  dashed,
  ends,
  logarithmic,
  logarithmicAxis,
  plot,
  shaped,
  shown,
  tip,
} from "./style.ts";

const MOST_PANELS = 6;
const title = "Messages an operation costs, by cluster size";
const perOperation: Read = line => line.messages?.per_op;
const batch: Read = line => line.batch_mean;
const LEAST = 0.01; // a logarithmic axis has no place for protocols that send nothing

export function messagesChart(cells: readonly Cell[], looks: readonly Look[]): Chart | Omission {
  const measured = cells.filter(cell => over(cell, perOperation) !== undefined);
  const sizes = new Set(measured.map(({ n }) => n));
  if (sizes.size < 2) return { title, because: "there is one cluster size only" };
  const rows = measured.map(cell => ({ cell, ...countsOf(cell) }));
  if (rows.every(({ y }) => y < LEAST)) return { title, because: "no replica sent a message to another" };
  // One panel for each workload and point: sizes are on the axis.
  const places = contestsOf(measured.map(cell => ({ ...cell, n: 0, f: 0 })));
  const some = someOf(places, MOST_PANELS);
  const panels = some.map(({ title, workload, cells }): Panel => {
    const own = rows.filter(({ cell }) => cells.some(({ index }) => index === cell.index));
    const lines = own
      .filter(({ y }) => y >= LEAST)
      .map(
        ({ cell: { name, n }, ...counts }): Row => ({ a: name, n, at: n + aside(name, looks), ...counts }),
      );
    return { title, about: `Messages an operation at each size. ${title}`, group: workload, data: { lines } };
  });
  const reach = reachOf(panels, ["y", "d"], "logarithmic");
  return {
    id: "message-cost",
    title,
    reading:
      "Symbols are what was measured, lines what the protocol's paper says for one command at a time; " +
      "a symbol below its line shares messages between commands, one above it sends more than the paper counts " +
      "(heartbeats, retries, elections).",
    spec: specOf(
      looks,
      [...sizes].sort((one, two) => one - two),
    ),
    panels,
    reach: { y: reach },
    notes: [...silent(rows), ...undeclared(rows), ...leftOut(some.length, places.length, "points")],
    table: tableOf(rows),
  };
}

/** Symbols of one size stand beside each other, since many protocols send the same number. */
const aside = (own: string, looks: readonly Look[]): number =>
  0.14 * (looks.findIndex(({ name }) => name === own) - (looks.length - 1) / 2);

function countsOf(cell: Cell) {
  const declared = cell.runs[0]!.declared?.messages_per_command;
  return {
    y: rounded(over(cell, perOperation)!.mean),
    d: declared === undefined || declared < LEAST ? null : declared,
    b: rounded(over(cell, batch)?.mean ?? 1),
  };
}

interface Counted extends ReturnType<typeof countsOf> {
  readonly cell: Cell;
}

const names = (rows: readonly Counted[]): string =>
  [...new Set(rows.map(({ cell }) => cell.name))].join(", ");

function silent(rows: readonly Counted[]): string[] {
  const none = rows.filter(({ y }) => y < LEAST);
  return none.length === 0
    ? []
    : [`${names(none)} sends no messages between replicas and has no symbol here.`];
}

function undeclared(rows: readonly Counted[]): string[] {
  const none = rows.filter(({ cell }) => cell.runs[0]!.declared === null);
  return none.length === 0
    ? []
    : [`What ${names(none)} should cost was not recorded, so there is no line for it.`];
}

function specOf(looks: readonly Look[], sizes: readonly number[]) {
  const x = {
    field: "n",
    type: "quantitative",
    scale: { domain: [sizes[0]! - 0.5, sizes.at(-1)! + 0.5], nice: false },
    axis: { title: "replicas, n", values: sizes, format: "d", grid: false },
  };
  const y = {
    field: "y",
    type: "quantitative",
    scale: between("y", logarithmic),
    axis: { ...above("messages an operation", 46), ...logarithmicAxis("y") },
  };
  const color = colored(looks);
  const tooltip = [
    tip("a", "algorithm"),
    tip("n", "n", "d"),
    tip("y", "measured", ".3~r"),
    tip("d", "the paper's formula", ".3~r"),
    tip("b", "commands a message, on average", ".3~r"),
  ];
  const data = { data: { name: "lines" } };
  const marks = [
    {
      ...data,
      transform: [shown, { filter: "datum.d !== null" }],
      mark: { type: "line", aria: false, strokeWidth: 1.5 },
      encoding: { x, y: { ...y, field: "d" }, color, strokeDash: dashed(looks), detail: { field: "a" } },
    },
    {
      ...data,
      transform: [shown],
      mark: { type: "point", filled: true, opacity: 1, size: 70, aria: false },
      encoding: { x: { ...x, field: "at" }, y, color, shape: shaped(looks), tooltip },
    },
  ];
  return plot({ width: 300, height: 190, left: 46 }, marks, ends("y"));
}

function tableOf(rows: readonly Counted[]): Chart["table"] {
  const head = ["algorithm", "n", "workload", "messages/op", "formula", "mean batch", "formula ÷ batch"];
  return {
    head,
    rows: rows.map(({ cell, d, b }) => {
      const measured = over(cell, perOperation)!;
      const share = d === null ? "-" : digits(d / b);
      const place = contestsOf([cell])[0]!.cells[0]!;
      const text = `${digits(measured.mean)} ${spread(measured)}`;
      const formula = d === null ? "-" : digits(d);
      return {
        algo: cell.name,
        cells: [cell.name, cell.n, where(place), text, formula, digits(b), share],
      };
    }),
  };
}

const where = ({ workload, point }: Cell): string =>
  [workload, ...Object.entries(point).map(([field, value]) => `${field}=${JSON.stringify(value)}`)].join(
    ", ",
  );
