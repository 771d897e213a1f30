/** What a candidate has been promised, and what it has to propose therefore if it is elected: P2c of the paper. */
import { Votes } from "../quorum.ts";
import { type Ballot, NONE } from "./ballots.ts";
import type { PromiseMessage, Slot, Value } from "./messages.ts";

/** Above all ballots: what is chosen cannot be outbid. */
const CHOSEN: Ballot = Number.POSITIVE_INFINITY;

export class Candidacy {
  readonly promises = new Votes();
  chosen: Slot = 0; // all up to here has been chosen, as somebody said who knows
  private from: Slot = 1; // the first slot that it asked about
  private ballots: Ballot[] = []; // by slot, from there on: the highest that somebody accepted something in …
  private values: Value[] = []; // … and what

  /** Begins anew: what precedes `from` the candidate knows. */
  begin(from: Slot): void {
    this.promises.clear();
    this.chosen = from - 1;
    this.from = from;
    this.ballots = [];
    this.values = [];
  }

  /** "The value of the highest-numbered proposal among the responses" (2.2), for each slot by itself. */
  adopt({ from, committed, ballots, values }: PromiseMessage): void {
    if (committed > this.chosen) this.chosen = committed;
    for (let index = 0; index < ballots.length; index++) {
      const slot = from + index;
      const ballot = slot <= committed ? CHOSEN : ballots[index]!;
      if (slot >= this.from && ballot !== NONE) this.outbid(slot - this.from, ballot, values[index]);
    }
  }

  get lastSlot(): Slot {
    return this.from + this.ballots.length - 1;
  }

  /** So many values from that slot on. "Any value" may be proposed where there is none: a no-op will do (3). */
  valuesFrom(slot: Slot, count: number): Value[] {
    const start = slot - this.from;
    return this.values.slice(start, start + count);
  }

  private outbid(index: number, ballot: Ballot, value: Value): void {
    while (this.ballots.length <= index) {
      this.ballots.push(NONE);
      this.values.push(undefined);
    }
    if (ballot <= this.ballots[index]!) return;
    this.ballots[index] = ballot;
    this.values[index] = value;
  }
}
