/**
 * Leaders: gathering requests into instances, keeping followers' logs equal to their own, committing (§5.3,
 * §5.4).
 */
import { type Cause, type Milliseconds, type NodeId, type Request, Waiting } from "#protocol";
import { reachedBy } from "../quorum.ts";
import { commitTo } from "./execution.ts";
import { Leadership } from "./leadership.ts";
import type { AppendEntries, AppendReply, Entry, Index } from "./messages.ts";
import type { Server } from "./server.ts";

const NOTHING: readonly Entry[] = [];

/** Upon election: assert authority at once, if possible with an entry of the new term (§5.2, §8). */
export function becomeLeader(server: Server): void {
  const { context, options, log } = server;
  const now = context.now();
  server.role = "leader";
  server.leader = context.self;
  server.leading = new Leadership(
    new Waiting(context),
    context.replicas.length,
    context.self,
    log.lastIndex,
    now,
  );
  context.cancelTimer("election");
  context.observe("leads", server.currentTerm);
  if (options.checkQuorum) context.setTimer("quorum", quorumPatience(server));
  if (server.peers.length > 0) context.setTimer("heartbeat", options.heartbeatMs);
  if (options.noOp)
    appendInstance(server, [{ term: server.currentTerm, request: undefined }], "election", now);
  else sendEmptyToAll(server, "election", now);
}

export const quorumPatience = ({ options }: Server): Milliseconds =>
  options.checkQuorumMs > 0 ? options.checkQuorumMs : options.electionTimeoutMinMs;

// -----------------------------------------------------------------------------------------------------------
// Requests become instances

export function propose(server: Server, leading: Leadership, request: Request): void {
  leading.waiting.push(request);
  startInstances(server, leading);
}

export function onBatchTimeout(server: Server, leading: Leadership): void {
  leading.waiting.becomeDue();
  startInstances(server, leading);
}

function startInstances(server: Server, leading: Leadership): void {
  const { window } = server.context.policy;
  const { waiting, openInstances } = leading;
  if (waiting.length === 0) return;
  const now = server.context.now();
  while (openInstances.length < window && waiting.isReady) {
    const term = server.currentTerm;
    const entries = waiting.take().map(request => ({ term, request }));
    openInstances.push(server.log.lastIndex + entries.length);
    appendInstance(server, entries, "ordering", now);
  }
  waiting.await();
}

/** An instance: entries in the leader's log, one message to each follower, one record on disk. */
function appendInstance(server: Server, entries: Entry[], cause: Cause, now: Milliseconds): void {
  const { context, log, peers } = server;
  const leading = server.leading!;
  const from = log.lastIndex + 1;
  const message = appendEntries(server, leading, from - 1, entries, cause);
  for (let index = 0; index < entries.length; index++) log.append(entries[index]!);
  for (let index = 0; index < peers.length; index++) {
    const peer = peers[index]!;
    const isLevel = leading.nextIndex[peer] === from && !leading.probing[peer]; // the normal case
    if (!isLevel) sendEntries(server, leading, peer, now);
    else if (mayDeliver(server, leading, peer)) deliver(server, leading, peer, message, now);
  }
  // The followers' disks work while the leader's does (thesis 10.2.1): they were sent to before this line, by
  // sendNow.
  context.persist(message);
  server.vouchFor(entries, from);
  context.send(context.self, {
    type: "AppendReply",
    term: server.currentTerm,
    success: true,
    index: log.lastIndex,
    conflictTerm: 0,
    conflictIndex: 0,
    round: leading.round,
    cause,
  });
}

// -----------------------------------------------------------------------------------------------------------
// Entries reach the followers

/**
 * If lastIndex >= nextIndex: send what the follower lacks, as far as the window lets it through (Figure 2).
 */
function sendEntries(server: Server, leading: Leadership, peer: NodeId, now: Milliseconds): void {
  const { log, context } = server;
  while (leading.nextIndex[peer]! <= log.lastIndex && mayDeliver(server, leading, peer)) {
    const next = leading.nextIndex[peer]!;
    if (next <= log.base) return sendSnapshot(server, leading, peer, now);
    const entries = log.slice(next, context.policy.batch.max);
    deliver(
      server,
      leading,
      peer,
      appendEntries(server, leading, next - 1, entries, causeOf(leading, peer)),
      now,
    );
  }
}

function mayDeliver(server: Server, leading: Leadership, peer: NodeId): boolean {
  return leading.inFlight[peer]! < (leading.probing[peer] ? 1 : server.context.policy.window);
}

/**
 * A follower is taken to receive what it is sent, until it says otherwise. While it is probed nothing is
 * assumed.
 */
function deliver(
  server: Server,
  leading: Leadership,
  peer: NodeId,
  message: AppendEntries,
  now: Milliseconds,
): void {
  const last = message.prevIndex + message.entries.length;
  if (!leading.probing[peer]) leading.nextIndex[peer] = last + 1;
  if (last > leading.sentIndex[peer]!) leading.sentIndex[peer] = last;
  leading.inFlight[peer]!++;
  leading.lastSentAt[peer] = now;
  server.context.sendNow(peer, message);
}

function causeOf(leading: Leadership, peer: NodeId): Cause {
  const next = leading.nextIndex[peer]!;
  if (next < leading.firstIndex) return "recovery"; // an entry of an earlier leader
  return next <= leading.sentIndex[peer]! ? "retransmission" : "ordering";
}

function sendSnapshot(server: Server, leading: Leadership, peer: NodeId, now: Milliseconds): void {
  const { lastIndex, lastTerm, state } = server.snapshot!;
  leading.nextIndex[peer] = lastIndex + 1;
  leading.probing[peer] = true;
  leading.inFlight[peer] = 1;
  leading.lastSentAt[peer] = now;
  const { currentTerm: term } = server;
  const { round } = leading;
  server.context.sendNow(peer, { type: "InstallSnapshot", term, lastIndex, lastTerm, state, round });
}

/**
 * Without entries: heartbeats, read rounds and commit notices. One message serves all followers that are
 * level.
 */
export function sendEmptyToAll(server: Server, cause: Cause, now: Milliseconds): void {
  let message: AppendEntries | undefined;
  for (let index = 0; index < server.peers.length; index++) {
    message = sendEmpty(server, server.peers[index]!, cause, now, message);
  }
}

function sendEmpty(
  server: Server,
  peer: NodeId,
  cause: Cause,
  now: Milliseconds,
  reusable: AppendEntries | undefined,
): AppendEntries {
  const { log } = server;
  const leading = server.leading!;
  // The entry before nextIndex may be compacted: ask for the earliest there is, and learn from the refusal.
  if (leading.nextIndex[peer]! <= log.base) leading.nextIndex[peer] = log.base + 1;
  const prevIndex = leading.nextIndex[peer]! - 1;
  const message =
    reusable?.prevIndex === prevIndex ? reusable : appendEntries(server, leading, prevIndex, NOTHING, cause);
  leading.lastSentAt[peer] = now;
  server.context.sendNow(peer, message);
  return message;
}

function appendEntries(
  server: Server,
  leading: Leadership,
  prevIndex: Index,
  entries: readonly Entry[],
  cause: Cause,
): AppendEntries {
  return {
    type: "AppendEntries",
    term: server.currentTerm,
    prevIndex,
    prevTerm: server.log.termAt(prevIndex),
    entries,
    commit: server.commitIndex,
    round: leading.round,
    cause,
  };
}

/**
 * Heartbeats go to whom nothing was sent for heartbeatMs. They repair losses as well: one names the last
 * entry the follower should hold, so a follower that lacks it refuses, and is sent what it lacks.
 */
export function onHeartbeatTimeout(server: Server, leading: Leadership): void {
  const { context, peers } = server;
  const { heartbeatMs } = server.options;
  const now = context.now();
  if (context.policy.reads === "lease") leading.beginRound(now);
  let earliest = now + heartbeatMs;
  for (let index = 0; index < peers.length; index++) {
    const peer = peers[index]!;
    const due = leading.lastSentAt[peer]! + heartbeatMs;
    if (due <= now) sendEmpty(server, peer, "heartbeat", now, undefined);
    else if (due < earliest) earliest = due;
  }
  context.setTimer("heartbeat", earliest - now);
}

// -----------------------------------------------------------------------------------------------------------
// Followers answer

export function onAppendReply(server: Server, leading: Leadership, from: NodeId, message: AppendReply): void {
  if (message.term !== server.currentTerm) return;
  if (from === server.context.self) {
    if (message.index > leading.matchIndex[from]!) leading.matchIndex[from] = message.index;
    return advanceCommit(server, leading);
  }
  const now = server.context.now();
  leading.heardAt[from] = now;
  if (message.round > leading.ackedRound[from]!) leading.ackedRound[from] = message.round;
  if (message.success) onMatch(server, leading, from, message.index);
  else onConflict(server, leading, from, message);
  if (leading.nextIndex[from]! <= server.log.lastIndex) sendEntries(server, leading, from, now);
}

function onMatch(server: Server, leading: Leadership, from: NodeId, index: Index): void {
  if (index > server.log.lastIndex) return; // a lie: nobody holds what was never sent
  const advanced = index > leading.matchIndex[from]!;
  if (advanced) leading.matchIndex[from] = index;
  if (index >= leading.nextIndex[from]! - 1) {
    leading.nextIndex[from] = index + 1;
    leading.inFlight[from] = 0; // whatever was sent has arrived, even if an answer was lost
    leading.probing[from] = false;
  } else if (advanced && leading.inFlight[from]! > 0) leading.inFlight[from]!--;
  if (advanced) advanceCommit(server, leading);
}

/**
 * Back up to where the logs may agree: behind the leader's last entry of the conflicting term, if it has one
 * (§5.3).
 */
function onConflict(server: Server, leading: Leadership, from: NodeId, message: AppendReply): void {
  const { index: refused, conflictTerm, conflictIndex } = message;
  const next = leading.nextIndex[from]!;
  // A late refusal says nothing new. (One at matchIndex does: that follower has lost its disk.)
  if (leading.probing[from] ? refused !== next - 1 : refused >= next || refused < leading.matchIndex[from]!)
    return;
  const shared = conflictTerm === 0 ? 0 : server.log.lastIndexOfTerm(conflictTerm, refused);
  const hint = shared > 0 ? shared + 1 : conflictIndex;
  leading.nextIndex[from] = Math.max(1, Math.min(hint, refused));
  leading.probing[from] = true;
  leading.inFlight[from] = 0;
}

/**
 * Commit what a quorum stores, if it is of the leader's own term; what precedes it is committed with it
 * (§5.4.2).
 */
export function advanceCommit(server: Server, leading: Leadership): void {
  const { log } = server;
  if (!reachedBy(leading.matchIndex, server.commitIndex + 1, server.commitQuorum)) return; // most acknowledgements
  const index = leading.ranking.kthLargest(leading.matchIndex, server.commitQuorum);
  if (index <= server.commitIndex || log.termAt(index) !== server.currentTerm) return;
  commitTo(server, index);
  const { openInstances } = leading;
  const open = openInstances.length;
  while (openInstances.length > 0 && openInstances.first <= index) openInstances.shift();
  if (openInstances.length < open) announceCommit(server); // nobody waits for a no-op
  startInstances(server, leading);
}

function announceCommit(server: Server): void {
  const { context, currentTerm: term, commitIndex: commit } = server;
  const { commitNotice } = server.options;
  if (commitNotice === "piggyback") return;
  if (commitNotice === "append") return sendEmptyToAll(server, "ordering", context.now());
  for (const peer of server.peers) context.sendNow(peer, { type: "CommitNotice", term, commit });
}
