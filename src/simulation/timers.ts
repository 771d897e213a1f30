/**
 * A node's named timers. A timer is a deadline; setting it again moves the deadline, and the event that waits in the
 * queue re-arms itself when it fires too early. Pushing an event at every reset would double the cost of the whole
 * simulation (measured), for protocols restart their election timer at every message.
 */
import type { NodeId } from "#protocol";
import type { ClockModel } from "./models.ts";
import { RandomStream } from "./random.ts";

/** A timer that fires so often in a row, each time so soon, is set to nothing over and over: no run gets past that. */
const FIRINGS_IN_A_ROW = 100_000;
const NEXT_TO_NOTHING_NS = 10;

export class Timers {
  readonly names: readonly string[];
  private readonly deadline: Float64Array; // when it should fire; Infinity: off
  private readonly queued: Float64Array; // the earliest event of this timer that waits in the queue
  private readonly firedAt: Float64Array;
  private readonly inARow: Int32Array; // firings with next to no time between them
  private readonly jitterNs: number;
  private readonly lateness: RandomStream;
  private readonly node: NodeId;

  constructor(names: readonly string[], { jitterNs = 0 }: ClockModel, seed: number, node: NodeId) {
    this.names = names;
    this.node = node;
    this.jitterNs = jitterNs;
    this.lateness = new RandomStream(seed, `timers n${node}`);
    this.deadline = new Float64Array(names.length).fill(Infinity);
    this.queued = new Float64Array(names.length).fill(Infinity);
    this.firedAt = new Float64Array(names.length).fill(-Infinity);
    this.inARow = new Int32Array(names.length);
  }

  indexOf(name: string): number {
    const { names } = this;
    let index = 0;
    while (names[index] !== name) {
      if (++index >= names.length)
        throw new Error(`timer ${name} is not among the protocol's timers: ${names.join(", ")}`);
    }
    return index;
  }

  /** By how many ticks a timer that is set now will fire late: drawn afresh each time. */
  late(): number {
    return this.jitterNs === 0 ? 0 : Math.floor(this.lateness.next() * (this.jitterNs + 1));
  }

  /** Returns whether an event has to be queued for that tick. */
  set(timer: number, tick: number): boolean {
    this.deadline[timer] = tick;
    if (this.queued[timer]! <= tick) return false;
    this.queued[timer] = tick;
    return true;
  }

  cancel(timer: number): void {
    this.deadline[timer] = Infinity;
  }

  /** An event of this timer came up. Returns its deadline: due, or to be queued for again, or Infinity for neither. */
  arrived(timer: number, tick: number): number {
    if (this.queued[timer] !== tick) return Infinity; // an earlier one was queued since, and has taken over
    this.queued[timer] = Infinity;
    const deadline = this.deadline[timer]!;
    if (deadline > tick && deadline !== Infinity) this.queued[timer] = deadline;
    return deadline;
  }

  /** Whether it is still due when the processor comes to it, and not reset meanwhile. If so, it is off from now on. */
  take(timer: number, tick: number): boolean {
    if (this.deadline[timer]! > tick) return false;
    this.deadline[timer] = Infinity;
    this.guard(timer, tick);
    return true;
  }

  clear(): void {
    this.deadline.fill(Infinity);
    this.queued.fill(Infinity);
    this.firedAt.fill(-Infinity);
    this.inARow.fill(0);
  }

  /** The shortest delay is a tick, so that time does move, but by a second in a billion events. */
  private guard(timer: number, tick: number): void {
    const soon = tick - this.firedAt[timer]! < NEXT_TO_NOTHING_NS;
    this.firedAt[timer] = tick;
    this.inARow[timer] = soon ? this.inARow[timer]! + 1 : 0;
    if (this.inARow[timer]! < FIRINGS_IN_A_ROW) return;
    const culprit = `n${this.node} sets its timer ${this.names[timer]} to next to nothing over and over`;
    throw new Error(`virtual time hardly moves any more at ${tick} ns: ${culprit}`);
  }
}
