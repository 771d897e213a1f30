/**
 * What a leader keeps while its ballot is the highest: who has been sent what, and the requests and reads that
 * wait.
 */
import { Fifo, type Milliseconds, type NodeId, type Request } from "#protocol";
import { Ranking } from "../quorum.ts";
import type { Slot } from "./messages.ts";

/** How many rounds are remembered: far more than begin within a lease. */
const ROUNDS = 64;

export class Leadership {
  readonly firstSlot: Slot; // what is proposed from here on came from the leader's own clients
  readonly ranking = new Ranking();

  // For each server
  readonly nextSlot: Slot[]; // the next slot to send
  readonly verified: Slot[]; // all slots up to here are known to be held there as the leader proposes them
  readonly sentSlot: Slot[]; // the highest slot sent in this ballot: what is sent again is a retransmission
  readonly inFlight: number[]; // Accepts, or a snapshot, that have not been answered
  readonly repairRound: number[]; // begun when a gap was last filled: what was said before does not count
  readonly lastSentAt: Milliseconds[];
  readonly heardAt: Milliseconds[];
  readonly ackedRound: number[]; // the latest round that the server has answered in

  // Thrifty: only some acceptors are asked
  readonly isAsked: boolean[];
  asksEverybody = true;
  patientFor: Slot | undefined = undefined; // the instance that was the oldest when the timer was set

  // Requests on their way into a slot
  readonly waiting = new Fifo<Request>();
  readonly waitingSince = new Fifo<Milliseconds>(); // of each, where the batch has a delay
  batchIsDue = false; // the first has waited for the batch's delay

  // Rounds, and the reads that wait for one
  round = 0; // counts read rounds, repairs, and heartbeats under lease reads; each message carries the latest
  private readonly roundBeganAt: Milliseconds[];
  readRound = 0; // the round that `readsConfirming` wait for
  readsConfirming: Request[] = [];
  readsWaiting: Request[] = [];

  constructor(n: number, self: NodeId, committed: Slot, firstSlot: Slot, now: Milliseconds) {
    this.firstSlot = firstSlot;
    this.nextSlot = filled(n, committed + 1);
    this.verified = filled(n, 0);
    this.sentSlot = filled(n, committed);
    this.inFlight = filled(n, 0);
    this.repairRound = filled(n, 0);
    this.lastSentAt = filled(n, now);
    this.heardAt = filled(n, now);
    this.ackedRound = filled(n, -1);
    this.isAsked = filled(n, true);
    this.roundBeganAt = filled(ROUNDS, now);
    this.ackedRound[self] = Number.MAX_SAFE_INTEGER; // a leader follows itself
  }

  beginRound(now: Milliseconds): void {
    this.round++;
    this.roundBeganAt[this.round % ROUNDS] = now;
  }

  /** When the latest round began that a quorum has answered in. */
  confirmedSince(quorum: number): Milliseconds {
    const confirmed = Math.min(this.round, this.ranking.kthLargest(this.ackedRound, quorum));
    if (confirmed < 0 || this.round - confirmed >= ROUNDS) return -Infinity;
    return this.roundBeganAt[confirmed % ROUNDS]!;
  }

  /** When a quorum, the leader included, was last heard. */
  quorumHeardAt(self: NodeId, quorum: number, now: Milliseconds): Milliseconds {
    this.heardAt[self] = now;
    return this.ranking.kthLargest(this.heardAt, quorum);
  }
}

/** An array that was never sparse, which the engine reads faster. */
function filled<Value>(length: number, value: Value): Value[] {
  const values: Value[] = [];
  while (values.length < length) values.push(value);
  return values;
}
