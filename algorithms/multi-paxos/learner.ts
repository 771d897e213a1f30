/** Learners: finding out what has been chosen (2.3), from the leader or from the acceptors themselves. */
import type { NodeId } from "#protocol";
import { commitTo } from "./execution.ts";
import type { Accepted, Slot } from "./messages.ts";
import type { Server } from "./server.ts";

/** The leader says that all up to there is chosen. What was accepted in its ballot is what it proposed. */
export function commitVerified(server: Server, leaderCommit: Slot): void {
  const slot = Math.min(leaderCommit, server.verified);
  if (slot > server.committed) commitTo(server, slot);
}

/** With `commitNotice: accepted` every learner hears every acceptor, and counts for itself. */
export function onAcceptedByOther(server: Server, from: NodeId, message: Accepted): void {
  const { first, last } = message;
  if (last <= server.committed) return;
  server.open.open(first, last).votes.add(from);
  commitChosen(server);
}

/** A value is chosen once a quorum has accepted it in one ballot. It is executed when all before it are. */
export function commitChosen(server: Server): boolean {
  const slot = server.open.takeChosen(server.committed, server.verified);
  if (slot <= server.committed) return false;
  commitTo(server, slot);
  return true;
}
