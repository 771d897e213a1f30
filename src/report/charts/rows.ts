/** A plot with a row for each thing measured and a mark for each measurement: the form of three charts. */
import type { Side } from "../cells.ts";
import { areSided, type Look } from "../palette.ts";
import type { Panel, Row } from "./chart.ts";
import { between, colored, ends, logarithmic, logarithmicAxis, plot, shown, tip } from "./style.ts";

const LEFT = 176;
const ROW = 24;
const APART = 4;

export interface RowPlot {
  readonly looks: readonly Look[];
  readonly axis: string;
  readonly scale: "logarithmic" | "share";
}

/** Rows of data: `label` and its `place` from the top, `x`, or `low` and `high` for an interval, `kind` of mark. */
export type Mark = Row & {
  readonly a: string;
  readonly down?: number; // a little below the middle of its row, or above
  readonly label: string;
  readonly place: number;
  readonly kind: "each" | "mean" | "interval" | "never" | "other" | "none";
  readonly x: number | null; // null: nothing, which a logarithmic axis has no place for
  readonly says: string;
};

/** The two sides of a comparison have a row together, the base above. */
export const downOf = (side: Side | undefined): { readonly down?: number } =>
  side === undefined ? {} : { down: side === "base" ? -APART : APART };

export const panelOfRows = (title: string, about: string, marks: readonly Mark[], group = ""): Panel => ({
  title,
  about,
  group,
  data: { marks },
});

export function rowSpec({ looks, axis, scale }: RowPlot) {
  const place = { x: across(axis, scale), y: down, color: colored(looks) };
  const isSided = areSided(looks);
  const what = isSided ? [tip("a", "algorithm")] : [];
  const tooltip = [...what, tip("label", "what"), tip("says", axis)];
  const aside = isSided ? { yOffset: { expr: "datum.down" } } : {};
  const of = (kind: Mark["kind"]) => ({
    data: { name: "marks" },
    transform: [shown, { filter: `datum.kind === '${kind}'` }],
  });
  const symbol = (kind: Mark["kind"], mark: object) => ({
    ...of(kind),
    mark: { type: "point", opacity: 1, aria: false, ...aside, ...mark },
    encoding: { ...place, tooltip },
  });
  const marks = [
    {
      ...of("interval"),
      mark: { type: "rule", strokeWidth: 2, aria: false, ...aside },
      encoding: { ...place, x: { ...place.x, field: "low" }, x2: { field: "high" }, tooltip },
    },
    symbol("other", { filled: false, size: 36 }),
    symbol("each", { filled: true, size: 30, opacity: 0.55 }),
    symbol("never", { shape: "cross", angle: 45, filled: true, size: 60 }),
    symbol("mean", { filled: true, size: 60 }),
    {
      ...of("none"),
      mark: { type: "text", align: "left", baseline: "middle", aria: false, ...aside },
      encoding: { x: { value: 2 }, y: down, text: { value: "none" }, tooltip },
    },
  ];
  const frame = { width: 186, height: { step: ROW }, left: LEFT, right: 18, top: 4 };
  return plot(frame, marks, scale === "share" ? [] : ends("x"));
}

const across = (title: string, scale: RowPlot["scale"]) => ({
  field: "x",
  type: "quantitative",
  ...(scale === "share"
    ? { scale: { domain: [0, 1] }, axis: { title, values: [0, 0.5, 1], format: "~%" } }
    : { scale: between("x", logarithmic), axis: { title, ...logarithmicAxis("x") } }),
});

const down = {
  field: "label",
  type: "nominal",
  sort: { field: "place", op: "min" },
  axis: { title: null, labelLimit: LEFT - 16, ticks: false, domain: false, grid: true, offset: 8 },
};
