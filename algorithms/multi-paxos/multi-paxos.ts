/**
 * Multi-Paxos (Lamport, Paxos Made Simple, 2001: section numbers are its own; van Renesse and Altinbuken, Paxos Made
 * Moderately Complex, 2015). Every server plays every role: acceptor.ts, learner.ts with execution.ts, and, whoever
 * leads, the proposer, whose phase 1 is election.ts and whose phase 2 is proposer.ts. detector.ts decides who tries to
 * lead, replication.ts brings the acceptors what they lack, reads.ts answers what needs no slot. Deviations are listed
 * in README.md.
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
import { onAccept, onCommit, onHeartbeat, onInstallSnapshot, onPrepare } from "./acceptor.ts";
import { roundOf } from "./ballots.ts";
import {
  isLed,
  onElectionTimeout,
  onPing,
  onPong,
  onProbe,
  onProbeReply,
  onQuorumTimeout,
} from "./detector.ts";
import { onNack, onPromise } from "./election.ts";
import { restoreSnapshot } from "./execution.ts";
import type { Leadership } from "./leadership.ts";
import { onAcceptedByOther } from "./learner.ts";
import type { Accepted, HeartbeatReply, Message, Prepare, Stored } from "./messages.ts";
import type { MultiPaxosOptions } from "./options.ts";
import { advance, onAccepted, onBatchTimeout, onThriftyTimeout, propose } from "./proposer.ts";
import { confirmReads, onRead } from "./reads.ts";
import { onHeartbeatTimeout, onProgress } from "./replication.ts";
import { type MultiPaxosContext, Server, type Timer } from "./server.ts";

export class MultiPaxos implements Replica<Message, Timer, Stored> {
  protected readonly server: Server;
  protected readonly context: MultiPaxosContext;

  constructor(context: MultiPaxosContext, options: MultiPaxosOptions) {
    this.server = new Server(context, options);
    this.context = context;
  }

  onStart(stored: readonly Stored[]): void {
    const { server, context } = this;
    for (const record of stored) this.restore(record);
    if (stored.length > 0) {
      this.tellWhatIsLeft();
      // It may have promised a leader to promise nobody else anything, and does not remember.
      if (context.policy.reads === "lease") server.ledAt = context.now();
    }
    server.verified = server.committed;
    server.drawElectionTimeout();
    server.restartElectionTimer();
  }

  onRequest(request: Request): void {
    const { server, context } = this;
    const { reads } = context.policy;
    const readsOutsideLog = reads !== "log" && isRead(request);
    if (readsOutsideLog && reads === "local") return context.replyNow(request, context.read(request));
    const { leading } = server;
    if (leading === undefined) context.redirect(request, server.leader);
    else if (readsOutsideLog) onRead(server, leading, request);
    else propose(server, leading, request);
  }

  onMessage(from: NodeId, message: Message): void {
    const { server } = this;
    switch (message.type) {
      case "Accept":
        return onAccept(server, from, message);
      case "Accepted":
        return this.onAccepted(from, message);
      case "Commit":
        return onCommit(server, from, message);
      case "Heartbeat":
        return onHeartbeat(server, from, message);
      case "HeartbeatReply":
        return this.onHeartbeatReply(from, message);
      case "Prepare":
        return this.onPrepare(from, message);
      case "Promise":
        return onPromise(server, from, message);
      case "Nack":
        return onNack(server, message);
      case "InstallSnapshot":
        return onInstallSnapshot(server, from, message);
      case "Ping":
        return onPing(server, from);
      case "Pong":
        return onPong(server, from);
      case "Probe":
        return onProbe(server, from, message);
      case "ProbeReply":
        return onProbeReply(server, from, message);
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
    else if (timer === "thrifty") onThriftyTimeout(server, leading);
    else onQuorumTimeout(server, leading);
  }

  status(): Status {
    const { server } = this;
    const { leading } = server;
    return {
      role: server.role,
      epoch: server.round,
      leader: server.leader,
      hasQuorum: leading === undefined ? undefined : this.hearsQuorum(leading),
      logLength: server.log.length,
      epochs: server.log.lastBallots(8).map(ballot => roundOf(ballot, server.nodes)),
      committed: server.committed,
      applied: server.committed,
      peers: leading === undefined ? undefined : server.peers.map(node => this.peerStatus(leading, node)),
    };
  }

  /** Answers in lower ballots come too late. */
  private onAccepted(from: NodeId, message: Accepted): void {
    const { server } = this;
    const { leading } = server;
    if (message.ballot !== server.promised) return;
    if (leading === undefined) {
      if (server.everybodyLearns) onAcceptedByOther(server, from, message);
      return;
    }
    onAccepted(server, leading, from, message);
    this.confirmReads(leading);
  }

  private onHeartbeatReply(from: NodeId, message: HeartbeatReply): void {
    const { server } = this;
    const { leading } = server;
    if (leading === undefined || message.ballot !== server.promised) return;
    if (message.verified > server.log.lastSlot) return; // a lie, as above
    server.open.vote(from, 0, 0, message.verified);
    onProgress(server, leading, from, message);
    advance(server, leading);
    this.confirmReads(leading);
  }

  private confirmReads(leading: Leadership): void {
    if (leading.readsConfirming.length > 0 || leading.readsWaiting.length > 0)
      confirmReads(this.server, leading);
  }

  /** Under a lease nobody else is promised anything: a higher ballot could have something chosen meanwhile. */
  private onPrepare(from: NodeId, message: Prepare): void {
    const { server, context } = this;
    if (context.policy.reads === "lease" && from !== context.self && isLed(server)) return;
    onPrepare(server, from, message);
  }

  private restore(record: Stored): void {
    const { server } = this;
    const { log } = server;
    switch (record.type) {
      case "Promised":
        return server.setPromised(record.ballot);
      case "Accept":
        for (let index = 0; index < record.values.length; index++) {
          const slot = record.first + index;
          if (slot > log.base) log.accept(slot, record.ballot, record.values[index]);
        }
        return;
      case "Snapshot":
        return restoreSnapshot(server, record);
      default:
        return unreachable(record);
    }
  }

  /** For the checks: what this server still stands by. */
  private tellWhatIsLeft(): void {
    const { server, context } = this;
    const { snapshot, log } = server;
    if (snapshot !== undefined) context.observe("snapshot", server.round, snapshot.lastSlot);
    server.vouchForPromise();
    server.vouchFor(log.base + 1, log.lastSlot);
  }

  private hearsQuorum(leading: Leadership): boolean {
    const { context, server } = this;
    const now = context.now();
    const heardAt = leading.quorumHeardAt(context.self, server.phase2Quorum, now);
    return now - heardAt < server.options.electionTimeoutMaxMs;
  }

  private peerStatus(leading: Leadership, node: NodeId): PeerStatus {
    const silence = this.context.now() - leading.heardAt[node]!;
    return {
      node,
      reachable: silence < this.server.options.electionTimeoutMaxMs,
      next: leading.nextSlot[node]!,
      match: leading.verified[node]!,
    };
  }
}
