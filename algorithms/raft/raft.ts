/**
 * Raft (Ongaro and Ousterhout, In Search of an Understandable Consensus Algorithm, extended version; section
 * numbers are its own, "thesis" is Ongaro's). This file is the "Rules for Servers" of Figure 2. Its boxes are
 * server.ts and leadership.ts (State), election.ts (RequestVote), following.ts (AppendEntries, receiver) and
 * replication.ts (Leaders); reads.ts and execution.ts hold what has no box. Deviations are listed in
 * README.md.
 */
import {
  isRead,
  type NodeId,
  type PeerStatus,
  type Replica,
  type Request,
  type Status,
  unreachable,
} from "#protocol";
import { isLed, onElectionTimeout, onPreVote, onPreVoteReply, onRequestVote, onVote } from "./election.ts";
import { restoreSnapshot } from "./execution.ts";
import { askForIndex, onReadIndexReply, refuseIndex } from "./follower-reads.ts";
import { onAppendEntries, onCommitNotice, onInstallSnapshot } from "./following.ts";
import type { Leadership } from "./leadership.ts";
import type { AppendReply, Message, PreVoteReply, ReadIndex, RequestVote, Stored, Term } from "./messages.ts";
import type { RaftOptions } from "./options.ts";
import { confirmReads, onRead } from "./reads.ts";
import { onAppendReply, onBatchTimeout, onHeartbeatTimeout, propose, quorumPatience } from "./replication.ts";
import { followTerm, type RaftContext, Server, stepDown, type Timer } from "./server.ts";

export class Raft implements Replica<Message, Timer, Stored> {
  protected readonly server: Server;
  protected readonly context: RaftContext;

  constructor(context: RaftContext, options: RaftOptions) {
    this.server = new Server(context, options);
    this.context = context;
  }

  onStart(stored: readonly Stored[]): void {
    const { server, context } = this;
    for (const record of stored) this.restore(record);
    if (server.options.volatileTerm) this.forgetTerm();
    if (stored.length > 0) {
      this.tellWhatIsLeft();
      // It may have promised a leader not to vote, and does not remember (thesis 6.4.1).
      if (context.policy.reads === "lease") server.ledAt = context.now();
    }
    server.drawElectionTimeout();
    server.restartElectionTimer();
  }

  onRequest(request: Request): void {
    const { server, context } = this;
    const { reads } = context.policy;
    const readsOutsideLog = reads !== "log" && isRead(request);
    if (readsOutsideLog && reads === "local") return context.replyNow(request, context.read(request));
    const { leading, leader } = server;
    if (leading === undefined) {
      if (readsOutsideLog && server.options.followerReads && leader !== undefined)
        askForIndex(server, leader, request);
      else context.redirect(request, leader);
    } else if (readsOutsideLog) onRead(server, leading, request);
    else propose(server, leading, request);
  }

  onMessage(from: NodeId, message: Message): void {
    const { server } = this;
    switch (message.type) {
      case "AppendEntries":
        if (message.term > server.currentTerm) followTerm(server, message.term, from);
        return onAppendEntries(server, from, message);
      case "AppendReply":
        return this.onAppendReply(from, message);
      case "RequestVote":
        return this.onRequestVote(from, message);
      case "Vote":
        this.noticeTerm(message.term);
        return onVote(server, from, message);
      case "PreVote":
        return onPreVote(server, from, message);
      case "PreVoteReply":
        return this.onPreVoteReply(from, message);
      case "CommitNotice":
        if (message.term > server.currentTerm) followTerm(server, message.term, from);
        return onCommitNotice(server, from, message);
      case "InstallSnapshot":
        if (message.term > server.currentTerm) followTerm(server, message.term, from);
        return onInstallSnapshot(server, from, message);
      case "ReadIndex":
        return this.onReadIndex(from, message);
      case "ReadIndexReply":
        this.noticeTerm(message.term);
        return onReadIndexReply(server, from, message);
      default:
        return unreachable(message);
    }
  }

  onTimeout(timer: Timer): void {
    const { server } = this;
    const { leading } = server;
    if (timer === "election") {
      if (leading === undefined) onElectionTimeout(server);
      return;
    }
    if (leading === undefined) return;
    if (timer === "heartbeat") onHeartbeatTimeout(server, leading);
    else if (timer === "batch") onBatchTimeout(server, leading);
    else this.onQuorumTimeout(leading);
  }

  status(): Status {
    const { server } = this;
    const { leading, log } = server;
    return {
      role: server.role,
      epoch: server.currentTerm,
      leader: server.leader,
      hasQuorum: leading === undefined ? undefined : this.hearsQuorum(leading),
      logLength: log.length,
      epochs: log.lastTerms(8),
      committed: server.commitIndex,
      applied: server.commitIndex,
      peers: leading === undefined ? undefined : server.peers.map(node => this.peerStatus(leading, node)),
    };
  }

  private noticeTerm(term: Term): void {
    if (term > this.server.currentTerm) followTerm(this.server, term, undefined);
  }

  private onAppendReply(from: NodeId, message: AppendReply): void {
    this.noticeTerm(message.term);
    const { server } = this;
    const { leading } = server;
    if (leading === undefined) return;
    onAppendReply(server, leading, from, message);
    if (leading.readsConfirming.length > 0 || leading.readsWaiting.length > 0) confirmReads(server, leading);
  }

  private onReadIndex(from: NodeId, message: ReadIndex): void {
    this.noticeTerm(message.term);
    const { server } = this;
    const { client, sequence } = message;
    if (server.leading === undefined) refuseIndex(server, from, message);
    else onRead(server, server.leading, { from, client, sequence });
  }

  private onRequestVote(from: NodeId, message: RequestVote): void {
    const { server } = this;
    // "It does not update its term or grant its vote" (thesis 4.2.3): an election now can only disturb.
    if (server.refusesWhileLed && from !== this.context.self && isLed(server)) return;
    this.noticeTerm(message.term);
    onRequestVote(server, from, message);
  }

  private onPreVoteReply(from: NodeId, message: PreVoteReply): void {
    if (!message.granted) this.noticeTerm(message.term);
    onPreVoteReply(this.server, from, message);
  }

  /** A leader that hears no quorum cannot commit anything; it makes way for one that can (thesis 6.2). */
  private onQuorumTimeout(leading: Leadership): void {
    const { server, context } = this;
    const now = context.now();
    const until = leading.quorumHeardAt(context.self, context.quorum, now) + quorumPatience(server);
    if (until <= now) stepDown(server, undefined);
    else context.setTimer("quorum", until - now);
  }

  private restore(record: Stored): void {
    const { server } = this;
    const { log } = server;
    switch (record.type) {
      case "Term":
        server.currentTerm = record.term;
        server.votedFor = record.votedFor;
        return;
      case "AppendEntries":
        return log.replaceFrom(record.prevIndex + 1, record.entries);
      case "Entries":
        return log.replaceFrom(record.from, record.entries);
      case "Snapshot":
        return restoreSnapshot(server, record);
      default:
        return unreachable(record);
    }
  }

  /** For the checks: what this server still stands by. */
  private tellWhatIsLeft(): void {
    const { server, context } = this;
    const { currentTerm, votedFor, snapshot, log } = server;
    if (snapshot !== undefined) context.observe("snapshot", currentTerm, snapshot.lastIndex);
    context.observe("epoch", currentTerm);
    if (votedFor !== undefined) context.observe("voted", currentTerm, undefined, votedFor);
    server.vouchFor(log.slice(log.base + 1, log.length), log.base + 1);
  }

  /** What a snapshot remembers of the term is forgotten too. */
  private forgetTerm(): void {
    this.server.currentTerm = 0;
    this.server.votedFor = undefined;
  }

  private hearsQuorum(leading: Leadership): boolean {
    const { context, server } = this;
    const now = context.now();
    const heardAt = leading.quorumHeardAt(context.self, context.quorum, now);
    return now - heardAt < server.options.electionTimeoutMaxMs;
  }

  private peerStatus(leading: Leadership, node: NodeId): PeerStatus {
    const silence = this.context.now() - leading.heardAt[node]!;
    return {
      node,
      reachable: silence < this.server.options.electionTimeoutMaxMs,
      next: leading.nextIndex[node]!,
      match: leading.matchIndex[node]!,
    };
  }
}
