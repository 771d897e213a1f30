/** The state of a replica, with the few steps that all sub-protocols take. */
import {
  assert,
  type ClientId,
  type Context,
  type Digest,
  MAC_BYTES,
  type Milliseconds,
  type NodeId,
  type Proof,
  type Request,
  SIGNATURE_BYTES,
  type State,
} from "#protocol";
import { Votes } from "../quorum.ts";
import { Checkpoints } from "./checkpoints.ts";
import { Early, type Ordering } from "./early.ts";
import type { Leadership } from "./leadership.ts";
import { Log, type Slot } from "./log.ts";
import type { Message, NewView, Position, Stored, View, ViewChange, Vote } from "./messages.ts";
import type { PbftOptions } from "./options.ts";

export type Timer = "view-change" | "status" | "batch" | "commits";
export type PbftContext = Context<Message, Timer, Stored>;

export const NO_COMMITS: readonly Vote[] = [];

export class Server {
  readonly context: PbftContext;
  readonly options: PbftOptions;
  readonly peers: readonly NodeId[]; // everybody else
  readonly weak: number; // f + 1: at least one of so many is honest
  readonly proofBytes: number; // of a client, by which any replica knows its request

  // The view, and whether the replica has given it up before it began
  view: View = 0;
  changing = false; // its ViewChange is sent; until the NewView comes it takes no part in ordering (4.4)
  newView: NewView | undefined = undefined; // that began this view; the first has none
  firstFree: Position = 1; // the first that the NewView proposes nothing for

  // The log, and how far the replica has got with it
  readonly log: Log;
  accepted: Position = 0; // the highest with a proposal in this view
  seen: Position = 0; // the highest that anybody has voted for
  executed: Position = 0;
  tentative: Position = 0; // one more, if that is executed but not known to be committed (5.1)
  tentativeDigest: Digest = "";
  undo: State | undefined = undefined; // the state before that
  reached: Position = 0; // what it has told clients may go so far, and it may have forgotten or taken back some
  unsent: readonly Vote[] = NO_COMMITS; // its Commits that wait for a message to travel with
  readonly checkpoints: Checkpoints;

  // Requests. Arrays by client, where a client's sequence numbers only grow
  readonly ordered: number[] = []; // the latest that is in the log or, at a primary, about to be
  readonly readOnce: number[] = []; // the latest read that was answered without being ordered
  readonly received: (Request | undefined)[] = []; // where clients send requests to all: the latest …
  readonly receivedDigest: Digest[] = []; // … and its digest
  readonly awaiting: Slot[] = []; // positions whose requests are not known yet
  readonly pending = new Map<ClientId, Request>(); // those a backup waits to see executed, the oldest first
  readonly readsWaiting: Request[] = []; // for what is executed tentatively to be committed

  // Liveness (4.5.2)
  watchedRequest: Request | undefined = undefined; // the timer runs until it is executed …
  watchedPosition: Position = 0; // … or until this position is
  lenience = 0; // it grows with each view that is given up, and shrinks with what is done in time
  executedAtStatus: Position = 0; // when the status timer fired last
  readonly heard = new Votes(); // whom, since then
  readonly answeredAt: Milliseconds[]; // by replica: when it was last told what it lacks
  fetches = 0; // of states: each time somebody else is asked

  // Made anew in each view
  leading: Leadership | undefined = undefined; // at its primary

  // View changes
  readonly viewChanges: (ViewChange | undefined)[]; // by replica: the latest
  awaitsNewView = false; // a quorum asks for this view, or later ones: the primary's time is running
  readonly early: Early;

  constructor(context: PbftContext, options: PbftOptions) {
    assert(options.logSize >= options.checkpointEvery, "the log has room for a checkpoint");
    const n = context.replicas.length;
    this.context = context;
    this.options = options;
    this.peers = context.replicas.filter(node => node !== context.self);
    this.weak = context.faults + 1;
    this.proofBytes = options.authentication === "mac" ? n * MAC_BYTES : SIGNATURE_BYTES;
    this.log = new Log(options.logSize);
    this.checkpoints = new Checkpoints(n, Math.ceil(options.logSize / options.checkpointEvery) + 1);
    this.viewChanges = new Array<ViewChange | undefined>(n).fill(undefined);
    this.answeredAt = new Array<Milliseconds>(n).fill(-Infinity);
    this.early = new Early(n, 3 * options.logSize);
  }

  get primary(): NodeId {
    return this.primaryOf(this.view);
  }

  primaryOf(view: View): NodeId {
    return view % this.context.replicas.length;
  }

  /** For a message of the normal case: for the digest that it is about. The link vouches for who says it, and when. */
  prove(digest: Digest): Proof {
    return this.options.authentication === "mac"
      ? this.context.authenticate(digest)
      : this.context.sign(digest);
  }

  isProved(from: NodeId, digest: Digest, proof: Proof): boolean {
    return from === this.context.self || this.context.verify(from, digest, proof);
  }

  /** Whether the message is of the view that this replica takes part in. What is early is kept for its time. */
  isCurrent(from: NodeId, message: Ordering): boolean {
    if (message.view === this.view && !this.changing) return true;
    if (message.view >= this.view) this.early.keep(from, message);
    return false;
  }

  /** To everybody else. */
  multicast(message: Message): void {
    for (let index = 0; index < this.peers.length; index++) this.context.send(this.peers[index]!, message);
  }

  noteSeen(position: Position): void {
    if (position > this.seen) this.seen = position;
  }

  /** A client's requests are ordered one after another. */
  isOrdered({ client, sequence }: Request): boolean {
    return client < this.ordered.length && this.ordered[client]! >= sequence;
  }

  noteOrdered({ client, sequence }: Request): void {
    while (this.ordered.length <= client) this.ordered.push(0);
    if (sequence > this.ordered[client]!) this.ordered[client] = sequence;
  }
}
