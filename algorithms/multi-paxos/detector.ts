/**
 * Failure detectors: when to try to lead. Which one is used decides what becomes of a cluster whose links fail one by
 * one; safety does not depend on it.
 *
 * plain: whoever does not hear the leader asks whether it is there, and if no answer comes, takes over. What answers is
 * the process: whether it still leads anybody it does not say. (Paxos Made Moderately Complex, 3.)
 *
 * connectivity: a leader that hears no quorum gives up, and takes over who reaches a quorum that hears no leader.
 */
import type { NodeId } from "#protocol";
import { campaign } from "./election.ts";
import type { Leadership } from "./leadership.ts";
import type { Probe, ProbeReply } from "./messages.ts";
import { followBallot, type Server, stepDown } from "./server.ts";

/** The leader was not heard, or no candidate won, for an election time-out. With `plain`, for half of one. */
export function onElectionTimeout(server: Server): void {
  if (server.options.detector === "connectivity") probe(server);
  else if (server.watched !== undefined && !server.pinged) ping(server, server.watched);
  else campaign(server);
}

function ping(server: Server, node: NodeId): void {
  const { context } = server;
  server.pinged = true;
  context.sendNow(node, { type: "Ping" });
  context.setTimer("election", server.electionTimeout / 2);
}

/** A disk that is slow, or a leader that nobody obeys any more, does not keep a process from answering. */
export function onPing(server: Server, from: NodeId): void {
  server.context.sendNow(from, { type: "Pong" });
}

export function onPong(server: Server, from: NodeId): void {
  if (server.role !== "follower" || from !== server.watched) return;
  server.pinged = false;
  server.restartElectionTimer();
}

/** Would a quorum follow? Nobody's ballot changes before it says yes. */
function probe(server: Server): void {
  const { context } = server;
  server.role = "candidate";
  server.probing = true;
  server.leader = undefined;
  server.grants.clear();
  server.drawElectionTimeout();
  server.restartElectionTimer();
  context.broadcast({ type: "Probe", ballot: server.promised });
}

export function onProbe(server: Server, from: NodeId, message: Probe): void {
  const { context, promised } = server;
  const granted = message.ballot >= promised && (from === context.self || !isLed(server));
  context.send(from, { type: "ProbeReply", ballot: granted ? message.ballot : promised, granted });
}

export function onProbeReply(server: Server, from: NodeId, message: ProbeReply): void {
  if (!message.granted && message.ballot > server.promised)
    return followBallot(server, message.ballot, undefined);
  if (!server.probing || !message.granted || message.ballot !== server.promised) return;
  const needed = Math.max(server.phase1Quorum, server.phase2Quorum); // to be elected, and to get anything done then
  if (server.grants.add(from) && server.grants.count >= needed) campaign(server);
}

/**
 * Whether a leader has been heard so lately that nobody should take over. A leader has heard one as long as it hears a
 * quorum.
 */
export function isLed(server: Server): boolean {
  const { context, leading } = server;
  const now = context.now();
  const ledAt =
    leading === undefined ? server.ledAt : leading.quorumHeardAt(context.self, server.phase2Quorum, now);
  return now < ledAt + server.options.electionTimeoutMinMs;
}

/** connectivity: a leader that hears no quorum cannot get anything chosen; it makes way for one that can. */
export function onQuorumTimeout(server: Server, leading: Leadership): void {
  const { context } = server;
  const now = context.now();
  const heardAt = leading.quorumHeardAt(context.self, server.phase2Quorum, now);
  const until = heardAt + server.options.electionTimeoutMinMs;
  if (until <= now) stepDown(server, undefined);
  else context.setTimer("quorum", until - now);
}
