/**
 * What a replica has missed it gets from others. What they have executed and what states they hold it believes if f + 1
 * of them say the same, for one of these is honest; the requests of a proposal if they fit its digest.
 */
import type { Digest, NodeId } from "#protocol";
import { becomeStable, keepState } from "./checkpoints.ts";
import { executeCommitted, undoTentative } from "./execution.ts";
import type { Slot } from "./log.ts";
import type {
  Batch,
  Executed,
  FetchBatch,
  FetchState,
  InstallState,
  Position,
  StateRecord,
  Vote,
} from "./messages.ts";
import { acceptProposal, areGenuine } from "./ordering.ts";
import { digestOf } from "./requests.ts";
import type { Server } from "./server.ts";
import { Tally } from "./tally.ts";

// -----------------------------------------------------------------------------------------------------------
// What others have executed

/** What the other replica lacks, of what this one has executed and not forgotten. */
export function sendExecuted(server: Server, to: NodeId, after: Position): void {
  const { log, executed, proofBytes } = server;
  const digests: Digest[] = [];
  const batches: Executed["batches"][number][] = [];
  for (let position = after + 1; position <= executed && log.includes(position); position++) {
    const { committed } = log.at(position);
    if (committed === undefined) break; // executed by way of a state
    digests.push(committed.digest);
    batches.push(committed.requests);
  }
  if (digests.length > 0)
    server.context.send(to, { type: "Executed", position: after + 1, digests, batches, proofBytes });
}

export function onExecuted(server: Server, from: NodeId, message: Executed): void {
  const { context, log } = server;
  const { digests, batches } = message;
  let learnt = 0;
  for (let index = 0; index < digests.length && index < batches.length; index++) {
    const position = message.position + index;
    if (position <= server.executed || !log.includes(position)) continue;
    const slot = log.at(position);
    const digest = digests[index]!;
    slot.claims ??= new Tally();
    const claims = Math.max(slot.claims.add(from, digest), slot.claims.votesFor(digest));
    if (slot.committed !== undefined || claims < server.weak) continue;
    if (learn(server, slot, digest, batches[index]!)) learnt = position;
  }
  if (learnt === 0) return;
  server.reached = Math.max(server.reached, learnt);
  context.persist({ type: "Reached", position: server.reached }); // what it answers now it will know again
  executeCommitted(server);
}

/** Of f + 1 who say so one is honest, and its digest is right; the requests may be anybody's. */
function learn(server: Server, slot: Slot, digest: Digest, requests: Batch["requests"]): boolean {
  const known = slot.find(digest);
  if (known === undefined && digestOf(server, requests) !== digest) return false;
  slot.committed = known ?? { digest, requests, view: server.view };
  server.context.observe("committed", server.view, slot.position, slot.committed.requests);
  return true;
}

// -----------------------------------------------------------------------------------------------------------
// The requests of a proposal

export function fetchBatch(server: Server, position: Position, digest: Digest): void {
  server.multicast({ type: "FetchBatch", position, digest });
}

export function onFetchBatch(server: Server, from: NodeId, { position, digest }: FetchBatch): void {
  if (!server.log.includes(position)) return;
  const requests = server.log.at(position).find(digest)?.requests;
  const { proofBytes } = server;
  if (requests !== undefined) server.context.send(from, { type: "Batch", position, requests, proofBytes });
}

export function onBatch(server: Server, { position, requests }: Batch): void {
  if (!server.log.includes(position)) return;
  const slot = server.log.at(position);
  const { awaited } = slot;
  if (awaited === undefined || !areGenuine(server, awaited.digest, requests)) return;
  slot.awaited = undefined;
  acceptProposal(server, slot, { ...awaited, requests });
}

// -----------------------------------------------------------------------------------------------------------
// A state

/** The latest that can be had, if it is ahead of this replica. Each time somebody else is asked for it. */
export function fetchMissingState(server: Server): void {
  const latest = latestHeld(server);
  if (latest === undefined || latest.position <= server.executed) return;
  const { position } = latest;
  const holders = holdersOf(server, latest).filter(node => node !== server.context.self);
  if (holders.length === 0) return; // it did itself, and has forgotten it with its disk
  const holder = holders[server.fetches++ % holders.length]!;
  server.context.send(holder, { type: "FetchState", position });
}

/** That f + 1 say they hold; also in the ViewChanges of the view, for these chose what it begins with (TOCS). */
function latestHeld({ checkpoints, newView, weak }: Server): Vote | undefined {
  const held = checkpoints.latestHeldBy(weak);
  return newView === undefined || newView.position <= (held?.position ?? 0) ? held : newView;
}

/** What a liar says in its ViewChange counts, whatever else it may have told this replica before. */
function holdersOf({ checkpoints, newView }: Server, { position, digest }: Vote): NodeId[] {
  const holders = checkpoints.holders(position, digest);
  for (const { replica, checkpoints } of newView?.viewChanges ?? []) {
    const holds = checkpoints.some(known => known.position === position && known.digest === digest);
    if (holds && !holders.includes(replica)) holders.push(replica);
  }
  return holders;
}

export function onFetchState(server: Server, from: NodeId, { position }: FetchState): void {
  const { checkpoints, context } = server;
  const held = checkpoints.find(position);
  if (held !== undefined) {
    const { digest, state } = held;
    return context.send(from, { type: "InstallState", position, digest, state });
  }
  const stable = checkpoints.own[0]!;
  if (stable.position > position) tellStable(server, from);
}

/** Whoever asks for less than what is stable is told of that, so that it asks for it instead. */
function tellStable(server: Server, to: NodeId): void {
  tellAgain(server, to, server.checkpoints.own[0]!);
}

/** Also of those that are not stable: it may be this replica's word that is missing. */
export function tellCheckpoints(server: Server, to: NodeId, after: Position): void {
  for (const record of server.checkpoints.own) if (record.position > after) tellAgain(server, to, record);
}

function tellAgain(server: Server, to: NodeId, { position, digest }: StateRecord): void {
  const proof = server.prove(digest);
  server.context.send(to, { type: "Checkpoint", position, digest, proof, again: true });
}

export function onInstallState(server: Server, message: InstallState): void {
  const { context } = server;
  const { position, digest, state } = message;
  if (position <= server.executed || holdersOf(server, message).length < server.weak) return;
  undoTentative(server);
  const before = context.saveState();
  context.loadState(state);
  if (context.stateDigest() !== digest) return context.loadState(before); // not what it was said to be
  server.executed = position;
  server.tentative = position;
  server.reached = Math.max(server.reached, position);
  for (const request of server.pending.values()) {
    if (context.recall(request) !== undefined) server.pending.delete(request.client);
  }
  keepState(server, { type: "State", position, digest, state });
  becomeStable(server, position);
  executeCommitted(server);
}
