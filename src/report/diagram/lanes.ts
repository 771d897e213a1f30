/** The ground of the drawing: time, faults, and what each node was. */
import { clipped, type Frame, isIn } from "./frame.ts";
import { CLIENTS, type Model } from "./model.ts";
import { faultSpans, type RoleSpan, roleSpans } from "./spans.ts";
import { durationText, epochWord, escaped, placeName, px } from "./text.ts";

export const HUES = 6; // of epochs; then they begin again

export const hueOf = (epoch: number): string => `e${epoch % HUES}`;

const CHARACTER = 6.2; // pixels, on average

export const fits = (text: string, width: number): boolean => text.length * CHARACTER <= width;

// --- Time --------------------------------------------------------------------------------------------------------

export function ruler(frame: Frame): string {
  const { width, left, height, axis, fromNs, toNs } = frame;
  const count = Math.max(1, Math.floor((width - left) / 120));
  const [from, to] = [axis.to(fromNs), axis.to(toNs)];
  const times = Array.from({ length: count }, (_, place) =>
    axis.back(from + ((place + 0.5) * (to - from)) / count),
  );
  return times
    .map((ns, place) => {
      const x = px(left + ((place + 0.5) * (width - left - 10)) / count);
      const label = `${(ns / 1e6).toFixed(decimalsFor(times, place))} ms`;
      return (
        `<path class="d-tick" d="M${x} 14V${px(height)}"/>` +
        `<text class="d-time" x="${x}" y="10" text-anchor="middle">${label}</text>`
      );
    })
    .join("");
}

/** So many that neighbours differ. */
function decimalsFor(times: readonly number[], place: number): number {
  const steps = [place - 1, place].map(at => (times[at + 1] ?? Number.POSITIVE_INFINITY) - (times[at] ?? 0));
  const step = Math.min(...steps);
  return step > 5e6 ? 0 : step > 5e5 ? 1 : step > 5e4 ? 2 : 3;
}

/** Silence is shortened, and what was not kept is not there: both have to be seen. */
export function breaks(frame: Frame): string {
  const top = frame.y(CLIENTS) - 12;
  return frame.axis.breaks
    .filter(({ fromNs, toNs }) => isIn(frame, fromNs, toNs))
    .map(({ fromNs, toNs, kept }) => {
      const { x, width } = clipped(frame, fromNs, toNs);
      const long = durationText(toNs - fromNs);
      const says = kept ? `${long} of silence between replicas` : `${long} of which no messages were kept`;
      const short = kept ? `${long}, silent` : `${long}, not kept`;
      const label = [short, long].find(text => fits(text, width));
      return (
        `<g class="${kept ? "d-silence" : "d-unkept"}"><title>${says}</title>` +
        `<rect x="${px(x)}" y="${px(top)}" width="${px(width)}" height="${px(frame.height - top)}"/>` +
        (label === undefined
          ? ""
          : `<text x="${px(x + width / 2)}" y="${px(frame.height - 4)}" text-anchor="middle">${label}</text>`) +
        "</g>"
      );
    })
    .join("");
}

// --- Faults ------------------------------------------------------------------------------------------------------

export function faults(frame: Frame, model: Model): string {
  return faultSpans(model)
    .filter(({ fromNs, toNs }) => isIn(frame, fromNs, toNs))
    .map(span => {
      const { x, width } = clipped(frame, span.fromNs, span.toNs);
      const y = frame.faultsTop + span.row * 17;
      const lasting =
        span.toNs === model.header.end_ns ? "to the end" : `for ${durationText(span.toNs - span.fromNs)}`;
      const title = escaped(`${span.what}, ${lasting} ${span.effect}`.trim());
      const label = fits(span.what, width - 8) ? span.what : cut(span.what, width - 8);
      return (
        `<g class="d-fault"><title>${title}</title>` +
        `<rect x="${px(x)}" y="${px(y)}" width="${px(Math.max(width, 2))}" height="14" rx="2"/>` +
        `<path d="M${px(x)} ${px(y)}V${px(frame.height)}"/>` +
        `<text x="${px(x + 5)}" y="${px(y + 10.5)}">${escaped(label)}</text></g>` +
        sides(frame, span.groups, x, width)
      );
    })
    .join("");
}

const cut = (text: string, width: number): string => {
  const room = Math.floor(width / CHARACTER) - 1;
  return room < 3 ? "" : `${text.slice(0, room)}…`;
};

/** On which side of a partition each node is. */
function sides(frame: Frame, groups: readonly (readonly number[])[], x: number, width: number): string {
  if (groups.length < 2) return "";
  return groups
    .flatMap((group, side) =>
      group.map(node => {
        const y = frame.y(node) - frame.lane / 2 + 1;
        const common = `x="${px(x)}" y="${px(y)}" width="${px(width)}" height="${px(frame.lane - 2)}"`;
        return `<rect class="d-side d-side${side % 2}" ${common}/>`;
      }),
    )
    .join("");
}

// --- Nodes -------------------------------------------------------------------------------------------------------

export function lanes(frame: Frame, model: Model): string {
  const { header } = model;
  const nodes = Array.from({ length: header.n }, (_, node) => {
    const bands = roleSpans(model, node)
      .filter(({ fromNs, toNs }) => isIn(frame, fromNs, toNs))
      .map(span => band(frame, span, node, epochWord(header.algo)));
    return line(frame, node, header.liars.includes(node)) + bands.join("");
  });
  return line(frame, CLIENTS, false) + nodes.join("");
}

function line(frame: Frame, place: number, lies: boolean): string {
  const y = frame.y(place);
  const name = lies ? `${placeName(place)} lies` : placeName(place);
  return (
    `<path class="d-lane" d="M${frame.left} ${px(y)}H${px(frame.width - 10)}"/>` +
    `<text class="d-name${lies ? " d-liar" : ""}" x="4" y="${px(y + 4)}">${name}</text>`
  );
}

const heights = { leader: 16, candidate: 16, follower: 7, down: 7 } as const;

function band(frame: Frame, { fromNs, toNs, standing }: RoleSpan, node: number, word: string): string {
  const { role, epoch } = standing;
  const { x, width } = clipped(frame, fromNs, toNs);
  const height = Math.min(heights[role], frame.lane - 4);
  const y = frame.y(node) - height / 2;
  const what = role === "down" ? "down" : `${role}, ${word} ${epoch}`;
  const label = [what, `${word} ${epoch}`, String(epoch)].find(text => fits(text, width - 6)) ?? "";
  const box = `x="${px(x)}" y="${px(y)}" width="${px(width)}" height="${px(height)}"`;
  const fill = role === "down" ? "d-down" : `d-${role} ${hueOf(epoch)}`;
  const stripes = role === "candidate" ? `<rect ${box} fill="url(#${frame.id}-stripes)"/>` : "";
  const at = role === "leader" || role === "candidate" ? y + height / 2 + 4 : y - 3;
  const shown = frame.lane >= 30 || role === "leader" ? label : "";
  return (
    `<g><title>n${node}: ${what}, from ${(fromNs / 1e6).toFixed(3)} ms on</title>` +
    `<rect class="${fill}" ${box} rx="2"/>${stripes}` +
    (shown === "" ? "" : `<text class="d-role d-on-${role}" x="${px(x + 5)}" y="${px(at)}">${shown}</text>`) +
    "</g>"
  );
}
