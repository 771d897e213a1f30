/** Elections (§5.2, §5.4.1), with the pre-vote of thesis 9.6 in front of them if that is wanted. */
import type { NodeId } from "#protocol";
import type { PreVote, PreVoteReply, RequestVote, Vote } from "./messages.ts";
import { becomeLeader } from "./replication.ts";
import type { Server } from "./server.ts";

/** No leader was heard, or no candidate won, for an election time-out. */
export function onElectionTimeout(server: Server): void {
  if (server.options.preVote) preCampaign(server);
  else campaign(server);
}

/**
 * Candidates: on conversion, increment the term, vote for oneself, restart the timer, ask for votes (Figure
 * 2).
 */
function campaign(server: Server): void {
  const { context, log } = server;
  server.role = "candidate";
  server.preVoting = false;
  server.votes.clear();
  server.enterTerm(server.currentTerm + 1, context.self);
  server.restartElectionTimer();
  const message: RequestVote = {
    type: "RequestVote",
    term: server.currentTerm,
    lastLogIndex: log.lastIndex,
    lastLogTerm: log.lastTerm,
  };
  if (!server.options.campaignBeforeDurable) return context.broadcast(message);
  for (const peer of server.peers) context.sendNow(peer, message);
  context.send(context.self, message); // its own vote is counted once it is durable
}

export function onRequestVote(server: Server, candidate: NodeId, message: RequestVote): void {
  const { context, log } = server;
  const { term, lastLogIndex, lastLogTerm } = message;
  const mayVote =
    term === server.currentTerm &&
    (server.votedFor === undefined || server.votedFor === candidate) &&
    log.isUpToDate(lastLogIndex, lastLogTerm); // §5.4.1
  if (mayVote && server.votedFor === undefined) {
    server.voteFor(candidate);
    server.restartElectionTimer();
  }
  context.send(candidate, {
    type: "Vote",
    term: server.currentTerm,
    granted: mayVote,
    lastLogIndex,
    lastLogTerm,
  });
}

export function onVote(server: Server, from: NodeId, message: Vote): void {
  if (server.role !== "candidate" || server.preVoting || message.term !== server.currentTerm) return;
  // Asked for before this server's own vote was durable, a vote may have been given to an earlier life of
  // this server in the same term, whose log was longer. It holds for the log that it was given to.
  const { log, votes, context } = server;
  if (message.lastLogIndex !== log.lastIndex || message.lastLogTerm !== log.lastTerm) return;
  if (!message.granted || !votes.add(from)) return;
  if (votes.count >= context.quorum && votes.has(context.self)) becomeLeader(server);
}

/**
 * Whether a leader has been heard so lately that no honest election can be due (thesis 4.2.3, 6.4.1, 9.6). A
 * leader has heard one as long as it hears a quorum.
 */
export function isLed(server: Server): boolean {
  const { context, leading } = server;
  const now = context.now();
  const ledAt =
    leading === undefined ? server.ledAt : leading.quorumHeardAt(context.self, context.quorum, now);
  return now < ledAt + server.options.electionTimeoutMinMs;
}

/** Would I win? Neither this server's term nor anybody else's changes before a quorum says yes. */
function preCampaign(server: Server): void {
  const { context, log } = server;
  server.role = "candidate";
  server.preVoting = true;
  server.leader = undefined;
  server.votes.clear();
  server.drawElectionTimeout();
  server.restartElectionTimer();
  const term = server.currentTerm + 1;
  context.broadcast({ type: "PreVote", term, lastLogIndex: log.lastIndex, lastLogTerm: log.lastTerm });
}

export function onPreVote(server: Server, from: NodeId, message: PreVote): void {
  const { context, log } = server;
  const granted =
    message.term > server.currentTerm &&
    log.isUpToDate(message.lastLogIndex, message.lastLogTerm) &&
    (from === context.self || !server.refusesWhileLed || !isLed(server));
  const term = granted ? message.term : server.currentTerm;
  context.send(from, { type: "PreVoteReply", term, granted });
}

export function onPreVoteReply(server: Server, from: NodeId, message: PreVoteReply): void {
  if (!server.preVoting || !message.granted || message.term !== server.currentTerm + 1) return;
  if (server.votes.add(from) && server.votes.count >= server.context.quorum) campaign(server);
}
