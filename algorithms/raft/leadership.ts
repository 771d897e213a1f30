/**
 * Volatile state on leaders (Figure 2), and what pipelining, batches and reads add to it. It lasts for one
 * term.
 */
import { Fifo, type Milliseconds, type NodeId, type Request } from "#protocol";
import { Ranking } from "../quorum.ts";
import type { Index } from "./messages.ts";

/** How many rounds are remembered: far more than begin within a lease. */
const ROUNDS = 64;

export class Leadership {
  readonly firstIndex: Index; // entries from here on are of the leader's own term
  readonly ranking = new Ranking();

  // For each server
  readonly nextIndex: Index[]; // the next entry to send; a guess, to be confirmed or refused
  readonly matchIndex: Index[]; // the highest entry known to be stored there
  readonly sentIndex: Index[]; // the highest entry sent in this term: what is sent again is a retransmission
  readonly inFlight: number[]; // messages with entries, or a snapshot, that have not been answered
  readonly probing: boolean[]; // the last guess was refused: one message at a time until one is confirmed
  readonly lastSentAt: Milliseconds[];
  readonly heardAt: Milliseconds[];
  readonly ackedRound: number[]; // the latest round that the server has answered in

  // Requests on their way into the log
  readonly waiting = new Fifo<Request>();
  readonly waitingSince = new Fifo<Milliseconds>(); // of each, where the batch has a delay
  readonly openInstances = new Fifo<Index>(); // the last entry of each instance that is not committed yet
  batchIsDue = false; // the first has waited for the batch's delay

  // Rounds, and the reads that wait for one (§8, thesis 6.4)
  round = 0; // counts read rounds, and heartbeats under lease reads; each message carries the latest
  private readonly roundBeganAt: Milliseconds[];
  readRound = 0; // the round that `readsConfirming` wait for
  readsConfirming: Request[] = [];
  readsWaiting: Request[] = [];

  constructor(n: number, self: NodeId, lastIndex: Index, now: Milliseconds) {
    this.firstIndex = lastIndex + 1;
    this.nextIndex = filled(n, lastIndex + 1);
    this.matchIndex = filled(n, 0);
    this.sentIndex = filled(n, lastIndex);
    this.inFlight = filled(n, 0);
    this.probing = filled(n, false);
    this.lastSentAt = filled(n, now);
    this.heardAt = filled(n, now);
    this.ackedRound = filled(n, -1);
    this.roundBeganAt = filled(ROUNDS, now);
    this.matchIndex[self] = lastIndex; // durable: the leader's own vote had to wait for it
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
