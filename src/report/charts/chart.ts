/**
 * A chart: one specification, drawn once a panel with that panel's data. Panels are small drawings of their own that
 * the page sets side by side or, on a phone, below each other; their scales are the same, so that they compare.
 */
import { changeset, parse, type Spec, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";

export type Row = Readonly<Record<string, string | number | boolean | null>>;

export interface Panel {
  readonly title: string;
  readonly about: string; // read aloud instead of the drawing
  readonly group?: string; // whose scale it shares
  readonly algo?: string; // if it shows this one alone
  readonly run?: string; // likewise, by its key
  readonly data: Readonly<Record<string, readonly Row[]>>; // by the names that the specification uses
  readonly signals?: Readonly<Record<string, number>>; // where its scales are its own
}

export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly { readonly algo: string; readonly cells: readonly (string | number)[] }[];
}

/**
 * From where to where an axis has to reach for each algorithm, so that the axis can follow who is shown. Panels of one
 * group have the same scale: those of one workload, unless there is no saying.
 */
export type Reach = Readonly<Record<string, Readonly<Record<string, readonly [low: number, high: number]>>>>;

/** What is drawn, without the words around it. */
export interface Track {
  readonly id: string;
  readonly spec: TopLevelSpec;
  readonly panels: readonly Panel[];
  readonly reach: { readonly x?: Reach; readonly y?: Reach };
}

export interface Chart extends Track {
  readonly title: string;
  readonly reading: string; // one sentence on how to read it
  readonly notes: readonly string[]; // what was left out, and what the drawing alone does not say
  readonly table: Table;
}

/** Why a chart is not in the page. */
export interface Omission {
  readonly title: string;
  readonly because: string;
}

export const isChart = (made: Chart | Omission): made is Chart => "spec" in made;
export const isOmission = (made: Chart | Omission): made is Omission => !isChart(made);

export interface Drawing {
  readonly spec: Spec;
  readonly svgs: readonly string[];
}

export async function draw(chart: Track): Promise<Drawing> {
  const { spec } = compile(chart.spec);
  const svgs = [];
  for (const panel of chart.panels) svgs.push(await drawn(spec, panel.data, signalsOf(chart, panel)));
  return { spec, svgs };
}

async function drawn(
  spec: Spec,
  data: Panel["data"],
  signals: Readonly<Record<string, number>>,
): Promise<string> {
  const view = new View(parse(spec), { renderer: "none" });
  for (const [name, value] of Object.entries(signals)) view.signal(name, value);
  for (const [name, rows] of Object.entries(data)) view.change(name, changeset().insert([...rows]));
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

/** The union of what the algorithms need, and what is the panel's own. */
function signalsOf({ reach }: Track, { group = "", signals: own }: Panel): Record<string, number> {
  const signals: Record<string, number> = {};
  for (const axis of ["x", "y"] as const) {
    const ends = Object.values(reach[axis]?.[group] ?? {});
    if (ends.length === 0) continue;
    signals[`${axis}Low`] = Math.min(...ends.map(([low]) => low));
    signals[`${axis}High`] = Math.max(...ends.map(([, high]) => high));
  }
  return { ...signals, ...own };
}

/** Panels beyond what a reader looks at are left out: the first, the last, and some evenly in between stay. */
export function someOf<Item>(items: readonly Item[], most: number): Item[] {
  if (items.length <= most) return [...items];
  const places = Array.from({ length: most }, (_, place) =>
    Math.round((place * (items.length - 1)) / (most - 1)),
  );
  return places.map(place => items[place]!);
}

export const leftOut = (shown: number, all: number, what: string): string[] =>
  shown < all ? [`Shown are ${shown} of ${all} ${what}; the table has them all.`] : [];

/** From what the rows of the panels have in the fields that lie on the axis: from 0, or with room at both ends. */
export function reachOf(
  panels: readonly Panel[],
  fields: readonly string[],
  kind: "linear" | "logarithmic",
): Reach {
  const reach: Record<string, Record<string, [number, number]>> = {};
  for (const { group = "", data } of panels) {
    reach[group] ??= {};
    for (const row of Object.values(data).flat()) {
      const values = fields.map(field => row[field]).filter(value => typeof value === "number");
      for (const value of values) widen(reach[group], row.a as string, value, kind);
    }
  }
  return reach;
}

const ROOM = 1.1;

function widen(
  reach: Record<string, [number, number]>,
  algo: string,
  value: number,
  kind: "linear" | "logarithmic",
): void {
  const [low, high] = kind === "linear" ? [0, value] : [value / ROOM, value * ROOM];
  const before = reach[algo] ?? [low, high];
  reach[algo] = [Math.min(before[0], low), Math.max(before[1], high)];
}
