/** One run over time: what struck, what clients got, and what each node's term did, on one axis of time. */

import { rounded, short } from "../../metrics/numbers.ts";
import type { RunLine, SeriesLine } from "../../results/schema.ts";
import { type Side, sided } from "../cells.ts";
import { endOf, type FaultSpan, faultSpans, plainly } from "../faults.ts";
import { areSided, type Look } from "../palette.ts";
import type { Panel, Row, Track } from "./chart.ts";
import { above, between, colored, dashed, ends, plainNumbers, plot, shown, tip } from "./style.ts";
import { termData } from "./terms.ts";

const LEFT = 62;
const RIGHT = 84;
const WIDTH = 800;
const MOST_LANES = 12;
const MOST_WINDOWS = 200;
const LEAST_WINDOWS = 40;
const LEAST_ANSWERS = 8; // in a window, on average: with fewer it shows single operations and no rate
const MOST_TIMES_MEDIAN = 4;
const MOST_BURSTS = 5;
const CHARACTER = 5.8; // the width of one, about
const LONGEST_LABEL = 60;

/** A run with its series, ready to be drawn. */
export interface Story {
  readonly name: string; // whose look its lines have
  readonly side: Side | undefined;
  readonly run: RunLine;
  readonly series: SeriesLine;
  readonly endUs: number;
  readonly spans: readonly FaultSpan[];
}

export function storyOf(run: RunLine, series: SeriesLine, side?: Side): Story {
  const endUs = endOf(series);
  return { name: sided(run.algo, side), side, run, series, endUs, spans: faultSpans(series, endUs) };
}

/** What one drawing shows: a run, or the same run on both sides of a comparison. */
export type Scene = readonly [Story, ...Story[]];

const endOfScene = (scene: Scene): number => Math.max(...scene.map(({ endUs }) => endUs));

/** The two sides of a seed are struck alike, unless what strikes follows the roles. */
const spansOf = (scene: Scene): FaultSpan[] => [
  ...new Map(scene.flatMap(({ spans }) => spans).map(span => [JSON.stringify(span), span])).values(),
];

const seconds = (us: number): number => Number((us / 1e6).toFixed(4));

const panelOf = (scene: Scene, about: string, data: Panel["data"], signals: object = {}): Panel => ({
  title: "",
  about: `${about} ${scene[0].run.algo}, n = ${scene[0].run.n}, seed ${scene[0].run.seed}.`,
  run: scene[0].run.key,
  data,
  signals: { xLow: 0, xHigh: seconds(endOfScene(scene)), ...signals },
});

const time = (axis: object | null, field = "t") => ({
  field,
  type: "quantitative",
  scale: between("x", { nice: false }),
  axis,
});
const inSeconds = {
  title: "seconds of virtual time",
  grid: false,
  tickCount: 10,
  labelExpr: plainNumbers,
  labelSeparation: 8,
};
const bands = {
  data: { name: "bands" },
  mark: { type: "rect", color: "var(--fault)", opacity: 0.12, aria: false },
  encoding: { x: time(inSeconds), x2: { field: "t2" } },
};
const lines = { data: { name: "lines" }, transform: [shown] };
const bandsOf = (scene: Scene): Row[] =>
  spansOf(scene).map(({ startUs, endUs }) => ({
    t: seconds(startUs),
    t2: seconds(Math.max(endUs, startUs + endOfScene(scene) / 1000)),
  }));

export const faultTrack = (scenes: readonly Scene[]): Track => ({
  id: "faults",
  spec: faultSpec(),
  panels: scenes
    .filter(scene => scene.some(({ spans }) => spans.length > 0))
    .map(scene => panelOf(scene, "Faults over time.", { faults: packed(scene) })),
  reach: {},
});

/** Each in the first lane where neither its bar nor its label would touch another. */
function packed(scene: Scene): Row[] {
  const endUs = endOfScene(scene);
  const lanes: number[] = [];
  const rows: Row[] = [];
  for (const { what, startUs, endUs: spanEnd } of spansOf(scene)) {
    const text = plainly(what);
    const label = text.length > LONGEST_LABEL ? `${text.slice(0, LONGEST_LABEL - 1)}…` : text;
    const reach = ((label.length + 1) * CHARACTER * endUs) / WIDTH;
    const fits = startUs + reach <= endUs * (1 + RIGHT / WIDTH);
    const from = fits ? startUs : Math.min(startUs, spanEnd - reach);
    const found = lanes.findIndex(end => end <= from);
    const lane = found < 0 ? lanes.length : found;
    if (lane >= MOST_LANES) continue;
    lanes[lane] = Math.max(spanEnd, startUs + (fits ? reach : 0));
    const t2 = seconds(Math.max(spanEnd, startUs + endUs / 400));
    rows.push({ t: seconds(startUs), t2, lane, label: fits ? label : "", before: fits ? "" : label, what });
  }
  return rows;
}

function faultSpec() {
  const lane = {
    field: "lane",
    type: "ordinal",
    axis: null,
    scale: { paddingInner: 0.15, paddingOuter: 0.1 },
  };
  const tooltip = [tip("what", "fault"), tip("t", "from, s", ".3~f"), tip("t2", "to, s", ".3~f")];
  const words = (field: string, align: string) => ({
    data: { name: "faults" },
    mark: {
      type: "text",
      align,
      baseline: "middle",
      dx: align === "left" ? 4 : -4,
      clip: false,
      aria: false,
    },
    encoding: { x: time(null, align === "left" ? "t" : "t2"), y: lane, text: { field } },
  });
  const bar = {
    data: { name: "faults" },
    mark: { type: "bar", color: "var(--fault)", opacity: 0.3, cornerRadius: 2, aria: false },
    encoding: { x: time(null), x2: { field: "t2" }, y: lane, tooltip },
  };
  const frame = { width: WIDTH, height: { step: 18 }, left: LEFT, right: RIGHT, top: 4, bottom: 2 };
  return plot(frame, [bar, words("label", "left"), words("before", "right")], ends("x"));
}

export function throughputTrack(scenes: readonly Scene[], looks: readonly Look[]): Track {
  const drawn = scenes.map(scene => ({ scene, lines: scene.map(rates) }));
  const highest = new Map<string, number>(); // by workload: protocols under the same work have one scale
  for (const { scene, lines } of drawn) {
    const { workload } = scene[0].run;
    highest.set(workload, Math.max(...lines.map(usualPeak), highest.get(workload) ?? 0));
  }
  return {
    id: "throughput",
    spec: throughputSpec(looks),
    panels: drawn.map(({ scene, lines: all }) => {
      const yHigh = highest.get(scene[0].run.workload)! * 1.05 || 1;
      const lines = all.flat().map(row => ({ ...row, top: Math.min(row.y as number, yHigh) }));
      const data = {
        lines,
        bands: bandsOf(scene),
        bursts: all.flatMap((rows, line) => burstsOf(rows, yHigh, line)),
      };
      return panelOf(scene, "Answered operations a second over time.", data, { yLow: 0, yHigh });
    }),
    reach: {},
  };
}

/** After an outage all that has waited is answered at once; on the scale of that, nothing else would be seen. */
function usualPeak(rows: readonly Row[]): number {
  const sorted = rows.map(({ y }) => y as number).sort((one, two) => one - two);
  const busy = sorted.filter(rate => rate > 0);
  const middle = busy[Math.floor(busy.length / 2)] ?? 0;
  return Math.min(sorted.at(-1) ?? 0, MOST_TIMES_MEDIAN * middle);
}

/** The height of what is cut off, written where it is. */
function burstsOf(rows: readonly Row[], yHigh: number, line: number): Row[] {
  const bursts: Row[] = [];
  for (const [index, { t, y }] of rows.entries()) {
    if ((y as number) <= yHigh) continue;
    const before = rows[index - 1];
    const last = bursts.at(-1);
    if (before !== undefined && last !== undefined && (before.y as number) > yHigh) {
      if ((y as number) > (last.y as number))
        bursts[bursts.length - 1] = { ...last, y: y!, label: burstText(y!) };
    } else bursts.push({ t: t!, y: y!, top: yHigh, line, label: burstText(y!) });
  }
  return bursts.slice(0, MOST_BURSTS);
}

const burstText = (rate: Row[string]): string => `↑ ${short(rate as number)}`;

/** The last window may be no whole one, and would look like a fall. */
function rates({ name, series }: Story): Row[] {
  const { width_us, start_us, ok } = series.windows;
  const whole = ok.slice(0, -1);
  const answers = whole.reduce((sum, count) => sum + count, 0);
  const forAnswers = Math.ceil((LEAST_ANSWERS * whole.length) / Math.max(1, answers));
  const fewest = Math.max(1, Math.ceil(whole.length / MOST_WINDOWS));
  const together = Math.max(fewest, Math.min(forAnswers, Math.floor(whole.length / LEAST_WINDOWS)));
  const rows = Array.from({ length: Math.floor(whole.length / together) }, (_, index) => {
    const count = whole
      .slice(index * together, (index + 1) * together)
      .reduce((sum, value) => sum + value, 0);
    const t = seconds(start_us + index * together * width_us);
    return { a: name, t, y: rounded((count * 1e6) / (together * width_us)) };
  });
  const last = rows.at(-1);
  const end = seconds(start_us + rows.length * together * width_us);
  return last === undefined ? [] : [...rows, { ...last, t: end }];
}

/** One protocol alone is drawn solid; two sides differ by their dash. */
const apart = (looks: readonly Look[]): object => (areSided(looks) ? { strokeDash: dashed(looks) } : {});

function throughputSpec(looks: readonly Look[]) {
  const y = {
    field: "top",
    type: "quantitative",
    scale: between("y", { nice: false }),
    axis: { ...above("answers a second", LEFT), tickCount: 3, labelExpr: plainNumbers },
  };
  const x = time(inSeconds);
  const encoding = { x, y, color: colored(looks) };
  const tooltip = [tip("a", "algorithm"), tip("t", "second", ".2~f"), tip("y", "answers a second", ",.3~s")];
  const stepwise = { interpolate: "step-after", aria: false };
  const marks = [
    bands,
    {
      ...lines,
      mark: { type: "area", opacity: 0.15, ...stepwise },
      encoding: { ...encoding, y: { ...y, stack: null }, tooltip },
    },
    {
      ...lines,
      mark: { type: "line", strokeWidth: 1.5, ...stepwise },
      encoding: { ...encoding, ...apart(looks) },
    },
    {
      data: { name: "bursts" },
      mark: {
        type: "text",
        align: "left",
        baseline: "top",
        dx: 6,
        yOffset: { expr: "2 + 13 * datum.line" },
        aria: false,
      },
      encoding: { x, y, text: { field: "label" } },
    },
  ];
  const frame = { width: WIDTH, height: 90, left: LEFT, right: RIGHT };
  return plot(frame, marks, [...ends("x"), ...ends("y")]);
}

export const termTrack = (scenes: readonly Scene[], looks: readonly Look[]): Track => ({
  id: "terms",
  spec: termSpec(looks),
  panels: scenes.map(scene => {
    const { low, high, ...data } = termData(scene, endOfScene(scene));
    const range = { yLow: low, yHigh: high };
    return panelOf(scene, "Term of each node over time.", { ...data, bands: bandsOf(scene) }, range);
  }),
  reach: {},
});

function termSpec(looks: readonly Look[]) {
  const x = time(inSeconds);
  const y = {
    field: "e",
    type: "quantitative",
    scale: between("y", { nice: false, zero: false }),
    axis: { ...above("term, ballot or view of each node", LEFT), tickCount: 5, tickMinStep: 1, format: ",d" },
  };
  const color = colored(looks);
  const who = areSided(looks) ? [tip("a", "algorithm")] : [];
  const tooltip = [...who, tip("node", "node"), tip("t", "from second", ".3~f"), tip("e", "term", ",d")];
  const words = { fontSize: 11, aria: false };
  const marks = [
    bands,
    {
      ...lines,
      mark: { type: "line", interpolate: "step-after", strokeWidth: 1.4, opacity: 0.75, aria: false },
      encoding: { x, y, color, ...apart(looks), detail: { field: "node" }, tooltip },
    },
    {
      data: { name: "leads" },
      transform: [shown],
      mark: { type: "rule", strokeWidth: 5, strokeCap: "butt", aria: false },
      encoding: { x, x2: { field: "t2" }, y, color, tooltip: [tip("who", "leads"), ...tooltip.slice(1)] },
    },
    {
      data: { name: "leaders" },
      mark: { type: "text", align: "left", baseline: "bottom", dx: 3, dy: -4, ...words },
      encoding: { x, y, text: { field: "label" } },
    },
    {
      data: { name: "ends" },
      mark: { type: "text", align: "left", baseline: "middle", dx: 6, ...words },
      encoding: { x, y, text: { field: "label" } },
    },
  ];
  const frame = { width: WIDTH, height: 130, left: LEFT, right: RIGHT };
  return plot(frame, marks, [...ends("x"), ...ends("y")]);
}
