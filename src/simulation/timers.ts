/**
 * A node's named timers. A timer is a deadline; setting it again moves the deadline, and the event that waits in the
 * queue re-arms itself when it fires too early. Pushing an event at every reset would double the cost of the whole
 * simulation (measured), for protocols restart their election timer at every message.
 */
import type { NodeId } from "#protocol";
import type { ClockModel } from "./models.ts";
import { RandomStream } from "./random.ts";

export class Timers {
  readonly names: readonly string[];
  private readonly deadline: Float64Array; // when it should fire; Infinity: off
  private readonly queued: Float64Array; // the earliest event of this timer that waits in the queue
  private readonly jitterNs: number;
  private readonly lateness: RandomStream;

  constructor(names: readonly string[], { jitterNs = 0 }: ClockModel, seed: number, node: NodeId) {
    this.names = names;
    this.jitterNs = jitterNs;
    this.lateness = new RandomStream(seed, `timers n${node}`);
    this.deadline = new Float64Array(names.length).fill(Infinity);
    this.queued = new Float64Array(names.length).fill(Infinity);
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
    return true;
  }

  clear(): void {
    this.deadline.fill(Infinity);
    this.queued.fill(Infinity);
  }
}
