/** The whole run on one strip: who led in which term, what went wrong, and which stretch the diagram shows. */
import { hueOf } from "./lanes.ts";
import type { Model } from "./model.ts";
import { faultSpans, roleSpans } from "./spans.ts";
import { durationText, epochWord, escaped, px } from "./text.ts";

export const OVERVIEW_LEFT = 58;
const FAULTS = 10;
const TEXT = 14;
const TOP = TEXT + FAULTS; // of the first node

export interface Overview {
  readonly model: Model;
  readonly width: number;
  readonly fromNs: number;
  readonly toNs: number; // the stretch that the diagram shows
  readonly cursorNs: number | undefined;
}

export function drawOverview({ model, width, fromNs, toNs, cursorNs }: Overview): string {
  const { header } = model;
  const row = header.n <= 7 ? 7 : Math.max(2, 49 / header.n);
  const height = TEXT + FAULTS + row * header.n + 14;
  const scale = (width - OVERVIEW_LEFT - 10) / header.end_ns;
  const x = (ns: number) => OVERVIEW_LEFT + ns * scale;
  const box: Box = (from, to, y, high, least = 1) =>
    `x="${px(x(from))}" y="${px(y)}" width="${px(Math.max((to - from) * scale, least))}" height="${px(high)}"`;
  const cursor =
    cursorNs === undefined
      ? ""
      : `<path class="d-cursor" d="M${px(x(cursorNs))} ${TEXT}V${px(height - 12)}"/>`;
  return (
    `<svg class="d-overview" role="img" aria-label="the whole run, ${durationText(header.end_ns)}" ` +
    `viewBox="0 0 ${px(width)} ${px(height)}" width="${px(width)}" height="${px(height)}">` +
    `<text class="d-name" x="4" y="${px(TOP + (row * header.n) / 2 + 4)}">all</text>${changes(model, x, width)}` +
    `${faults(model, box)}${nodes(model, row, box)}${kept(model, height, box)}${cursor}` +
    `<rect class="d-brush" ${box(fromNs, toNs, TEXT, height - TEXT - 12, 3)}/>` +
    `<text class="d-time" x="${OVERVIEW_LEFT}" y="${px(height - 1)}">0</text>` +
    `<text class="d-time" x="${px(width - 10)}" y="${px(height - 1)}" text-anchor="end">` +
    `${durationText(header.end_ns)}</text></svg>`
  );
}

/** The attributes of a rectangle over a stretch of time; `least`: pixels, so that it can be seen. */
type Box = (fromNs: number, toNs: number, y: number, height: number, least?: number) => string;

const nodes = (model: Model, row: number, box: Box): string =>
  model.standings
    .flatMap((_, node) =>
      roleSpans(model, node).map(({ fromNs, toNs, standing: { role, epoch } }) => {
        const fill = role === "down" ? "d-down" : `d-${role} ${hueOf(epoch)}`;
        return `<rect class="${fill}" ${box(fromNs, toNs, TOP + node * row, row - 1, 0.3)}/>`;
      }),
    )
    .join("");

const faults = (model: Model, box: Box): string =>
  faultSpans(model)
    .map(({ what, fromNs, toNs }) => {
      const title = `<title>${escaped(what)}</title>`;
      return `<g class="d-fault">${title}<rect ${box(fromNs, toNs, TEXT + 1, FAULTS - 3, 2)}/></g>`;
    })
    .join("");

const kept = ({ header }: Model, height: number, box: Box): string =>
  header.windows
    .map(({ from_ns, to_ns, why }) => {
      const title = `<title>${escaped(why)}</title>`;
      return `<g class="d-kept">${title}<rect ${box(from_ns, to_ns, height - 12, 4, 3)}/></g>`;
    })
    .join("");

/** The terms in which somebody led, as far as there is room for their numbers. */
function changes(model: Model, x: (ns: number) => number, width: number): string {
  const word = epochWord(model.header.algo);
  const led = model.standings
    .flatMap(own => own.filter(({ role }) => role === "leader"))
    .sort((left, right) => left.ns - right.ns);
  let free = 0;
  let highest = -1;
  return led
    .map(({ ns, epoch }) => {
      if (epoch <= highest || x(ns) < free) return "";
      highest = epoch;
      const text = `${word} ${epoch}`;
      free = x(ns) + text.length * 6.2 + 4;
      return free > width ? "" : `<text class="d-time" x="${px(x(ns))}" y="10">${text}</text>`;
    })
    .join("");
}
