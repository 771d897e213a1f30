/** One moment of a run: the nodes in a circle, how they stand, and the messages on their way. */
import { hueOf } from "./lanes.ts";
import { CLIENTS, type Model, type Standing, standingAt } from "./model.ts";
import { faultSpans } from "./spans.ts";
import { epochWord, escaped, momentText, placeName, px } from "./text.ts";

const SIZE = 400;
const MIDDLE = SIZE / 2;
const LOST_AT = 0.55; // of its way
const SLOTS = 8;
const SLOT = 9;

export interface Stage {
  readonly model: Model;
  readonly ns: number;
  readonly hidden: ReadonlySet<string>;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

export function drawStage({ model, ns, hidden }: Stage): string {
  const { header } = model;
  const { n } = header;
  const radius = Math.min(34, 360 / n);
  const circle = MIDDLE - radius - 22;
  const at = (place: number): Point => {
    if (place === CLIENTS) return { x: MIDDLE, y: MIDDLE };
    const angle = (2 * Math.PI * place) / n;
    return { x: MIDDLE + circle * Math.sin(angle), y: MIDDLE + 8 - circle * Math.cos(angle) };
  };
  const word = epochWord(header.algo);
  const nodes = Array.from({ length: n }, (_, node) =>
    drawNode(standingAt(model.standings[node]!, ns), node, at(node), radius, word),
  );
  const now = faultSpans(model).filter(({ fromNs, toNs }) => fromNs <= ns && ns < toNs);
  const faults = now
    .slice(0, 3)
    .map(
      ({ what }, row) => `<text class="d-stage-fault" x="-30" y="${14 + 15 * row}">${escaped(what)}</text>`,
    );
  const title = `${header.algo}, seed ${header.seed}, at ${momentText(ns)}`;
  return (
    `<svg class="d-stage" role="img" aria-label="${escaped(title)}" viewBox="-34 0 ${SIZE + 68} ${SIZE + 20}">` +
    `<g class="d-place"><rect x="${MIDDLE - 30}" y="${MIDDLE - 12}" width="60" height="24" rx="12"/>` +
    `<text x="${MIDDLE}" y="${MIDDLE + 4}" text-anchor="middle">clients</text></g>` +
    `${nodes.join("")}${messages(model, ns, hidden, at, radius)}${faults.join("")}</svg>`
  );
}

function drawNode(
  standing: Standing | undefined,
  node: number,
  { x, y }: Point,
  radius: number,
  word: string,
): string {
  const { role, epoch, log, committed } = standing ?? { role: "follower", epoch: 0, log: 0, committed: 0 };
  const epochs = log < committed ? [] : (standing?.epochs ?? []);
  const fill = role === "down" ? "d-down" : `d-${role} ${hueOf(epoch)}`;
  const ring =
    role === "leader" ? `<circle class="d-crown" cx="${px(x)}" cy="${px(y)}" r="${px(radius + 4)}"/>` : "";
  const small = radius < 22;
  const text = (dy: number, words: string, of = "") =>
    `<text class="${of}" x="${px(x)}" y="${px(y + dy)}" text-anchor="middle">${words}</text>`;
  const on = `d-in d-on-${role}`;
  const inside = small
    ? text(4, placeName(node), on)
    : text(-9, placeName(node), `${on} d-strong`) +
      (role === "down" ? text(6, "down", on) : text(5, `${word} ${epoch}`, on) + text(18, role, on));
  // A snapshot, or a checkpoint, has replaced the head.
  const held =
    log < committed ? `committed ${committed}, holds ${log}` : `log ${log}, committed ${committed}`;
  const below =
    small || role === "down"
      ? ""
      : drawLog(Math.max(log, committed), committed, epochs, { x, y: y + radius + 7 }) +
        text(radius + 27, held, "d-time");
  return `<g>${ring}<circle class="${fill}" cx="${px(x)}" cy="${px(y)}" r="${px(radius)}"/>${inside}${below}</g>`;
}

/** The end of a log, a box a position in the colour of its term: filled if committed, so that both are to be seen. */
function drawLog(last: number, committed: number, epochs: readonly number[], { x, y }: Point): string {
  const first = Math.max(1, Math.min(committed - SLOTS / 2, last - SLOTS + 1));
  const count = Math.min(last - first + 1, SLOTS);
  const left = x - (count * SLOT) / 2;
  const boxes = Array.from({ length: count }, (_, place) => {
    const position = first + place;
    const kind = position <= committed ? "d-slot d-slot-committed" : "d-slot";
    const epoch = epochs[Math.max(0, epochs.length - 1 - (last - position))];
    const hue = epoch === undefined || epoch === 0 ? "" : ` ${hueOf(epoch)}`;
    return `<rect class="${kind}${hue}" x="${px(left + place * SLOT)}" y="${px(y)}" width="${SLOT - 2}" height="8"/>`;
  });
  return boxes.join("");
}

function messages(
  model: Model,
  ns: number,
  hidden: ReadonlySet<string>,
  at: (place: number) => Point,
  radius: number,
): string {
  const underway = model.arrows.filter(({ departs, arrives, type }) => {
    return departs <= ns && ns <= (arrives ?? departs + 300_000) && !hidden.has(type);
  });
  const drawn = underway.map(({ from, to, departs, arrives, type, cause, down }) => {
    const gone = arrives === null || down;
    const share = arrives === null ? LOST_AT : arrives === departs ? 1 : (ns - departs) / (arrives - departs);
    const [start, end] = between(at(from), at(to), radius);
    const [x, y] = [start.x + (end.x - start.x) * share, start.y + (end.y - start.y) * share];
    const cross = gone ? `<path class="d-cross" d="M${px(x - 5)} ${px(y - 5)}l10 10m0 -10l-10 10"/>` : "";
    const label = cause === "client" ? "" : `<text x="${px(x + 7)}" y="${px(y + 3)}">${escaped(type)}</text>`;
    return (
      `<g class="d-arrow d-${cause} d-flying"><title>${escaped(type)}</title>` +
      `<path d="M${px(start.x)} ${px(start.y)}L${px(x)} ${px(y)}"/>` +
      `<circle cx="${px(x)}" cy="${px(y)}" r="${cause === "client" ? 3 : 5}"/>${cross}${label}</g>`
    );
  });
  return drawn.join("");
}

/** From the edge of one node to the edge of the other. */
function between(from: Point, to: Point, radius: number): [Point, Point] {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const [x, y] = [((to.x - from.x) / length) * radius, ((to.y - from.y) / length) * radius];
  return [
    { x: from.x + x, y: from.y + y },
    { x: to.x - x, y: to.y - y },
  ];
}
