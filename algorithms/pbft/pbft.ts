/**
 * PBFT (Castro and Liskov, Practical Byzantine Fault Tolerance, OSDI 1999; section numbers are its own. "TOCS" is their
 * Practical Byzantine Fault Tolerance and Proactive Recovery, 2002). This file says who handles what. The sub-protocols
 * are requests.ts and ordering.ts (4.1, 4.2), execution.ts, checkpoints.ts (4.3), view-change.ts, new-view.ts and
 * selection.ts (4.4), patience.ts (4.5.2), and for what gets lost retransmission.ts and state-transfer.ts. The state is
 * in server.ts and log.ts. Deviations are listed in README.md.
 */
import { isRead, type NodeId, type Replica, type Request, type Status, unreachable } from "#protocol";
import { onCheckpoint } from "./checkpoints.ts";
import { executeTentatively } from "./execution.ts";
import type { Message, Stored } from "./messages.ts";
import { acceptSelected, announceView, becomePrimary, onNewView } from "./new-view.ts";
import type { PbftOptions } from "./options.ts";
import {
  acceptAwaited,
  onBatchTimeout,
  onCommit,
  onCommitsTimeout,
  onPrePrepare,
  onPrepare,
  startInstances,
} from "./ordering.ts";
import { keepPatience } from "./patience.ts";
import { answerWaitingReads, onRead } from "./reads.ts";
import { onForward, onOrderedRequest } from "./requests.ts";
import { restore, resume } from "./restoring.ts";
import { onStatus, onStatusTimeout } from "./retransmission.ts";
import { type PbftContext, Server, type Timer } from "./server.ts";
import { onBatch, onExecuted, onFetchBatch, onFetchState, onInstallState } from "./state-transfer.ts";
import { onViewChange, onViewChangeTimeout } from "./view-change.ts";

export class Pbft implements Replica<Message, Timer, Stored> {
  protected readonly server: Server;
  protected readonly context: PbftContext;

  constructor(context: PbftContext, options: PbftOptions) {
    this.server = new Server(context, options);
    this.context = context;
  }

  onStart(stored: readonly Stored[]): void {
    const { server, context } = this;
    const digest = context.stateDigest();
    server.checkpoints.own.push({ type: "State", position: 0, digest, state: context.saveState() });
    if (stored.length > 0) restore(server, stored);
    context.setTimer("status", server.options.statusMs);
    if (stored.length > 0) resume(server);
    else if (server.primary === context.self) becomePrimary(server);
    this.proceed();
  }

  onRequest(request: Request): void {
    const { server, context } = this;
    const { reads } = context.policy;
    if (!isRead(request) || reads === "log" || reads === "lease") onOrderedRequest(server, request);
    else if (reads === "index") onRead(server, request);
    else context.replyNow(request, context.read(request), server.primary);
    if (server.awaiting.length > 0) acceptAwaited(server);
    this.proceed();
  }

  onMessage(from: NodeId, message: Message): void {
    if (from !== this.context.self) this.server.heard.add(from);
    this.dispatch(from, message);
    this.proceed();
  }

  onTimeout(timer: Timer): void {
    const { server } = this;
    const { leading } = server;
    if (timer === "status") onStatusTimeout(server);
    else if (timer === "view-change") onViewChangeTimeout(server);
    else if (timer === "commits") onCommitsTimeout(server);
    else if (leading !== undefined) onBatchTimeout(leading);
    this.proceed();
  }

  status(): Status {
    const { server } = this;
    const leads = server.leading !== undefined;
    return {
      role: leads ? "leader" : server.changing ? "candidate" : "follower",
      epoch: server.view,
      leader: server.changing ? undefined : server.primary,
      hasQuorum: undefined,
      logLength: Math.max(0, server.accepted - server.log.stable),
      committed: server.executed,
      applied: server.executed,
      peers: undefined,
    };
  }

  private dispatch(from: NodeId, message: Message): void {
    const { server } = this;
    switch (message.type) {
      case "Prepare":
        return onPrepare(server, from, message);
      case "Commit":
        return onCommit(server, from, message);
      case "PrePrepare":
        return onPrePrepare(server, from, message);
      case "Forward":
        return onForward(server, message.request);
      case "Checkpoint":
        onCheckpoint(server, from, message);
        return acceptSelected(server); // the high water mark may have moved; likewise below
      case "ViewChange":
        onViewChange(server, from, message);
        return announceView(server);
      case "NewView":
        return onNewView(server, message);
      case "Status":
        return onStatus(server, from, message);
      case "Executed":
        return onExecuted(server, from, message);
      case "FetchBatch":
        return onFetchBatch(server, from, message);
      case "Batch":
        return onBatch(server, message);
      case "FetchState":
        return onFetchState(server, from, message);
      case "InstallState":
        onInstallState(server, message);
        return acceptSelected(server);
      default:
        return unreachable(message);
    }
  }

  /** What may be possible now, after whatever has happened. */
  private proceed(): void {
    const { server } = this;
    if (!server.changing && !server.early.isEmpty) this.dispatchEarly();
    if (server.options.execution === "tentative") this.proceedTentatively();
    if (server.leading !== undefined) startInstances(server, server.leading);
    keepPatience(server);
  }

  private dispatchEarly(): void {
    const { early, view } = this.server;
    for (const { from, message } of early.take(view)) this.dispatch(from, message);
  }

  private proceedTentatively(): void {
    executeTentatively(this.server);
    if (this.server.readsWaiting.length > 0) answerWaitingReads(this.server);
  }
}
