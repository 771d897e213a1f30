/** Reads that need no slot: they take a proof that no higher ballot can have had anything chosen. */
import type { Request } from "#protocol";
import type { Leadership } from "./leadership.ts";
import { sendHeartbeats } from "./replication.ts";
import type { Server } from "./server.ts";

export function onRead(server: Server, leading: Leadership, request: Request): void {
  if (server.context.policy.reads === "lease" && holdsLease(server, leading)) return answer(server, request);
  leading.readsWaiting.push(request);
  startRound(server, leading);
}

/** After every answer: has a quorum answered in the round, and does another have to start? */
export function confirmReads(server: Server, leading: Leadership): void {
  if (leading.readsConfirming.length > 0) {
    const confirmed = leading.ranking.kthLargest(leading.ackedRound, server.phase2Quorum);
    if (confirmed < leading.readRound) return;
    for (const request of leading.readsConfirming) answer(server, request);
    leading.readsConfirming.length = 0;
  }
  if (leading.readsWaiting.length > 0) startRound(server, leading);
}

/**
 * One round for all reads that wait when it starts; those that arrive during it share the next. What is chosen by now
 * is executed already, so that the end of the round is all there is to wait for.
 */
function startRound(server: Server, leading: Leadership): void {
  if (leading.readsConfirming.length > 0) return;
  if (!knowsCommits(server, leading)) return;
  const { readsConfirming, readsWaiting } = leading;
  leading.readsConfirming = readsWaiting;
  leading.readsWaiting = readsConfirming;
  const now = server.context.now();
  leading.beginRound(now);
  leading.readRound = leading.round;
  sendHeartbeats(server, leading, "read", now);
  if (server.phase2Quorum === 1) confirmReads(server, leading); // nobody else has to answer, and perhaps nobody will
}

/**
 * Whatever was chosen in a lower ballot a new leader has adopted. It has to be executed here first; where nothing was
 * open, the leader can answer at once, without a no-op.
 */
function knowsCommits(server: Server, leading: Leadership): boolean {
  return server.committed >= leading.firstSlot - 1;
}

/**
 * A quorum that answered a message has promised to promise nobody else anything for an election time-out
 * (`refusesWhileLed`). The lease counts from when the message left, and ends early by a margin, for clocks that drift.
 */
function holdsLease(server: Server, leading: Leadership): boolean {
  const { context, options } = server;
  if (!knowsCommits(server, leading)) return false;
  const duration = options.electionTimeoutMinMs - options.leaseMarginMs;
  return context.now() < leading.confirmedSince(server.phase2Quorum) + duration;
}

function answer(server: Server, request: Request): void {
  server.context.replyNow(request, server.context.read(request)); // a quorum holds what it saw
}
