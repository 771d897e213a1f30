/** The state of a server, which plays all roles at once, with the few steps that all of them take. */
import { assert, type Context, type NodeId, type Role, type State } from "#protocol";
import { majority, Votes } from "../quorum.ts";
import { type Ballot, NONE, ownerOf, roundOf } from "./ballots.ts";
import { Candidacy } from "./candidacy.ts";
import { Instances } from "./instances.ts";
import type { Leadership } from "./leadership.ts";
import { Log } from "./log.ts";
import type { Message, Slot, Stored } from "./messages.ts";
import type { MultiPaxosOptions } from "./options.ts";

export type Timer = "election" | "heartbeat" | "batch" | "quorum" | "thrifty";
export type MultiPaxosContext = Context<Message, Timer, Stored>;

/** The latest snapshot, kept in memory for whom needs it. */
export interface Snapshot {
  readonly lastSlot: Slot;
  readonly state: State;
}

export class Server {
  readonly context: MultiPaxosContext;
  readonly options: MultiPaxosOptions;
  readonly peers: readonly NodeId[]; // everybody else
  readonly nodes: number;
  readonly phase1Quorum: number;
  readonly phase2Quorum: number;
  readonly everybodyLearns: boolean; // acceptors tell all learners, not only the leader
  readonly mindsLeader: boolean; // it has to know when it last heard a leader

  // Acceptor: persistent
  promised: Ballot = NONE; // it accepts nothing below
  round = 0; // of that ballot
  readonly log = new Log();
  snapshot: Snapshot | undefined = undefined;

  // Learner: volatile
  committed: Slot = 0; // all up to here is chosen, and what is chosen is executed at once
  verified: Slot = 0; // all up to here is chosen, or accepted in the ballot promised
  readonly open: Instances; // those whose votes are counted here

  // Proposer: volatile
  role: Role = "follower";
  leader: NodeId | undefined = undefined;
  readonly candidacy = new Candidacy();
  leading: Leadership | undefined = undefined; // made anew after each election

  // Failure detector: volatile
  electionTimeout = 0; // drawn anew for every ballot and every candidacy
  candidacies = 0; // in vain, since a leader was last heard
  ledAt = -Infinity; // when a leader was last heard
  watched: NodeId | undefined = undefined; // plain: who is suspected unless it answers …
  pinged = false; // … now that it has been asked
  probing = false; // connectivity: about to be a candidate, if it reaches a quorum …
  readonly grants = new Votes(); // … that hears no leader either

  constructor(context: MultiPaxosContext, options: MultiPaxosOptions) {
    const { length: nodes } = context.replicas;
    assert(
      options.electionTimeoutMinMs <= options.electionTimeoutMaxMs,
      "electionTimeoutMinMs is the smaller one",
    );
    this.context = context;
    this.options = options;
    this.peers = context.replicas.filter(node => node !== context.self);
    this.nodes = nodes;
    const { phase1, phase2 } = quorums(nodes, options);
    this.phase1Quorum = phase1;
    this.phase2Quorum = phase2;
    this.open = new Instances(phase2);
    this.everybodyLearns = options.commitNotice.startsWith("accepted");
    this.mindsLeader = options.detector === "connectivity" || context.policy.reads === "lease";
  }

  /** Ballots only grow, and one is on disk before anything is said in it. */
  promise(ballot: Ballot): void {
    assert(ballot > this.promised, `ballot ${ballot} is no higher than ${this.promised}`);
    this.setPromised(ballot);
    this.leader = undefined;
    this.verified = this.committed;
    this.open.clear();
    this.drawElectionTimeout();
    this.context.persist({ type: "Promised", ballot });
    this.vouchForPromise();
  }

  setPromised(ballot: Ballot): void {
    this.promised = ballot;
    this.round = roundOf(ballot, this.nodes);
  }

  /** For the checks: the promise has just been handed to the disk, or was found on it. */
  vouchForPromise(): void {
    this.context.observe("epoch", this.round);
    this.context.observe("promised", this.round, undefined, ownerOf(this.promised, this.nodes));
  }

  /** Likewise: what it has accepted in these slots. */
  vouchFor(first: Slot, last: Slot): void {
    const { context, log, nodes } = this;
    for (let slot = first; slot <= last; slot++) {
      const ballot = log.ballotAt(slot);
      if (ballot !== NONE) context.observe("accepted", roundOf(ballot, nodes), slot, log.valueAt(slot));
    }
  }

  /** "Randomised back-off": the longer, the more candidacies were in vain. */
  drawElectionTimeout(): void {
    const { electionTimeoutMinMs: least, electionTimeoutMaxMs: most, backoffLimit } = this.options;
    let factor = 1;
    for (let candidacy = 1; candidacy < this.candidacies && factor < backoffLimit; candidacy++) factor *= 2;
    const drawn = least + this.context.random() * (most - least);
    this.electionTimeout = drawn * Math.min(factor, backoffLimit);
  }

  /** Half of it, if there is somebody to be asked whether it is still there: the other half is for the answer. */
  restartElectionTimer(): void {
    const asksFirst = this.watched !== undefined && this.options.detector === "plain";
    this.context.setTimer("election", asksFirst ? this.electionTimeout / 2 : this.electionTimeout);
  }
}

interface Quorums {
  readonly phase1: number;
  readonly phase2: number;
}

/** Any quorum of phase 1 has to meet any of phase 2, no more (Howard, Malkhi, Spiegelman: Flexible Paxos, 2016). */
export function quorums(
  nodes: number,
  options: Pick<MultiPaxosOptions, "phase1Quorum" | "phase2Quorum">,
): Quorums {
  const phase2 = Math.min(nodes, options.phase2Quorum || majority(nodes));
  const rest = options.phase2Quorum ? nodes + 1 - phase2 : majority(nodes);
  return { phase1: Math.min(nodes, options.phase1Quorum || rest), phase2 };
}

/** A higher ballot makes a follower of whoever sees it. `leader`: who leads in it, if that is known already. */
export function followBallot(server: Server, ballot: Ballot, leader: NodeId | undefined): void {
  const outbid = server.role !== "follower";
  stepDown(server, leader);
  server.promise(ballot);
  server.leader = leader;
  // Who was outbid keeps an eye on who did it (Paxos Made Moderately Complex, 3): one of the two has to lead.
  if (outbid) watch(server, ownerOf(ballot, server.nodes));
  server.restartElectionTimer();
}

/**
 * Whatever the server was, it is a follower now. Clients whose requests are certainly not executed here are
 * told.
 */
export function stepDown(server: Server, leader: NodeId | undefined): void {
  const { context, leading } = server;
  server.role = "follower";
  server.leader = leader;
  server.probing = false;
  if (leading === undefined) return; // a follower's or candidate's election timer is running
  server.leading = undefined;
  context.observe("yields", server.round);
  context.cancelTimer("heartbeat");
  context.cancelTimer("batch");
  context.cancelTimer("quorum");
  context.cancelTimer("thrifty");
  while (leading.waiting.length > 0) context.redirect(leading.waiting.shift(), leader);
  for (const request of leading.readsConfirming) context.redirect(request, leader);
  for (const request of leading.readsWaiting) context.redirect(request, leader);
  server.restartElectionTimer();
}

export function watch(server: Server, node: NodeId | undefined): void {
  server.watched = node;
  server.pinged = false;
}
