/**
 * Reads that need no place in the log (§8; thesis 6.4): they take a proof that no newer leader can have been
 * elected.
 */
import type { Request } from "#protocol";
import { type RemoteRead, tellIndex } from "./follower-reads.ts";
import type { Leadership } from "./leadership.ts";
import { sendEmptyToAll } from "./replication.ts";
import type { Server } from "./server.ts";

export function onRead(server: Server, leading: Leadership, read: Request | RemoteRead): void {
  if (server.context.policy.reads === "lease" && holdsLease(server, leading)) return answer(server, read);
  leading.readsWaiting.push(read);
  startRound(server, leading);
}

/** After every acknowledgement: has a quorum answered in the round, and does another have to start? */
export function confirmReads(server: Server, leading: Leadership): void {
  if (leading.readsConfirming.length > 0) {
    const confirmed = leading.ranking.kthLargest(leading.ackedRound, server.commitQuorum);
    if (confirmed < leading.readRound) return;
    for (const read of leading.readsConfirming) answer(server, read);
    leading.readsConfirming.length = 0;
  }
  if (leading.readsWaiting.length > 0) startRound(server, leading);
}

/**
 * One round for all reads that wait when it starts; those that arrive during it share the next. The read
 * index of thesis 6.4 is the commit index now, and is executed already, so that the end of the round is all
 * there is to wait for.
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
  sendEmptyToAll(server, "read", now);
  if (server.peers.length === 0) confirmReads(server, leading); // nobody else will answer
}

/**
 * A new leader has every committed entry but cannot tell which those are, until it commits one of its own
 * (§8).
 */
function knowsCommits(server: Server, leading: Leadership): boolean {
  return server.commitIndex >= leading.firstIndex;
}

/**
 * A quorum that answered a message has promised not to vote for an election time-out (`refusesWhileLed`). The
 * lease counts from when the message left, and ends early by a margin, for clocks that drift (thesis 6.4.1).
 */
function holdsLease(server: Server, leading: Leadership): boolean {
  const { context, options } = server;
  if (!knowsCommits(server, leading)) return false;
  const duration = options.electionTimeoutMinMs - options.leaseMarginMs;
  return context.now() < leading.confirmedSince(context.quorum) + duration;
}

function answer(server: Server, read: Request | RemoteRead): void {
  if ("from" in read) tellIndex(server, read, server.commitIndex);
  else server.context.replyNow(read, server.context.read(read)); // a quorum holds what it saw
}
