/** A proposer's attempt to get a value chosen in one slot, through both phases and as many ballots as it takes. */
import type { Milliseconds, NodeId } from "#protocol";
import { Votes } from "../quorum.ts";
import { type Ballot, NONE } from "./ballots.ts";
import type { PromiseMessage, Slot, Value } from "./messages.ts";

export class Attempt {
  readonly slot: Slot;
  readonly own: Value; // what its clients asked for
  ballot: Ballot = NONE;
  phase: 1 | 2 = 1;
  dueAt: Milliseconds = Infinity; // when to try a higher ballot
  outbidBy: Ballot = NONE; // the highest that it was refused for
  refused = false; // in this ballot …
  wasRefused = false; // … or in any
  patience: Milliseconds; // how long it waits for a quorum
  readonly promises = new Votes();
  readonly acceptances = new Votes();
  private highest: Ballot = NONE; // of those that somebody has accepted something in
  private adopted: Value | undefined = undefined;

  constructor(slot: Slot, own: Value, patience: Milliseconds) {
    this.slot = slot;
    this.own = own;
    this.patience = patience;
  }

  begin(ballot: Ballot): void {
    this.ballot = ballot;
    this.phase = 1;
    this.refused = false;
    this.promises.clear();
    this.acceptances.clear();
    this.highest = NONE;
    this.adopted = undefined;
  }

  /** Returns whether it is that acceptor's first promise. */
  addPromise(from: NodeId, { accepted, value }: PromiseMessage): boolean {
    if (!this.promises.add(from)) return false;
    if (accepted > this.highest) {
      this.highest = accepted;
      this.adopted = value;
    }
    return true;
  }

  /** "The value of the highest-numbered proposal among the responses", or its own if there is none (2.2). */
  get value(): Value {
    return this.adopted ?? this.own;
  }
}
