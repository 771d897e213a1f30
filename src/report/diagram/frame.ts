/** Where things are on the drawing: lanes below each other, time from left to right. */
import type { Axis } from "./axis.ts";
import { CLIENTS, type Model } from "./model.ts";
import { faultSpans } from "./spans.ts";

export interface View {
  readonly fromU: number; // on the axis
  readonly toU: number;
}

export interface Frame {
  readonly id: string; // of the drawing: others may be in the same page
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly lane: number; // from one node to the next
  readonly top: number; // of the first lane's middle
  readonly faultsTop: number;
  readonly fromNs: number;
  readonly toNs: number;
  readonly axis: Axis;
  x(ns: number): number;
  /** The middle of a lane. */
  y(place: number): number;
}

const LEFT = 58;
const RIGHT = 10;
const RULER = 20;
const FAULT_ROW = 17;
const CLIENT_LANE = 34;

export function frameOf(id: string, model: Model, axis: Axis, view: View, width: number): Frame {
  const rows = faultSpans(model).reduce((most, { row }) => Math.max(most, row + 1), 0);
  const { n } = model.header;
  const lane = n <= 7 ? 46 : Math.max(16, 320 / n);
  const clients = RULER + rows * FAULT_ROW + CLIENT_LANE / 2;
  const top = clients + CLIENT_LANE / 2 + lane / 2;
  const scale = (width - LEFT - RIGHT) / (view.toU - view.fromU);
  return {
    id,
    width,
    height: top + (n - 0.5) * lane + 6,
    left: LEFT,
    lane,
    top,
    faultsTop: RULER,
    fromNs: axis.back(view.fromU),
    toNs: axis.back(view.toU),
    axis,
    x: ns => LEFT + (axis.to(ns) - view.fromU) * scale,
    y: place => (place === CLIENTS ? clients : top + place * lane),
  };
}

/** Whether any of it is to be seen. */
export const isIn = ({ fromNs, toNs }: Frame, from: number, to: number): boolean =>
  from <= toNs && to >= fromNs;

/** The part of a stretch that is to be seen, as pixels. */
export function clipped(frame: Frame, fromNs: number, toNs: number): { x: number; width: number } {
  const x = frame.x(Math.max(fromNs, frame.fromNs));
  return { x, width: Math.max(0, frame.x(Math.min(toNs, frame.toNs)) - x) };
}
