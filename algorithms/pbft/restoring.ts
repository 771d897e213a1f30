/** After a crash: what was on the disk is what this replica has vouched for, and stands by. */
import { unreachable } from "#protocol";
import { becomeStable } from "./checkpoints.ts";
import type { SnapshotRecord, StateRecord, Stored } from "./messages.ts";
import { acceptSelected, becomePrimary, beginView } from "./new-view.ts";
import { vouchAgain } from "./ordering.ts";
import { tellStatus } from "./retransmission.ts";
import type { Server } from "./server.ts";
import { tellViewChange } from "./view-change.ts";

export function restore(server: Server, stored: readonly Stored[]): void {
  for (const record of stored) restoreOne(server, record);
  loadLatestState(server);
  resumeView(server);
  tellWhatIsLeft(server);
}

/** Takes up where it was, says again what it stands by, and asks what has happened since. */
export function resume(server: Server): void {
  for (const { position } of server.checkpoints.own) becomeStable(server, position); // if it is a quorum by itself
  tellStatus(server, "recovery");
  if (server.changing) return tellViewChange(server);
  if (server.primary === server.context.self) becomePrimary(server);
  for (const slot of server.log.inUse()) if (slot.accepted !== undefined) vouchAgain(server, slot);
  acceptSelected(server);
}

function restoreOne(server: Server, record: Stored): void {
  const { log } = server;
  switch (record.type) {
    case "PrePrepare":
      if (log.includes(record.position))
        log.at(record.position).accept(record.view, record.digest, record.requests);
      return;
    case "Prepared":
      if (log.includes(record.position)) log.at(record.position).prepare(record.view, record.digest);
      return;
    case "View":
      server.view = record.view;
      server.changing = true;
      server.newView = undefined;
      return;
    case "NewView":
      return beginView(server, record);
    case "State":
      server.checkpoints.own.push(record);
      return;
    case "Reached":
      server.reached = Math.max(server.reached, record.position);
      return;
    case "Snapshot":
      return restoreSnapshot(server, record);
    default:
      return unreachable(record);
  }
}

function restoreSnapshot(server: Server, record: SnapshotRecord): void {
  const { log, checkpoints } = server;
  server.view = record.view;
  if (record.newView !== undefined) beginView(server, record.newView);
  server.changing = record.changing;
  server.reached = record.reached;
  checkpoints.own = [...record.checkpoints];
  log.advanceTo(checkpoints.own[0]!.position);
  for (const slot of record.slots) log.restore(slot);
}

function loadLatestState(server: Server): void {
  const { context, checkpoints } = server;
  const latest: StateRecord | undefined = checkpoints.own.at(-1);
  for (const { position, digest } of checkpoints.own) checkpoints.claim(context.self, position, digest);
  if (latest === undefined) return;
  context.loadState(latest.state);
  server.executed = latest.position;
  server.tentative = latest.position;
}

/** What was accepted and prepared in the view that it is in still holds. What was prepared it may have executed. */
function resumeView(server: Server): void {
  const { log, view, changing } = server;
  log.enterView();
  for (const { position } of log.prepared()) server.reached = Math.max(server.reached, position);
  if (changing) return;
  for (const slot of log.inUse()) {
    const latest = slot.proposals.at(-1);
    if (latest?.view !== view) continue;
    slot.accepted = latest;
    slot.prepared = slot.preparedView === view;
    for (const request of latest.requests) server.noteOrdered(request);
    server.accepted = Math.max(server.accepted, slot.position);
    server.noteSeen(slot.position);
  }
}

/** For the checks: what this replica still stands by. */
function tellWhatIsLeft(server: Server): void {
  const { context, log, view, checkpoints } = server;
  const latest = checkpoints.own.at(-1);
  if (latest !== undefined) context.observe("snapshot", view, latest.position);
  context.observe("epoch", view);
  context.observe("promised", view);
  for (const { proposals, position } of log.inUse()) {
    const last = proposals.at(-1);
    if (last !== undefined) context.observe("accepted", last.view, position, last.requests);
  }
}
