/**
 * Volatile state on leaders (Figure 2), and what pipelining, batches and reads add to it. It lasts for one
 * term.
 */
import { Fifo, type Milliseconds, type NodeId, type Request, type Waiting } from "#protocol";
import { filled, Rounds } from "../quorum.ts";
import type { RemoteRead } from "./follower-reads.ts";
import type { Index } from "./messages.ts";

export class Leadership extends Rounds {
  readonly firstIndex: Index; // entries from here on are of the leader's own term

  // For each server
  readonly nextIndex: Index[]; // the next entry to send; a guess, to be confirmed or refused
  readonly matchIndex: Index[]; // the highest entry known to be stored there
  readonly sentIndex: Index[]; // the highest entry sent in this term: what is sent again is a retransmission
  readonly inFlight: number[]; // messages with entries, or a snapshot, that have not been answered
  readonly probing: boolean[]; // the last guess was refused: one message at a time until one is confirmed
  readonly lastSentAt: Milliseconds[];

  // Requests on their way into the log
  readonly waiting: Waiting;
  readonly openInstances = new Fifo<Index>(); // the last entry of each instance that is not committed yet

  // Reads that wait for a round (§8, thesis 6.4); heartbeats under lease reads begin one too
  readRound = 0; // the round that `readsConfirming` wait for
  readsConfirming: (Request | RemoteRead)[] = [];
  readsWaiting: (Request | RemoteRead)[] = [];

  constructor(waiting: Waiting, n: number, self: NodeId, lastIndex: Index, now: Milliseconds) {
    super(n, self, now);
    this.waiting = waiting;
    this.firstIndex = lastIndex + 1;
    this.nextIndex = filled(n, lastIndex + 1);
    this.matchIndex = filled(n, 0);
    this.sentIndex = filled(n, lastIndex);
    this.inFlight = filled(n, 0);
    this.probing = filled(n, false);
    this.lastSentAt = filled(n, now);
    this.matchIndex[self] = lastIndex; // durable: the leader's own vote had to wait for it
  }
}
