/** What the page shows now. */
import { type Axis, axisOf } from "../axis.ts";
import type { View } from "../frame.ts";
import type { Model } from "../model.ts";
import { type Moment, viewOf } from "../moments.ts";
import type { Path } from "../paths.ts";
import type { CarriedRun } from "./runs.ts";

export interface Side {
  readonly run: CarriedRun;
  readonly model: Model;
}

export class State {
  sides: readonly Side[] = []; // one, or two in lock-step
  axis!: Axis;
  view: View = { fromU: 0, toU: 1 };
  u = 0; // where the playback is
  width = 1000; // of the drawings
  path: Path | undefined; // of the first side
  readonly hidden = new Set<string>(); // types of messages

  get ns(): number {
    return this.axis.back(this.u);
  }

  show(sides: readonly Side[], kind: Axis["kind"]): void {
    this.sides = sides;
    this.axis = axisOf(
      sides.map(({ model }) => model),
      kind,
    );
  }

  goTo(moment: Moment): void {
    this.view = viewOf(this.axis, moment, this.width);
    this.u = Math.max(this.view.fromU, this.axis.to(moment.fromNs));
  }

  /** Another axis, the same stretch of time. */
  changeAxis(kind: Axis["kind"]): void {
    const { ns, axis, view } = this;
    const [from, to] = [axis.back(view.fromU), axis.back(view.toU)];
    this.show(this.sides, kind);
    this.u = this.axis.to(ns);
    this.look(this.axis.to(from), this.axis.to(to));
  }

  zoom(factor: number): void {
    const { fromU, toU } = this.view;
    const middle = this.u > fromU && this.u < toU ? this.u : (fromU + toU) / 2;
    this.look(middle - (middle - fromU) * factor, middle + (toU - middle) * factor);
  }

  /** By a share of what is to be seen. */
  pan(share: number): void {
    const { fromU, toU } = this.view;
    this.look(fromU + share * (toU - fromU), toU + share * (toU - fromU));
  }

  look(fromU: number, toU: number): void {
    const { length } = this.axis;
    const span = Math.min(Math.max(toU - fromU, length / 1e5), length);
    const from = Math.min(Math.max(fromU, 0), length - span);
    this.view = { fromU: from, toU: from + span };
  }

  /** To the next instant at which something happens, or the one before. */
  step(direction: 1 | -1): void {
    const { instants } = this.axis;
    const now = this.ns;
    // A nanosecond may be lost on the way to pixels and back.
    const next = direction === 1 ? instants.find(ns => ns > now + 1) : instants.findLast(ns => ns < now - 1);
    if (next !== undefined) this.moveTo(this.axis.to(next));
  }

  moveTo(u: number): void {
    this.u = Math.min(Math.max(u, 0), this.axis.length);
    this.follow();
  }

  /** What is played stays in sight. Returns whether the view has moved. */
  follow(): boolean {
    const { fromU, toU } = this.view;
    const span = toU - fromU;
    if (this.u >= fromU && this.u <= toU - 0.05 * span) return false;
    this.look(this.u - 0.2 * span, this.u + 0.8 * span);
    return true;
  }
}
