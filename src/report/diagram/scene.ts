/** The space-time diagram of a stretch of a run: one drawing for the page as it is and for the page that is alive. */
import { arrows, marks, type Shown } from "./arrows.ts";
import type { Axis } from "./axis.ts";
import { frameOf, type View } from "./frame.ts";
import { breaks, faults, lanes, ruler } from "./lanes.ts";
import type { Model } from "./model.ts";
import { durationText, escaped, px } from "./text.ts";

export interface Scene extends Shown {
  readonly id: string;
  readonly model: Model;
  readonly axis: Axis;
  readonly view: View;
  readonly width: number;
  readonly cursorNs: number | undefined; // where the playback is
}

export const allShown: Shown = { hidden: new Set(), path: undefined };

export function drawScene(scene: Scene): string {
  const { id, model, axis, view, width, cursorNs } = scene;
  const frame = frameOf(id, model, axis, view, width);
  const { svg, left } = arrows(frame, model, scene);
  const { header } = model;
  const said =
    `${header.algo} with ${header.n} nodes, seed ${header.seed}: what nodes were and said to each other ` +
    `in ${durationText(frame.toNs - frame.fromNs)} of the run`;
  const most =
    left === 0
      ? ""
      : `<text class="d-time" x="${frame.left}" y="${px(frame.height - 2)}">${left} not drawn: zoom in</text>`;
  return (
    `<svg class="d-scene" role="img" aria-label="${escaped(said)}" viewBox="0 0 ${px(width)} ${px(frame.height)}"` +
    ` width="${px(width)}" height="${px(frame.height)}">${definitions(id, frame)}` +
    `<g clip-path="url(#${id}-clip)">${breaks(frame)}</g>${ruler(frame)}${faults(frame, model)}${lanes(frame, model)}` +
    `<g clip-path="url(#${id}-clip)">${svg}${marks(frame, model, scene)}</g>` +
    `${cursorNs === undefined ? "" : cursor(frame.x(cursorNs), frame.height)}${most}</svg>`
  );
}

const cursor = (x: number, height: number): string =>
  `<path class="d-cursor" d="M${px(x)} 14V${px(height)}"/>`;

function definitions(
  id: string,
  { left, width, height }: { left: number; width: number; height: number },
): string {
  return (
    `<defs><pattern id="${id}-stripes" width="6" height="6" patternUnits="userSpaceOnUse"` +
    ' patternTransform="rotate(45)">' +
    '<path class="d-stripe" d="M0 0V6"/></pattern>' +
    `<clipPath id="${id}-clip"><rect x="${left}" y="0" width="${px(width - left)}" height="${px(height)}"/>` +
    "</clipPath></defs>"
  );
}
