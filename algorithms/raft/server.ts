/** The state of a server, as in Figure 2, with the few steps that all roles take. */
import { assert, type Context, type NodeId, type Role, type State } from "#protocol";
import { Votes } from "../quorum.ts";
import { FollowerReads, sendAway } from "./follower-reads.ts";
import type { Leadership } from "./leadership.ts";
import { Log } from "./log.ts";
import type { Entry, Index, Message, Stored, Term } from "./messages.ts";
import type { RaftOptions } from "./options.ts";

export type Timer = "election" | "heartbeat" | "batch" | "quorum";
export type RaftContext = Context<Message, Timer, Stored>;

/** The latest snapshot, kept in memory for followers that need it. */
export interface Snapshot {
  readonly lastIndex: Index;
  readonly lastTerm: Term;
  readonly state: State;
}

export class Server {
  readonly context: RaftContext;
  readonly options: RaftOptions;
  readonly peers: readonly NodeId[]; // everybody else
  readonly refusesWhileLed: boolean;

  // Persistent state on all servers
  currentTerm: Term = 0;
  votedFor: NodeId | undefined = undefined;
  readonly log = new Log();
  snapshot: Snapshot | undefined = undefined;

  // Volatile state on all servers
  role: Role = "follower";
  leader: NodeId | undefined = undefined;
  commitQuorum: number; // how many have to store an entry; only bully.ts changes it
  commitIndex: Index = 0; // what is committed is executed at once, so this is lastApplied too
  verified: Index = 0; // the log agrees with that of this term's leader up to here
  ledAt = -Infinity; // when a leader was last heard
  electionTimeout = 0; // drawn anew in every term and for every campaign

  readonly reads = new FollowerReads();

  // Volatile state on candidates
  readonly votes = new Votes();
  preVoting = false;

  // Volatile state on leaders, made anew after each election
  leading: Leadership | undefined = undefined;

  constructor(context: RaftContext, options: RaftOptions) {
    assert(
      options.electionTimeoutMinMs <= options.electionTimeoutMaxMs,
      "electionTimeoutMinMs is the smaller one",
    );
    this.context = context;
    this.options = options;
    this.peers = context.replicas.filter(node => node !== context.self);
    const mayRefuse = options.preVote || options.checkQuorum || context.policy.reads === "lease";
    this.refusesWhileLed = mayRefuse && options.stickiness;
    this.commitQuorum = context.quorum;
  }

  /** Terms only grow, and a term is on disk before anything is said in it (§5.1). */
  enterTerm(term: Term, votedFor: NodeId | undefined): void {
    assert(term > this.currentTerm, `term ${term} is no newer than ${this.currentTerm}`);
    this.currentTerm = term;
    this.votedFor = votedFor;
    this.leader = undefined;
    this.verified = 0;
    this.reads.asking.clear(); // their clients will ask again
    this.drawElectionTimeout();
    this.persistTerm();
    this.context.observe("epoch", term);
    if (votedFor !== undefined) this.context.observe("voted", term, undefined, votedFor);
  }

  /** At most one vote a term (§5.2), remembered across crashes. */
  voteFor(candidate: NodeId): void {
    this.votedFor = candidate;
    this.persistTerm();
    this.context.observe("voted", this.currentTerm, undefined, candidate);
  }

  /** For the checks: these entries have just been handed to the disk, or were found on it. */
  vouchFor(entries: readonly Entry[], from: Index): void {
    if (entries.length > 0) this.context.observe("accepted", this.currentTerm, from, entries);
  }

  drawElectionTimeout(): void {
    const { electionTimeoutMinMs: least, electionTimeoutMaxMs: most } = this.options;
    this.electionTimeout = least + this.context.random() * (most - least);
  }

  restartElectionTimer(): void {
    this.context.setTimer("election", this.electionTimeout);
  }

  private persistTerm(): void {
    if (this.options.volatileTerm) return;
    this.context.persist({ type: "Term", term: this.currentTerm, votedFor: this.votedFor });
  }
}

/**
 * A newer term makes a follower of whoever sees it (§5.1). `leader`: who leads it, if that is known already.
 */
export function followTerm(server: Server, term: Term, leader: NodeId | undefined): void {
  stepDown(server, leader);
  server.enterTerm(term, undefined);
}

/**
 * Whatever the server was, it is a follower now. Clients whose requests are certainly not executed here are
 * told.
 */
export function stepDown(server: Server, leader: NodeId | undefined): void {
  const { context, leading } = server;
  server.role = "follower";
  server.leader = leader;
  server.preVoting = false;
  if (leading === undefined) return; // a follower's or candidate's election timer is running
  server.leading = undefined;
  context.observe("yields", server.currentTerm);
  context.cancelTimer("heartbeat");
  context.cancelTimer("batch");
  context.cancelTimer("quorum");
  while (leading.waiting.length > 0) context.redirect(leading.waiting.shift(), leader);
  for (const read of leading.readsConfirming) sendAway(server, read, leader);
  for (const read of leading.readsWaiting) sendAway(server, read, leader);
  server.restartElectionTimer();
}
