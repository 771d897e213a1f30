/**
 * What a leader keeps while its ballot is the highest: who has been sent what, and the requests and reads that
 * wait.
 */
import type { Milliseconds, NodeId, Request, Waiting } from "#protocol";
import { filled, Rounds } from "../quorum.ts";
import type { Slot } from "./messages.ts";

export class Leadership extends Rounds {
  readonly firstSlot: Slot; // what is proposed from here on came from the leader's own clients

  // For each server
  readonly nextSlot: Slot[]; // the next slot to send
  readonly verified: Slot[]; // all slots up to here are known to be held there as the leader proposes them
  readonly sentSlot: Slot[]; // the highest slot sent in this ballot: what is sent again is a retransmission
  readonly inFlight: number[]; // Accepts, or a snapshot, that have not been answered
  readonly repairRound: number[]; // begun when a gap was last filled: what was said before does not count
  readonly lastSentAt: Milliseconds[];

  // Thrifty: only some acceptors are asked
  readonly isAsked: boolean[];
  asksEverybody = true;
  patientFor: Slot | undefined = undefined; // the instance that was the oldest when the timer was set

  // Requests on their way into a slot
  readonly waiting: Waiting;

  // Reads that wait for a round; repairs begin one too, and heartbeats under lease reads
  readRound = 0; // the round that `readsConfirming` wait for
  readsConfirming: Request[] = [];
  readsWaiting: Request[] = [];

  constructor(
    waiting: Waiting,
    n: number,
    self: NodeId,
    committed: Slot,
    firstSlot: Slot,
    now: Milliseconds,
  ) {
    super(n, self, now);
    this.waiting = waiting;
    this.firstSlot = firstSlot;
    this.nextSlot = filled(n, committed + 1);
    this.verified = filled(n, 0);
    this.sentSlot = filled(n, committed);
    this.inFlight = filled(n, 0);
    this.repairRound = filled(n, 0);
    this.lastSentAt = filled(n, now);
    this.isAsked = filled(n, true);
  }
}
