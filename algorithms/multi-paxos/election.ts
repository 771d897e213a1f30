/** Proposers, phase 1: of all instances at once, by whoever wants to lead (3). */
import type { NodeId } from "#protocol";
import { ballotOf } from "./ballots.ts";
import type { Nack, PromiseMessage } from "./messages.ts";
import { becomeLeader } from "./proposer.ts";
import { followBallot, type Server, watch } from "./server.ts";

/** Phase 1a, once this server's own promise is durable: so it never uses a ballot twice, whatever it forgets. */
export function campaign(server: Server): void {
  const { context, candidacy } = server;
  server.role = "candidate";
  server.probing = false;
  server.candidacies++;
  watch(server, undefined);
  server.promise(ballotOf(server.round + 1, context.self, server.nodes));
  server.restartElectionTimer();
  const from = server.committed + 1;
  candidacy.begin(from);
  context.broadcast({ type: "Prepare", ballot: server.promised, from });
}

export function onPromise(server: Server, from: NodeId, message: PromiseMessage): void {
  if (server.role !== "candidate" || server.probing || message.ballot !== server.promised) return;
  if (message.from > server.committed + 1) return; // the snapshot that goes before it is lost: wait for others
  const { candidacy, context } = server;
  const { promises } = candidacy;
  if (!promises.add(from)) return;
  candidacy.adopt(message);
  // Its own is among them, so that it does not hold anything that it has not adopted.
  if (promises.count >= server.phase1Quorum && promises.has(context.self)) becomeLeader(server);
}

/** Somebody has promised itself to a higher ballot. */
export function onNack(server: Server, message: Nack): void {
  if (message.promised > server.promised) followBallot(server, message.promised, undefined);
}
