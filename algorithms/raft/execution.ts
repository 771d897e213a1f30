/**
 * Committed entries are executed in order, and now and then replaced by a snapshot of what they led to (§5.3,
 * §7).
 */
import { answerReached } from "./follower-reads.ts";
import type { Index, SnapshotRecord } from "./messages.ts";
import type { Server, Snapshot } from "./server.ts";

/**
 * If commitIndex > lastApplied: apply (Figure 2). The leader answers the clients whose requests it appended
 * itself.
 */
export function commitTo(server: Server, index: Index): void {
  const { context, log, currentTerm } = server;
  const leads = server.role === "leader";
  for (let next = server.commitIndex + 1; next <= index; next++) {
    const { term, request } = log.at(next);
    server.commitIndex = next;
    if (request === undefined) {
      context.observe("committed", currentTerm, next);
      continue;
    }
    const result = context.execute(next, request, currentTerm);
    // A quorum holds it: the answer need not wait for this server's own disk (thesis 10.2.1).
    if (leads && term === currentTerm) context.replyNow(request, result);
  }
  answerReached(server);
  const { snapshotEvery } = server.options;
  if (snapshotEvery > 0 && index - (server.snapshot?.lastIndex ?? 0) >= snapshotEvery) takeSnapshot(server);
}

/** Each server takes its own snapshots, of entries that are committed (§7). */
function takeSnapshot(server: Server): void {
  const { context, log, commitIndex } = server;
  const snapshot = { lastIndex: commitIndex, lastTerm: log.termAt(commitIndex), state: context.saveState() };
  const base = Math.max(log.base, commitIndex - server.options.snapshotKeep);
  if (base > log.base) log.compactTo(base);
  persistSnapshot(server, snapshot);
}

/**
 * The log behind `log.base` goes with it, for the record replaces those that held it; so do term and vote.
 */
export function persistSnapshot(server: Server, snapshot: Snapshot): void {
  const { context, log } = server;
  server.snapshot = snapshot;
  context.snapshot({
    type: "Snapshot",
    term: server.currentTerm,
    votedFor: server.votedFor,
    lastIndex: snapshot.lastIndex,
    lastTerm: snapshot.lastTerm,
    state: snapshot.state,
    base: log.base,
    baseTerm: log.baseTerm,
    entries: log.slice(log.base + 1, log.length),
  });
  context.observe("snapshot", server.currentTerm, snapshot.lastIndex);
}

/** After a crash. */
export function restoreSnapshot(server: Server, record: SnapshotRecord): void {
  server.currentTerm = record.term;
  server.votedFor = record.votedFor;
  server.snapshot = { lastIndex: record.lastIndex, lastTerm: record.lastTerm, state: record.state };
  server.log.reset(record.base, record.baseTerm, record.entries);
  server.context.loadState(record.state);
  server.commitIndex = record.lastIndex;
}
