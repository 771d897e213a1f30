/**
 * Acceptors: promise, and accept what has not been promised away (2.2). They are learners too: what the leader says
 * of what is chosen they execute.
 */
import type { NodeId } from "#protocol";
import { ownerOf } from "./ballots.ts";
import { installSnapshot } from "./execution.ts";
import { commitChosen, commitVerified } from "./learner.ts";
import type { Accept, Commit, Heartbeat, InstallSnapshot, Prepare } from "./messages.ts";
import { followBallot, type Server, stepDown, watch } from "./server.ts";

/** Phase 1b. What the candidate asks about may be in this server's snapshot: it gets that first. */
export function onPrepare(server: Server, from: NodeId, message: Prepare): void {
  const { context, log } = server;
  const { ballot } = message;
  if (ballot < server.promised) return refuse(server, from);
  if (ballot > server.promised) followBallot(server, ballot, undefined);
  // A candidate's own snapshot may be newer than its question, which waited for the disk.
  if (message.from <= log.base && from !== context.self) {
    const { lastSlot, state } = server.snapshot!;
    context.send(from, { type: "InstallSnapshot", ballot, lastSlot, state, round: 0 });
  }
  const first = Math.max(message.from, log.base + 1);
  context.send(from, {
    type: "Promise",
    ballot,
    from: first,
    committed: server.committed,
    ballots: log.ballotsFrom(first),
    values: log.valuesFrom(first),
  });
}

/** Phase 2b. To accept is to promise as well: nothing below the ballot is accepted any more. */
export function onAccept(server: Server, from: NodeId, message: Accept): void {
  const { context } = server;
  const { ballot, first, commit, round, cause } = message;
  if (ballot < server.promised) return refuse(server, from);
  if (ballot > server.promised) followBallot(server, ballot, from);
  if (!follow(server, from)) return;
  store(server, message);
  verify(server);
  commitVerified(server, commit);
  const last = first + message.values.length - 1;
  const { verified } = server;
  const reply = { type: "Accepted", ballot, first, last, verified, round, cause } as const;
  if (!server.everybodyLearns || last <= commit) return context.send(from, reply);
  // The leader has stored what it proposes before it said so: see `commitNotice`.
  if (server.options.commitNotice === "accepted") server.open.open(first, last).votes.add(from);
  commitChosen(server);
  context.broadcast(reply);
}

export function onHeartbeat(server: Server, from: NodeId, message: Heartbeat): void {
  const { ballot, last, round, cause } = message;
  if (ballot < server.promised) return refuse(server, from);
  if (ballot > server.promised) followBallot(server, ballot, from);
  if (!follow(server, from)) return;
  verify(server);
  commitVerified(server, message.commit);
  const { verified } = server;
  server.context.send(from, { type: "HeartbeatReply", ballot, last, verified, round, cause });
}

export function onCommit(server: Server, from: NodeId, message: Commit): void {
  if (message.ballot < server.promised) return;
  if (message.ballot > server.promised) followBallot(server, message.ballot, from);
  if (follow(server, from)) commitVerified(server, message.commit);
}

/** From the leader; or from an acceptor that this server, as a candidate, has asked for more than it still had. */
export function onInstallSnapshot(server: Server, from: NodeId, message: InstallSnapshot): void {
  const { ballot, lastSlot, state, round } = message;
  const fromLeader = ownerOf(ballot, server.nodes) === from;
  if (fromLeader) {
    if (ballot < server.promised) return refuse(server, from);
    if (ballot > server.promised) followBallot(server, ballot, from);
    if (!follow(server, from)) return;
  }
  if (server.leading === undefined && lastSlot > server.committed)
    installSnapshot(server, { lastSlot, state });
  if (!fromLeader) return;
  verify(server);
  const { verified } = server;
  const reply = { ballot, first: lastSlot, last: lastSlot, verified, round, cause: "recovery" } as const;
  server.context.send(from, { type: "Accepted", ...reply });
}

/** Whoever was refused learns which ballot it has to outbid. */
function refuse(server: Server, from: NodeId): void {
  server.context.send(from, { type: "Nack", promised: server.promised });
}

/** Hearing the leader puts the next candidacy off. */
function follow(server: Server, leader: NodeId): boolean {
  if (server.role === "leader") return false; // of its own ballot: a lie
  if (server.role === "candidate") stepDown(server, leader);
  server.leader = leader;
  watch(server, leader);
  if (server.candidacies > 0) {
    server.candidacies = 0;
    server.drawElectionTimeout();
  }
  if (server.mindsLeader) server.ledAt = server.context.now();
  server.restartElectionTimer();
  return true;
}

/** What is chosen stays as it is, and so does what was accepted in this ballot before: the message may be a copy. */
function store(server: Server, message: Accept): void {
  const { context, log, committed } = server;
  const { ballot, first, values } = message;
  let added = false;
  for (let index = 0; index < values.length; index++) {
    const slot = first + index;
    if (slot <= committed || log.ballotAt(slot) === ballot) continue;
    log.accept(slot, ballot, values[index]);
    added = true;
  }
  if (!added) return;
  context.persist(message); // the record is what was received: it says all that has to be remembered
  server.vouchFor(Math.max(first, committed + 1), first + values.length - 1);
}

/** Slots are accepted in any order; how far are there no gaps? */
function verify(server: Server): void {
  const { log, promised } = server;
  const { lastSlot } = log;
  while (server.verified < lastSlot && log.ballotAt(server.verified + 1) === promised) server.verified++;
}
