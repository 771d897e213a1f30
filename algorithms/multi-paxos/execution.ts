/** What is chosen is executed in the order of slots, and now and then replaced by a snapshot of what it led to. */
import type { Slot, SnapshotRecord } from "./messages.ts";
import type { Server, Snapshot } from "./server.ts";

/**
 * All up to that slot is chosen, and held here: execute it. The leader answers the clients whose requests it proposed
 * first.
 */
export function commitTo(server: Server, slot: Slot): void {
  const { context, log, round, leading } = server;
  for (let next = server.committed + 1; next <= slot; next++) {
    const request = log.valueAt(next);
    server.committed = next;
    if (request === undefined) {
      context.observe("committed", round, next);
      continue;
    }
    const result = context.execute(next, request, round);
    // A quorum holds it: the answer need not wait for this server's own disk.
    if (leading !== undefined && next >= leading.firstSlot) context.replyNow(request, result);
  }
  if (slot > server.verified) server.verified = slot;
  const { snapshotEvery } = server.options;
  if (snapshotEvery > 0 && slot - (server.snapshot?.lastSlot ?? 0) >= snapshotEvery) takeSnapshot(server);
}

/** Each server takes its own snapshots, of slots that are chosen. */
function takeSnapshot(server: Server): void {
  const { context, log, committed } = server;
  const snapshot = { lastSlot: committed, state: context.saveState() };
  const base = Math.max(log.base, committed - server.options.snapshotKeep);
  if (base > log.base) log.compactTo(base);
  persistSnapshot(server, snapshot);
}

/** The log behind `log.base` goes with it, for the record replaces those that held it; so does the promise. */
function persistSnapshot(server: Server, snapshot: Snapshot): void {
  const { context, log } = server;
  server.snapshot = snapshot;
  context.snapshot({
    type: "Snapshot",
    promised: server.promised,
    lastSlot: snapshot.lastSlot,
    state: snapshot.state,
    base: log.base,
    ballots: log.ballotsFrom(log.base + 1),
    values: log.valuesFrom(log.base + 1),
  });
  context.observe("snapshot", server.round, snapshot.lastSlot);
}

/** From somebody else. What has been accepted behind it stays: that is promised. */
export function installSnapshot(server: Server, snapshot: Snapshot): void {
  const { context, log } = server;
  context.loadState(snapshot.state);
  server.committed = snapshot.lastSlot;
  if (snapshot.lastSlot > server.verified) server.verified = snapshot.lastSlot;
  log.compactTo(snapshot.lastSlot);
  persistSnapshot(server, snapshot);
}

/** After a crash. */
export function restoreSnapshot(server: Server, record: SnapshotRecord): void {
  server.setPromised(record.promised);
  server.snapshot = { lastSlot: record.lastSlot, state: record.state };
  server.log.restore(record.base, record.ballots, record.values);
  server.context.loadState(record.state);
  server.committed = record.lastSlot;
}
