/**
 * Paxos as in the paper (Lamport, Paxos Made Simple, 2001: section numbers are its own), once for every slot of a log.
 * Nobody leads: whoever is asked proposes, through both phases, and proposers may compete. The roles are proposer.ts
 * with attempt.ts, acceptor.ts and learner.ts. Deviations are listed in README.md.
 */
import { isRead, type NodeId, type Replica, type Request, type Status, unreachable } from "#protocol";
import { onAccept, onPrepare } from "./acceptor.ts";
import type { Message, Stored } from "./messages.ts";
import type { PaxosOptions } from "./options.ts";
import {
  onAccepted,
  onBatchTimeout,
  onInstallSnapshot,
  onLearn,
  onNack,
  onPromise,
  onRetryTimeout,
  propose,
} from "./proposer.ts";
import { restore } from "./restoring.ts";
import { type PaxosContext, Server, type Timer } from "./server.ts";

export class Paxos implements Replica<Message, Timer, Stored> {
  protected readonly server: Server;
  protected readonly context: PaxosContext;

  constructor(context: PaxosContext, options: PaxosOptions) {
    this.server = new Server(context, options);
    this.context = context;
  }

  onStart(stored: readonly Stored[]): void {
    const { server, context } = this;
    restore(server, stored);
    if (server.proposes) context.observe("leads", server.round);
  }

  onRequest(request: Request): void {
    const { server, context } = this;
    if (context.policy.reads === "local" && isRead(request))
      return context.replyNow(request, context.read(request));
    if (server.proposes) propose(server, request);
    else context.redirect(request, server.proposer);
  }

  onMessage(from: NodeId, message: Message): void {
    const { server } = this;
    switch (message.type) {
      case "Prepare":
        return onPrepare(server, from, message);
      case "Promise":
        return onPromise(server, from, message);
      case "Accept":
        return onAccept(server, from, message);
      case "Accepted":
        return onAccepted(server, from, message);
      case "Nack":
        return onNack(server, message);
      case "Learn":
        return onLearn(server, message);
      case "InstallSnapshot":
        return onInstallSnapshot(server, message);
      default:
        return unreachable(message);
    }
  }

  onTimeout(timer: Timer): void {
    if (timer === "retry") onRetryTimeout(this.server);
    else onBatchTimeout(this.server);
  }

  /** Whoever proposes leads, as far as anybody does. */
  status(): Status {
    const { server } = this;
    return {
      role: server.proposes ? "leader" : "follower",
      epoch: server.round,
      leader: server.proposer,
      hasQuorum: undefined,
      logLength: server.log.length,
      committed: server.committed,
      applied: server.committed,
      peers: undefined,
    };
  }
}
