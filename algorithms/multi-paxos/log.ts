/**
 * The log of an acceptor: for each slot, numbered from 1, what it has accepted last and in which ballot. Slots are
 * instances of their own, so there may be holes. The head may have been replaced by a snapshot.
 */
import { type Ballot, NONE } from "./ballots.ts";
import type { Slot, Value } from "./messages.ts";

export class Log {
  base: Slot = 0; // the last slot before those held; slot s is at s - base - 1 below
  private ballots: Ballot[] = []; // NONE: a hole
  private values: Value[] = [];

  get length(): number {
    return this.ballots.length;
  }

  get lastSlot(): Slot {
    return this.base + this.ballots.length;
  }

  /** NONE where nothing has been accepted. Only to be asked of slots behind `base`. */
  ballotAt(slot: Slot): Ballot {
    const index = slot - this.base - 1;
    return index < this.ballots.length ? this.ballots[index]! : NONE;
  }

  valueAt(slot: Slot): Value {
    return this.values[slot - this.base - 1];
  }

  accept(slot: Slot, ballot: Ballot, value: Value): void {
    const index = slot - this.base - 1;
    while (this.ballots.length < index) {
      this.ballots.push(NONE);
      this.values.push(undefined);
    }
    if (index === this.ballots.length) {
      this.ballots.push(ballot);
      this.values.push(value);
    } else {
      this.ballots[index] = ballot;
      this.values[index] = value;
    }
  }

  /** Of the last so many slots held. */
  lastBallots(count: number): Ballot[] {
    return this.ballots.slice(-count);
  }

  ballotsFrom(from: Slot): Ballot[] {
    return this.ballots.slice(from - this.base - 1);
  }

  valuesFrom(from: Slot, count = Number.POSITIVE_INFINITY): Value[] {
    const start = from - this.base - 1;
    return this.values.slice(start, start + count);
  }

  /** Forgets the slots up to that one, which a snapshot holds. */
  compactTo(slot: Slot): void {
    this.ballots.splice(0, slot - this.base);
    this.values.splice(0, slot - this.base);
    this.base = slot;
  }

  /** As a snapshot's record says. */
  restore(base: Slot, ballots: readonly Ballot[], values: readonly Value[]): void {
    this.base = base;
    this.ballots = ballots.slice();
    this.values = values.slice();
  }
}
