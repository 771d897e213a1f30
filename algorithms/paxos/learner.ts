/** Learners: what is chosen is executed in the order of slots, and now and then replaced by a snapshot (2.3, 3). */
import { isSame } from "./log.ts";
import type { Slot, Value } from "./messages.ts";
import type { Server, Snapshot } from "./server.ts";

/** Returns whether that is news. */
export function holdChosen(server: Server, slot: Slot, value: Value): boolean {
  const { context, log } = server;
  if (log.isChosen(slot)) return false;
  const place = log.at(slot);
  place.chosen = value;
  const accepted = place.value;
  if (accepted === undefined || !isSame(accepted, value)) context.persist({ type: "Chosen", slot, value });
  return true;
}

/** As far as there is no gap. A server answers the clients whose requests it proposed itself. */
export function executeChosen(server: Server): void {
  const { context, log } = server;
  while (server.committed < log.lastSlot) {
    const { slot, chosen, isOwn } = log.at(server.committed + 1);
    if (chosen === undefined) break;
    context.observe("committed", server.round, slot, chosen);
    server.committed = slot;
    for (const request of chosen) {
      const result = context.execute(slot, request);
      // A quorum holds it: the answer need not wait for this server's own disk.
      if (isOwn) context.replyNow(request, result);
    }
  }
  const { snapshotEvery } = server.options;
  const since = server.committed - (server.snapshot?.lastSlot ?? 0);
  if (snapshotEvery > 0 && since >= snapshotEvery) takeSnapshot(server);
}

function takeSnapshot(server: Server): void {
  const { context, log, committed } = server;
  const snapshot = { lastSlot: committed, state: context.saveState() };
  const base = Math.max(log.base, committed - server.options.snapshotKeep);
  if (base > log.base) log.compactTo(base);
  persistSnapshot(server, snapshot);
}

/** The slots behind `log.base` go with it, for the record replaces those that held them. */
function persistSnapshot(server: Server, snapshot: Snapshot): void {
  const { context, log, round } = server;
  server.snapshot = snapshot;
  context.snapshot({ type: "Snapshot", ...snapshot, base: log.base, round, held: log.held() });
  context.observe("snapshot", round, snapshot.lastSlot);
}

/** From an acceptor that no longer has the slots before. What was promised and accepted behind it stays. */
export function installSnapshot(server: Server, snapshot: Snapshot): void {
  server.context.loadState(snapshot.state);
  server.committed = snapshot.lastSlot;
  server.log.compactTo(snapshot.lastSlot);
  persistSnapshot(server, snapshot);
}
