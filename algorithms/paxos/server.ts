/** The state of a server, which is proposer, acceptor and learner at once. */
import { type Context, type Milliseconds, type NodeId, type State, Waiting } from "#protocol";
import { majority } from "../quorum.ts";
import type { Attempt } from "./attempt.ts";
import { type Ballot, ownerOf, roundOf } from "./ballots.ts";
import { Log } from "./log.ts";
import type { Message, Slot, Stored, Value } from "./messages.ts";
import type { PaxosOptions } from "./options.ts";

export type Timer = "retry" | "batch";
export type PaxosContext = Context<Message, Timer, Stored>;

/** The latest snapshot, kept in memory for whom needs it. */
export interface Snapshot {
  readonly lastSlot: Slot;
  readonly state: State;
}

/** Who proposes if not everybody does: the distinguished proposer of 2.4. */
const PROPOSER: NodeId = 0;

export class Server {
  readonly context: PaxosContext;
  readonly options: PaxosOptions;
  readonly nodes: number;
  readonly proposer: NodeId; // whom its clients should ask
  readonly proposes: boolean;
  readonly accepts: boolean;
  readonly acceptors: readonly NodeId[]; // but for itself
  readonly learners: readonly NodeId[]; // likewise
  readonly quorum: number; // of acceptors

  // Acceptor and learner
  readonly log = new Log(); // persistent
  snapshot: Snapshot | undefined = undefined; // persistent
  round = 0; // the highest it has promised anything in
  committed: Slot = 0; // all up to here is chosen and executed

  // Proposer
  firstRound = 1; // of its ballots
  attempts: Attempt[] = []; // the slots it tries to get its clients' requests into
  readonly displaced: Value[] = []; // those whose slot went to somebody else
  backoff: Milliseconds; // how long it waits at most if it is outbid: doubled each time it is, halved each time not
  readonly waiting: Waiting;

  constructor(context: PaxosContext, options: PaxosOptions) {
    const { replicas, self } = context;
    const external = options.proposers === "external" && replicas.length > 1;
    const acceptors = external ? replicas.filter(node => node !== PROPOSER) : replicas;
    this.context = context;
    this.waiting = new Waiting(context);
    this.options = options;
    this.nodes = replicas.length;
    this.proposer = options.proposers === "all" ? self : PROPOSER;
    this.proposes = this.proposer === self;
    this.accepts = acceptors.includes(self);
    this.acceptors = acceptors.filter(node => node !== self);
    this.learners = replicas.filter(node => node !== self);
    this.quorum = majority(acceptors.length);
    this.backoff = options.backoffMs;
  }

  /** For the checks: a promise has just been handed to the disk, or was found on it. */
  vouchForPromise(slot: Slot, ballot: Ballot): void {
    const round = this.roundOf(ballot);
    this.enter(round);
    this.context.observe("promised", round, slot, ownerOf(ballot, this.nodes));
  }

  /** Likewise, what it has accepted. */
  vouchFor(slot: Slot, ballot: Ballot, value: Value): void {
    this.context.observe("accepted", this.roundOf(ballot), slot, value);
  }

  roundOf(ballot: Ballot): number {
    return roundOf(ballot, this.nodes);
  }

  /** Rounds go on from slot to slot: they grow whenever proposers outbid each other, and never begin anew. */
  enter(round: number): void {
    if (round <= this.round) return;
    this.round = round;
    this.context.observe("epoch", round);
  }
}
