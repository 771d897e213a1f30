/** What a server knows of each slot, numbered from 1. The head may have been replaced by a snapshot. */
import { type Ballot, NONE } from "./ballots.ts";
import type { Held, Slot, Value } from "./messages.ts";

export class Place implements Held {
  readonly slot: Slot;

  // As an acceptor
  promised: Ballot = NONE; // it accepts nothing below
  accepted: Ballot = NONE; // the highest that it has accepted in …
  value: Value | undefined = undefined; // … and what

  // As a learner
  chosen: Value | undefined = undefined;

  // As a proposer
  isOwn = false; // what is chosen is what this server's own clients asked for

  constructor(slot: Slot) {
    this.slot = slot;
  }
}

export class Log {
  base: Slot = 0; // the last slot before those held
  private places: Place[] = []; // slot s is at s - base - 1

  get length(): number {
    return this.places.length;
  }

  get lastSlot(): Slot {
    return this.base + this.places.length;
  }

  /** Only to be asked of slots behind `base`. */
  at(slot: Slot): Place {
    const { places } = this;
    while (this.lastSlot < slot) places.push(new Place(this.lastSlot + 1));
    return places[slot - this.base - 1]!;
  }

  isChosen(slot: Slot): boolean {
    return slot <= this.base || this.places[slot - this.base - 1]?.chosen !== undefined;
  }

  /** What was chosen in that slot and those after it, without a gap: so many at most. */
  chosenFrom(slot: Slot, most: number): Value[] {
    const values: Value[] = [];
    for (let next = slot; values.length < most && next <= this.lastSlot; next++) {
      const { chosen } = this.at(next);
      if (chosen === undefined) break;
      values.push(chosen);
    }
    return values;
  }

  /** As it is now: a record does not change. */
  held(): Held[] {
    return this.places.map(({ slot, promised, accepted, value, chosen }) => {
      return { slot, promised, accepted, value, chosen };
    });
  }

  restore(base: Slot, held: readonly Held[]): void {
    this.base = base;
    this.places = held.map(known => Object.assign(new Place(known.slot), known));
  }

  /** Forgets the slots up to that one, which a snapshot holds. */
  compactTo(slot: Slot): void {
    this.places.splice(0, slot - this.base);
    this.base = slot;
  }
}

/** One proposer's batch, however it came here. */
export function isSame(one: Value, other: Value): boolean {
  if (one === other) return true;
  return one.length === other.length && one.every((request, index) => isSameRequest(request, other[index]!));
}

const isSameRequest = (one: Value[number], other: Value[number]): boolean =>
  one.client === other.client && one.sequence === other.sequence;
