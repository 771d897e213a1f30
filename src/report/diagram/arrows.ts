/** What happens on the lanes: messages, and what nodes do by themselves. */
import { type Frame, isIn } from "./frame.ts";
import { fits } from "./lanes.ts";
import { type Arrow, CLIENTS, type Mark, type Model } from "./model.ts";
import { durationText, escaped, momentText, placeName, px } from "./text.ts";

const MOST_ARROWS = 1_500;
const FLIGHT_NS = 300_000; // how far what is lost is drawn, at most

export interface Shown {
  readonly hidden: ReadonlySet<string>; // types of messages that are not to be drawn
  readonly path: ReadonlySet<number> | undefined; // rows to stand out; undefined: all alike
}

export function arrows(frame: Frame, model: Model, shown: Shown): { svg: string; left: number } {
  const wanted = model.arrows.filter(
    arrow =>
      !shown.hidden.has(arrow.type) && isIn(frame, arrow.departs, arrow.arrives ?? arrow.departs + FLIGHT_NS),
  );
  const drawn = wanted.slice(0, MOST_ARROWS);
  const svg = drawn.map(arrow => draw(frame, arrow, shown)).join("") + labels(frame, drawn);
  return { svg, left: wanted.length - drawn.length };
}

export function arrowTitle({ type, from, to, departs, arrives, says, down }: Arrow): string {
  const fate =
    arrives === null
      ? "is lost"
      : `takes ${durationText(arrives - departs)}${down ? ", and finds nobody there" : ""}`;
  return `${type}: ${placeName(from)} to ${placeName(to)}, leaves at ${momentText(departs)}, ${fate}\n${says}`;
}

function draw(frame: Frame, arrow: Arrow, { path }: Shown): string {
  const { from, to, departs, arrives, down, row } = arrow;
  const own = path?.has(row) === true;
  const kind = arrow.type === "redirect" ? " d-redirect" : "";
  const emphasis = path === undefined ? "" : own ? " d-own" : " d-other";
  const [x1, y1, y] = [frame.x(departs), frame.y(from), frame.y(to)];
  const lost = arrives === null;
  const x = frame.x(arrives ?? departs + Math.min(FLIGHT_NS, frame.toNs - departs));
  const share = lost ? 0.55 : 1;
  const [x2, y2] = [x1 + (x - x1) * share, y1 + (y - y1) * share - (lost ? 0 : Math.sign(y - y1) * 4)];
  const head = lost || down ? "" : headAt(x2, y2, Math.atan2(y2 - y1, x2 - x1));
  const cross = lost || down ? `<path class="d-cross" d="${crossAt(x2, y2)}"/>` : "";
  return (
    `<g class="d-arrow d-${arrow.cause}${kind}${emphasis}" data-row="${row}">` +
    `<title>${escaped(arrowTitle(arrow))}</title>` +
    `<path d="M${px(x1)} ${px(y1)}L${px(x2)} ${px(y2)}${head}"/>${cross}</g>`
  );
}

/** The two strokes of an arrow's point. */
function headAt(x: number, y: number, angle: number): string {
  const stroke = (turn: number) =>
    `${px(x - 7 * Math.cos(angle + turn))} ${px(y - 7 * Math.sin(angle + turn))}`;
  return `M${stroke(0.4)}L${px(x)} ${px(y)}L${stroke(-0.4)}`;
}

const crossAt = (x: number, y: number): string =>
  `M${px(x - 3.5)} ${px(y - 3.5)}l7 7M${px(x + 3.5)} ${px(y - 3.5)}l-7 7`;

/** One for what is sent to several at once; none where it would lie on another. */
function labels(frame: Frame, drawn: readonly Arrow[]): string {
  const ends = new Map<number, number>();
  let before: Arrow | undefined;
  const texts: string[] = [];
  for (const arrow of drawn) {
    const { from, to, type, departs, cause } = arrow;
    const again = before?.type === type && before.from === from;
    before = arrow;
    if (from === CLIENTS || to === CLIENTS || again || frame.lane < 30) continue;
    const x = frame.x(departs) + 2;
    if (x < (ends.get(from) ?? 0) || x < frame.left || !fits(type, frame.width - x)) continue;
    ends.set(from, x + type.length * 6 + 6);
    texts.push(
      `<text class="d-label d-text-${cause}" x="${px(x)}" y="${px(frame.y(from) + 18)}">${escaped(type)}</text>`,
    );
  }
  return texts.join("");
}

// --- Marks -------------------------------------------------------------------------------------------------------

export function marks(frame: Frame, model: Model, { path }: Shown): string {
  return model.marks
    .filter(({ sinceNs, ns }) => isIn(frame, sinceNs, ns))
    .map(mark => {
      const emphasis = path === undefined ? "" : path.has(mark.row) ? " d-own" : " d-other";
      const title = `<title>${escaped(markTitle(mark))}</title>`;
      return `<g class="d-mark d-at-${mark.kind}${emphasis}" data-row="${mark.row}">${title}${shape(frame, mark)}</g>`;
    })
    .join("");
}

export const markTitle = ({ says, ns, sinceNs, kind, node }: Mark): string =>
  kind === "disk"
    ? `${says} for ${durationText(ns - sinceNs)}, until ${momentText(ns)}`
    : `${kind === "done" ? `n${node}: ` : ""}${says}, at ${momentText(ns)}`;

function shape(frame: Frame, { kind, ns, sinceNs, node, says }: Mark): string {
  const [x, y] = [frame.x(ns), frame.y(node)];
  switch (kind) {
    case "disk": {
      const from = Math.max(frame.x(sinceNs), frame.left);
      return `<rect x="${px(from)}" y="${px(y + 5)}" width="${px(Math.max(x - from, 1))}" height="3"/>`;
    }
    case "commit":
      return `<circle cx="${px(x)}" cy="${px(y)}" r="3"/>`;
    case "leads":
      return `<path d="${star(x, y - 14)}"/>`;
    case "timer":
      return `<path d="M${px(x)} ${px(y - 3)}l-4 -8h8z"/>`;
    case "done":
      return says === "crash" || says === "wipe"
        ? `<path d="${bigCross(x, y)}"/>`
        : doneText(frame, x, y, says);
    default:
      return `<path d="M${px(x)} ${px(y - 5)}l4 5l-4 5l-4 -5z"/>`;
  }
}

const doneText = (frame: Frame, x: number, y: number, says: string): string =>
  `<path d="M${px(x)} ${px(y - 9)}v18"/>` +
  (frame.lane >= 30 ? `<text x="${px(x + 4)}" y="${px(y + 18)}">${escaped(says)}</text>` : "");

const bigCross = (x: number, y: number): string =>
  `M${px(x - 7)} ${px(y - 7)}l14 14M${px(x + 7)} ${px(y - 7)}l-14 14`;

function star(x: number, y: number): string {
  const points = Array.from({ length: 10 }, (_, corner) => {
    const angle = (corner * Math.PI) / 5;
    const radius = corner % 2 === 0 ? 6 : 2.6;
    return `${px(x + radius * Math.sin(angle))} ${px(y - radius * Math.cos(angle))}`;
  });
  return `M${points.join("L")}z`;
}
