/**
 * The normal case (4.2): the primary proposes, the backups agree that this is the one proposal for its position in the
 * view (prepared), and all of them that enough know it (committed).
 */
import type { Digest, NodeId, Request } from "#protocol";
import { executeCommitted } from "./execution.ts";
import type { Leadership } from "./leadership.ts";
import type { Slot } from "./log.ts";
import type { Commit, Position, PrePrepare, Prepare, Vote } from "./messages.ts";
import { digestOf, receivedFrom } from "./requests.ts";
import { NO_COMMITS, type Server } from "./server.ts";

// -----------------------------------------------------------------------------------------------------------
// The primary: requests become instances

export function onBatchTimeout(leading: Leadership): void {
  leading.waiting.becomeDue();
}

/** As many as wait, as long as the window and the high water mark let them through. */
export function startInstances(server: Server, leading: Leadership): void {
  const { waiting } = leading;
  if (waiting.length === 0) return;
  while (mayStart(server, leading) && waiting.isReady) propose(server, leading, waiting.take());
  waiting.await();
}

function mayStart(server: Server, { next }: Leadership): boolean {
  return next - 1 - server.tentative < server.context.policy.window && server.log.includes(next);
}

function propose(server: Server, leading: Leadership, requests: readonly Request[]): void {
  const position = leading.next++;
  const slot = server.log.at(position);
  const digest = digestOf(server, requests);
  const message = prePrepare(server, position, digest, requests, takeCommits(server), false);
  hold(server, slot, message);
  server.multicast(message); // leaves once it is durable here: forgetting it would be equivocation
  if (server.options.primaryPrepares) server.multicast(prepare(server, position, digest, NO_COMMITS, false));
  checkPrepared(server, slot);
}

export function prePrepare(
  server: Server,
  position: Position,
  digest: Digest,
  requests: readonly Request[],
  commits: readonly Vote[],
  again: boolean,
): PrePrepare {
  const separate = server.options.requests === "all";
  const proof = server.prove(digest);
  const { view, proofBytes } = server;
  return {
    type: "PrePrepare",
    view,
    position,
    digest,
    requests,
    proofBytes,
    commits,
    proof,
    separate,
    again,
  };
}

// -----------------------------------------------------------------------------------------------------------
// Backups: one proposal for each position of a view

export function onPrePrepare(server: Server, from: NodeId, message: PrePrepare): void {
  const { log } = server;
  const { position, digest, requests } = message;
  if (!server.isCurrent(from, message)) return;
  if (from !== server.primary || !log.includes(position) || position < server.firstFree) return;
  if (requests.length === 0) return; // null requests are for a NewView to propose (4.4)
  if (!server.isProved(from, digest, message.proof)) return;
  server.noteSeen(position);
  noteCommits(server, from, message.commits);
  const slot = log.at(position);
  if (slot.accepted !== undefined || slot.awaited !== undefined) return; // the first counts: this may be another
  if (message.separate) return acceptReceived(server, slot, message);
  if (areGenuine(server, digest, requests)) acceptProposal(server, slot, message);
}

/** The digest is that of the requests, and their clients have asked for them. */
export function areGenuine(server: Server, digest: Digest, requests: readonly Request[]): boolean {
  const { context } = server;
  if (digestOf(server, requests) !== digest) return false;
  for (let index = 0; index < requests.length; index++) {
    if (!context.verifyRequest(requests[index]!)) return false;
  }
  return true;
}

/** The requests come from their clients, and were verified when they did. They may still be on their way. */
function acceptReceived(server: Server, slot: Slot, message: PrePrepare): void {
  const requests = receivedFrom(server, message.requests);
  if (requests === undefined) return awaitRequests(server, slot, message);
  slot.awaited = undefined;
  if (digestOf(server, requests) === message.digest) acceptProposal(server, slot, { ...message, requests });
}

/** Until they are here nothing else is accepted there, and nobody is told. */
export function awaitRequests(server: Server, slot: Slot, message: PrePrepare): void {
  if (slot.awaited === undefined) server.awaiting.push(slot);
  slot.awaited = message;
}

/** A client has been heard. */
export function acceptAwaited(server: Server): void {
  for (const slot of server.awaiting.splice(0)) {
    const { awaited } = slot;
    if (awaited === undefined) continue;
    slot.awaited = undefined;
    if (awaited.separate) acceptReceived(server, slot, awaited);
    else awaitRequests(server, slot, awaited);
  }
}

/** It is held from now on, and this replica says so. */
export function acceptProposal(server: Server, slot: Slot, message: PrePrepare): void {
  const { position, digest } = message;
  hold(server, slot, message);
  if (server.leading === undefined)
    server.context.broadcast(prepare(server, position, digest, takeCommits(server), false));
  checkPrepared(server, slot);
}

function hold(server: Server, slot: Slot, message: PrePrepare): void {
  const { context } = server;
  const { position, requests } = message;
  slot.accept(message.view, message.digest, requests);
  for (let index = 0; index < requests.length; index++) server.noteOrdered(requests[index]!);
  if (position > server.accepted) server.accepted = position;
  server.noteSeen(position);
  context.persist(message);
  context.observe("accepted", message.view, position, requests);
}

export function prepare(
  server: Server,
  position: Position,
  digest: Digest,
  commits: readonly Vote[],
  again: boolean,
): Prepare {
  const proof = server.prove(digest);
  return { type: "Prepare", view: server.view, position, digest, commits, proof, again };
}

/** The primary's PrePrepare is its vote; a Prepare of it would be a second one. */
export function onPrepare(server: Server, from: NodeId, message: Prepare): void {
  const { log, context } = server;
  const { position, digest } = message;
  if (!server.isCurrent(from, message) || !log.includes(position)) return;
  if (!server.isProved(from, digest, message.proof)) return;
  server.noteSeen(position);
  noteCommits(server, from, message.commits);
  if (from === server.primary) return;
  const slot = log.at(position);
  if (slot.prepares.add(from, digest) >= context.quorum - 1) checkPrepared(server, slot);
}

// -----------------------------------------------------------------------------------------------------------
// Prepared, and committed

/** A PrePrepare and Prepares from a quorum less one: no other quorum can have another proposal (4.2). */
function checkPrepared(server: Server, slot: Slot): void {
  const { accepted, position } = slot;
  const { context, view } = server;
  if (accepted === undefined || slot.prepared) return;
  const { digest } = accepted;
  if (slot.prepares.votesFor(digest) < context.quorum - 1) return;
  slot.prepared = true;
  slot.prepare(view, digest);
  context.persist({ type: "Prepared", view, position, digest });
  // Alone (n = 1) it has nobody's word but its own, which may still be on its way to the disk: no certificate (4.2).
  if (context.quorum > 1) context.observe("prepared", view, position, digest);
  vouch(server, position, digest);
}

/** After a crash: nobody may have heard it, and its own votes are no longer counted. */
export function vouchAgain(server: Server, slot: Slot): void {
  const { context, leading } = server;
  const { position } = slot;
  const { digest, requests } = slot.accepted!;
  if (leading === undefined) context.broadcast(prepare(server, position, digest, NO_COMMITS, true));
  else if (position >= server.firstFree)
    server.multicast(prePrepare(server, position, digest, requests, NO_COMMITS, true));
  if (slot.prepared) context.broadcast(commit(server, position, digest, true));
  else checkPrepared(server, slot);
}

/** Its own Commit counts once it is durable, so that whatever this replica executes, it remembers to have prepared. */
function vouch(server: Server, position: Position, digest: Digest): void {
  const { context, options } = server;
  const message = commit(server, position, digest, false);
  if (options.commits === "separate") return context.broadcast(message);
  context.send(context.self, message);
  if (server.unsent.length === 0) context.setTimer("commits", options.commitDelayMs);
  server.unsent = [...server.unsent, { position, digest }];
}

export function commit(server: Server, position: Position, digest: Digest, again: boolean): Commit {
  return { type: "Commit", view: server.view, position, digest, proof: server.prove(digest), again };
}

/** What waits for a message to travel with. */
function takeCommits(server: Server): readonly Vote[] {
  const { unsent } = server;
  if (unsent.length === 0) return NO_COMMITS;
  server.unsent = NO_COMMITS;
  server.context.cancelTimer("commits");
  return unsent;
}

/** No message came that could have taken them along. */
export function onCommitsTimeout(server: Server): void {
  for (const { position, digest } of takeCommits(server))
    server.multicast(commit(server, position, digest, false));
}

export function onCommit(server: Server, from: NodeId, message: Commit): void {
  const { position, digest } = message;
  if (!server.isCurrent(from, message) || !server.log.includes(position)) return;
  if (!server.isProved(from, digest, message.proof)) return;
  noteCommit(server, from, position, digest);
}

function noteCommits(server: Server, from: NodeId, commits: readonly Vote[]): void {
  if (from === server.context.self) return; // it has told itself already
  for (let index = 0; index < commits.length; index++) {
    const { position, digest } = commits[index]!;
    if (server.log.includes(position)) noteCommit(server, from, position, digest);
  }
}

function noteCommit(server: Server, from: NodeId, position: Position, digest: Digest): void {
  server.noteSeen(position);
  const slot = server.log.at(position);
  if (slot.commits.add(from, digest) > 0) checkCommitted(server, slot);
}

/** Committed-local: prepared, and Commits from a quorum, its own among them (4.2). */
function checkCommitted(server: Server, slot: Slot): void {
  const { accepted, commits } = slot;
  const { context } = server;
  if (accepted === undefined || !slot.prepared || slot.committed !== undefined) return;
  if (commits.votesFor(accepted.digest) < context.quorum || !commits.has(context.self)) return;
  slot.committed = accepted;
  context.observe("committed", server.view, slot.position, accepted.requests);
  executeCommitted(server);
}
