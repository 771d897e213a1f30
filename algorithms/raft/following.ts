/**
 * Followers: AppendEntries, receiver implementation (Figure 2), InstallSnapshot (Figure 13), and commit
 * notices.
 */
import type { NodeId } from "#protocol";
import { commitTo, persistSnapshot } from "./execution.ts";
import { answerReached } from "./follower-reads.ts";
import type { AppendEntries, CommitNotice, Index, InstallSnapshot, Term } from "./messages.ts";
import { type Server, stepDown } from "./server.ts";

/** The leader's term is this server's, or an older one. */
export function onAppendEntries(server: Server, from: NodeId, message: AppendEntries): void {
  const { log } = server;
  const { prevIndex, entries } = message;
  // 1. A deposed leader learns the newer term from the refusal (§5.1).
  if (message.term < server.currentTerm) return refuse(server, from, message, 0, 0);
  if (!follow(server, from)) return;
  // 2. Refuse if the log does not hold prevIndex with prevTerm, and say where to try next (§5.3).
  if (!log.matches(prevIndex, message.prevTerm)) return refuseConflict(server, from, message);
  // 3. and 4. Remove what conflicts, append what is new.
  if (entries.length > 0 && !store(server, message)) return;
  // 5. Commit, but nothing that has not been compared with this leader's log.
  const last = prevIndex + entries.length;
  if (last > server.verified) server.verified = last;
  commitVerified(server, message.commit);
  server.context.send(from, {
    type: "AppendReply",
    term: server.currentTerm,
    success: true,
    index: last,
    conflictTerm: 0,
    conflictIndex: 0,
    round: message.round,
    cause: message.cause,
  });
}

export function onCommitNotice(server: Server, from: NodeId, message: CommitNotice): void {
  if (message.term < server.currentTerm) return;
  if (!follow(server, from)) return;
  commitVerified(server, message.commit);
}

export function onInstallSnapshot(server: Server, from: NodeId, message: InstallSnapshot): void {
  const { lastIndex } = message;
  if (message.term >= server.currentTerm) {
    if (!follow(server, from)) return;
    if (lastIndex > server.commitIndex) install(server, message);
    if (lastIndex > server.verified) server.verified = lastIndex;
  }
  server.context.send(from, {
    type: "AppendReply",
    term: server.currentTerm,
    success: message.term >= server.currentTerm,
    index: lastIndex,
    conflictTerm: 0,
    conflictIndex: 0,
    round: message.round,
    cause: "recovery",
  });
}

/**
 * Hearing the leader puts the next election off, and ends a candidacy in the same term (§5.2). Only where
 * somebody voted twice has a term two leaders; neither listens to the other, and the checks tell.
 */
function follow(server: Server, leader: NodeId): boolean {
  if (server.role === "leader") return false;
  if (server.role === "candidate") stepDown(server, leader);
  server.leader = leader;
  if (server.refusesWhileLed) server.ledAt = server.context.now();
  server.restartElectionTimer();
  return true;
}

/**
 * Entries that are held already stay, and so does what follows them: the message may be a late copy, and what
 * follows may have been acknowledged since. Only an entry that conflicts is removed, with all behind it. What
 * is executed cannot be taken back: a leader that would have it otherwise owes its office to a lie, or to an
 * unsafe variant, and is not obeyed.
 */
function store(server: Server, message: AppendEntries): boolean {
  const { context, log } = server;
  const { prevIndex, entries } = message;
  let held = Math.max(0, Math.min(log.base - prevIndex, entries.length)); // what was compacted was committed
  for (; held < entries.length; held++) {
    const index = prevIndex + held + 1;
    if (index > log.lastIndex) break;
    if (log.termAt(index) === entries[held]!.term) continue;
    if (index <= server.commitIndex) return false;
    context.observe("withdrew", server.currentTerm, index);
    log.truncateFrom(index);
    if (server.verified >= index) server.verified = index - 1; // by another leader of the same term: see follow
    break;
  }
  if (held === entries.length) return true;
  const from = prevIndex + held + 1;
  const added = held === 0 ? entries : entries.slice(held);
  for (let index = 0; index < added.length; index++) log.append(added[index]!);
  // In the normal case the record is what was received: it says all that has to be remembered.
  context.persist(held === 0 ? message : { type: "Entries", from, entries: added });
  server.vouchFor(added, from);
  return true;
}

function commitVerified(server: Server, leaderCommit: Index): void {
  const index = Math.min(leaderCommit, server.verified);
  if (index > server.commitIndex) commitTo(server, index);
}

/** The hints of §5.3: one refusal for each conflicting term, not one for each entry. */
function refuseConflict(server: Server, from: NodeId, message: AppendEntries): void {
  const { log } = server;
  const { prevIndex } = message;
  if (prevIndex > log.lastIndex) return refuse(server, from, message, 0, log.lastIndex + 1);
  refuse(server, from, message, log.termAt(prevIndex), log.firstIndexOfTermAt(prevIndex));
}

function refuse(
  server: Server,
  from: NodeId,
  message: AppendEntries,
  conflictTerm: Term,
  conflictIndex: Index,
): void {
  server.context.send(from, {
    type: "AppendReply",
    term: server.currentTerm,
    success: false,
    index: message.prevIndex,
    conflictTerm,
    conflictIndex,
    round: message.round,
    cause: message.cause,
  });
}

/** A log that holds the snapshot's last entry goes on behind it; any other is replaced whole (Figure 13). */
function install(server: Server, message: InstallSnapshot): void {
  const { context, log } = server;
  const { lastIndex, lastTerm, state } = message;
  const agrees = lastIndex <= log.lastIndex && log.termAt(lastIndex) === lastTerm;
  const conflictsBehind = !agrees && lastIndex < log.lastIndex;
  if (agrees) {
    log.compactTo(lastIndex);
  } else {
    log.reset(lastIndex, lastTerm, []);
    server.verified = 0;
  }
  context.loadState(state);
  server.commitIndex = lastIndex;
  persistSnapshot(server, { lastIndex, lastTerm, state });
  answerReached(server);
  if (conflictsBehind) context.observe("withdrew", server.currentTerm, lastIndex + 1);
}
