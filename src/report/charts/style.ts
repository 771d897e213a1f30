/** What all specifications share: type, lines, axes, and the scales that give an algorithm its colour and dash. */
import type { TopLevelSpec } from "vega-lite";
import type { Look } from "../palette.ts";

const SOFT = "var(--soft)";
const text = { labelColor: SOFT, titleColor: SOFT, labelFontSize: 11, titleFontSize: 11 };

const config = {
  font: "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif",
  view: { stroke: null },
  axis: {
    ...text,
    titleFontWeight: "normal",
    domainColor: "var(--rule)",
    tickColor: "var(--rule)",
    gridColor: "var(--grid)",
    tickSize: 4,
    labelPadding: 4,
    labelOverlap: "greedy",
  },
  text: { color: "var(--ink)", fontSize: 11 },
} as const;

export interface Frame {
  readonly width: number;
  readonly height: number | { readonly step: number; readonly for?: "position" };
  readonly left: number; // room for labels, fixed, so that panels align and labels never move the plot
  readonly right?: number;
  readonly bottom?: number;
  readonly top?: number;
}

/** `marks` are layers of Vega-Lite. Sizes are fixed: what is drawn here and in a browser is then the same. */
export function plot(frame: Frame, marks: readonly object[], params: readonly object[] = []): TopLevelSpec {
  const { width, height, left, right = 12, top = 22, bottom = 38 } = frame;
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    background: "transparent",
    width,
    height,
    autosize: "none",
    padding: { left, right, top, bottom },
    params: [{ name: "hidden", value: [] }, ...params],
    layer: marks,
    config,
  } as unknown as TopLevelSpec;
}

/** Rows of algorithms that a check box has taken away leave the drawing too. */
export const shown = { filter: "indexof(hidden, datum.a) < 0" } as const;

export const ends = (axis: "x" | "y"): object[] => [
  { name: `${axis}Low`, value: 0 },
  { name: `${axis}High`, value: 1 },
];

/** The scale of an axis that `ends` belongs to. */
export const between = (axis: "x" | "y", rest: object = {}): object => ({
  domainMin: { expr: `${axis}Low` },
  domainMax: { expr: `${axis}High` },
  ...rest,
});

/** A logarithmic axis ends where the data end. */
export const logarithmic = { type: "log", nice: false } as const;

/** The name of the axis stands above it, level, where it can be read. */
export const above = (title: string, left: number): object => ({
  title,
  titleAngle: 0,
  titleAlign: "left",
  titleBaseline: "bottom",
  titleAnchor: "end",
  titleX: 6 - left,
  titleY: -8,
});

export const colored = (looks: readonly Look[]): object => ({
  field: "a",
  type: "nominal",
  scale: { domain: looks.map(({ name }) => name), range: looks.map(({ color }) => color) },
  legend: null,
});

export const dashed = (looks: readonly Look[]): object => ({
  field: "a",
  type: "nominal",
  scale: { domain: looks.map(({ name }) => name), range: looks.map(({ dash }) => dash) },
  legend: null,
});

export const shaped = (looks: readonly Look[]): object => ({
  field: "a",
  type: "nominal",
  scale: { domain: looks.map(({ name }) => name), range: looks.map(({ shape }) => shape) },
  legend: null,
});

export const tip = (field: string, title: string, format?: string): object =>
  format === undefined ? { field, title, type: "nominal" } : { field, title, type: "quantitative", format };

/** Numbers as they are, thousands as k and M. */
export const plainNumbers =
  "datum.value >= 1000000 ? format(datum.value / 1000000, '~g') + 'M' : " +
  "datum.value >= 10000 ? format(datum.value / 1000, '~g') + 'k' : format(datum.value, '~g')";

/** Where a logarithmic axis is long enough, only 1, 2, 5 and their tenfolds are named; other lines are faint. */
export const logarithmicAxis = (axis: "x" | "y"): object => {
  const first = "datum.value / pow(10, floor(log(datum.value) / LN10 + 1e-9))";
  const named = `${axis}High < 4 * ${axis}Low || indexof([1, 2, 5], round(${first})) >= 0`;
  return {
    tickCount: 5,
    labelExpr: `${named} ? (${plainNumbers}) : ''`,
    gridOpacity: { condition: { test: named, value: 1 }, value: 0.4 },
    ticks: false,
  };
};
