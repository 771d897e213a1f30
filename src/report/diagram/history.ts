/**
 * A history that is not linearizable, drawn: a lane for each client, a bar for each operation from call to return, the
 * longest order that explains what clients saw as a line from bar to bar, and the operation that has no place in it.
 */
import type { Contradiction } from "../../results/contradiction.ts";
import { escaped, momentText, px } from "./text.ts";

/** What happened meanwhile: faults, elections. */
export interface Annotation {
  readonly ns: number;
  readonly says: string;
}

type Operation = Contradiction["operations"][number];

interface Bar extends Operation {
  readonly place: number;
  readonly x: number;
  readonly width: number;
  readonly lane: number;
}

const LEFT = 64;
const LANE = 40;
const TOP = 10;
const NOTE = 14;
const CHARACTER = 6.4;
const GAP = 14;
const HEIGHT = 22;

export function drawHistory(contradiction: Contradiction, annotations: readonly Annotation[]): string {
  const { operations, order, stuck } = contradiction;
  const { bars, instants, width } = layOut(operations);
  const notes = placed(annotations, instants);
  const clients = [...new Set(operations.map(({ client }) => client))];
  const top = TOP + NOTE * notes.reduce((most, { row }) => Math.max(most, row + 1), 0);
  const height = top + clients.length * LANE + 8;
  const whole = Math.max(width, ...notes.map(({ end }) => end));
  const middle = (lane: number) => top + (lane + 0.5) * LANE;
  const lanes = clients.map(
    (client, lane) =>
      `<path class="d-lane" d="M${LEFT} ${px(middle(lane))}H${px(width)}"/>` +
      `<text class="d-name" x="4" y="${px(middle(lane) + 4)}">c${escaped(client)}</text>`,
  );
  const drawn = bars.map(bar =>
    drawBar(bar, middle(bar.lane), bar.place === stuck, order.indexOf(bar.place)),
  );
  const said = `operations on key ${contradiction.key} that contradict each other`;
  return (
    `<svg class="d-history" role="img" aria-label="${escaped(said)}" viewBox="0 0 ${px(whole)} ${px(height)}"` +
    ` width="${px(whole)}" height="${px(height)}">${lanes.join("")}` +
    `${notes.map(note => drawNote(note, height)).join("")}${drawn.join("")}${drawOrder(bars, order, middle)}</svg>`
  );
}

/** Instants are so far apart that each bar has room for what it says; only their order is to scale. */
function layOut(operations: readonly Operation[]): {
  bars: Bar[];
  instants: [number, number][];
  width: number;
} {
  const clients = [...new Set(operations.map(({ client }) => client))];
  const events = operations.flatMap(({ call_ns, return_ns }, place) => [
    { place, ns: call_ns, ends: false },
    ...(return_ns === null ? [] : [{ place, ns: return_ns, ends: true }]),
  ]);
  events.sort((left, right) => left.ns - right.ns || Number(left.ends) - Number(right.ends));
  const begin: number[] = [];
  const end: number[] = [];
  const instants: [number, number][] = [];
  let x = LEFT + GAP;
  for (const { place, ns, ends } of events) {
    const room = operations[place]!.says.length * CHARACTER + 34;
    if (ends) x = Math.max(x, begin[place]! + room);
    (ends ? end : begin)[place] = x;
    instants.push([ns, x]);
    x += GAP;
  }
  const width = x + 150;
  const bars = operations.map((operation, place) => ({
    ...operation,
    place,
    x: begin[place]!,
    width: (end[place] ?? width - 10) - begin[place]!,
    lane: clients.indexOf(operation.client),
  }));
  return { bars, instants, width };
}

function drawBar(
  { x, width, says, call_ns, return_ns }: Bar,
  middle: number,
  stuck: boolean,
  turn: number,
): string {
  const y = middle - HEIGHT / 2;
  const until =
    return_ns === null ? "and nobody knows whether it took effect" : `returned at ${momentText(return_ns)}`;
  const open = return_ns === null ? " d-open" : "";
  const number = stuck ? "✗" : turn < 0 ? "" : `${turn + 1}`;
  return (
    `<g class="d-operation${stuck ? " d-stuck" : turn < 0 ? " d-unplaced" : ""}${open}">` +
    `<title>${escaped(`${says}, called at ${momentText(call_ns)}, ${until}`)}</title>` +
    `<rect x="${px(x)}" y="${px(y)}" width="${px(width)}" height="${HEIGHT}" rx="3"/>` +
    `<text class="d-turn" x="${px(x + 6)}" y="${px(y + 15)}">${number}</text>` +
    `<text x="${px(x + 22)}" y="${px(y + 15)}">${escaped(says)}</text></g>`
  );
}

/** From one operation to the next, each at some instant between its call and its return. */
function drawOrder(bars: readonly Bar[], order: readonly number[], middle: (lane: number) => number): string {
  if (order.length === 0) return "";
  let x = 0;
  const points = order.map(place => {
    const bar = bars[place]!;
    x = Math.max(x + 3, bar.x + 3);
    return { x, y: middle(bar.lane) + HEIGHT / 2 };
  });
  const line = points.map(point => `${px(point.x)} ${px(point.y)}`).join("L");
  const dots = points.map(point => `<circle cx="${px(point.x)}" cy="${px(point.y)}" r="3.5"/>`);
  return `<g class="d-order"><path d="M${line}"/>${dots.join("")}</g>`;
}

interface Note extends Annotation {
  readonly x: number;
  readonly end: number; // of its text
  readonly row: number;
}

/** Each at its place among the instants, and on a row where it does not lie on another. */
function placed(
  annotations: readonly Annotation[],
  instants: readonly (readonly [number, number])[],
): Note[] {
  const ends: number[] = [];
  return annotations.map(({ ns, says }) => {
    const next = instants.find(([at]) => at >= ns);
    const before = instants.findLast(([at]) => at < ns);
    const x = next === undefined ? (before?.[1] ?? LEFT) + GAP / 2 : next[1] - GAP / 2;
    const free = ends.findIndex(end => end < x);
    const row = free < 0 ? ends.length : free;
    ends[row] = x + 10 + says.length * CHARACTER;
    return { ns, says, x, end: ends[row], row };
  });
}

function drawNote({ says, x, row }: Note, height: number): string {
  const y = TOP + row * NOTE;
  return (
    `<g class="d-fault"><path d="M${px(x)} ${px(y - 6)}V${px(height)}"/>` +
    `<text x="${px(x + 4)}" y="${px(y + 4)}">${escaped(says)}</text></g>`
  );
}
