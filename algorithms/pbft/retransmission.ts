/**
 * Messages get lost. A replica that does not get on says how far it is; whoever is ahead sends what it lacks, and
 * whoever has voted says so again. So does one that hears no more than f others: it may have been cut off.
 */
import type { Cause, NodeId } from "#protocol";
import type { Slot } from "./log.ts";
import type { Position, Status } from "./messages.ts";
import { commit, prePrepare, prepare } from "./ordering.ts";
import { forward } from "./requests.ts";
import { NO_COMMITS, type Server } from "./server.ts";
import { fetchBatch, fetchMissingState, sendExecuted, tellCheckpoints } from "./state-transfer.ts";
import { tellViewChange } from "./view-change.ts";

const POSITIONS_AT_ONCE = 32;
const REQUESTS_AT_ONCE = 16;

export function onStatusTimeout(server: Server): void {
  const { context, options, heard, weak, executed, executedAtStatus } = server;
  context.setTimer("status", options.statusMs);
  const lacks =
    server.seen > executed || server.pending.size > 0 || server.checkpoints.areBeyond(executed, server.weak);
  const stuck = server.changing || (lacks && executed === executedAtStatus);
  server.executedAtStatus = executed;
  const alone = heard.count < weak; // those that it hears may be liars, and tell it nothing of use
  heard.clear();
  if (stuck) repair(server);
  if (stuck || alone) tellStatus(server, stuck ? "retransmission" : "heartbeat");
}

export function tellStatus(server: Server, cause: Cause): void {
  const { view, changing, executed } = server;
  server.multicast({ type: "Status", view, changing, stable: server.log.stable, executed, cause });
}

/** Whatever it is that this replica waits for. */
function repair(server: Server): void {
  fetchMissingState(server);
  if (server.changing) return tellViewChange(server);
  for (const { awaited } of server.awaiting) {
    if (awaited !== undefined) fetchBatch(server, awaited.position, awaited.digest);
  }
  let requests = 0;
  for (const request of server.pending.values()) {
    if (requests++ < REQUESTS_AT_ONCE) forward(server, request, true);
  }
  // Votes are repeated for whoever asks; that there is a proposal only the primary may know.
  if (server.leading !== undefined) for (const peer of server.peers) sayAgain(server, peer, server.executed);
}

/** What this replica has vouched for behind that position, in this view. */
function sayAgain(server: Server, to: NodeId, after: Position): void {
  const { log } = server;
  const last = Math.min(server.accepted, after + POSITIONS_AT_ONCE);
  for (let position = Math.max(after, log.stable) + 1; position <= last; position++) {
    if (log.includes(position)) sayOneAgain(server, to, log.at(position));
  }
}

function sayOneAgain(server: Server, to: NodeId, { position, accepted, prepares, commits }: Slot): void {
  const { context, leading } = server;
  if (accepted === undefined) return;
  const { digest, requests } = accepted;
  if (leading !== undefined && position >= server.firstFree)
    context.send(to, prePrepare(server, position, digest, requests, NO_COMMITS, true));
  if (prepares.has(context.self)) context.send(to, prepare(server, position, digest, NO_COMMITS, true));
  if (commits.has(context.self)) context.send(to, commit(server, position, digest, true));
}

/** Not more often than an honest replica asks: a liar must not keep the others busy with answers. */
export function onStatus(server: Server, from: NodeId, message: Status): void {
  const now = server.context.now();
  if (now < server.answeredAt[from]! + server.options.statusMs / 2) return;
  server.answeredAt[from] = now;
  answerStatus(server, from, message);
}

function answerStatus(server: Server, from: NodeId, message: Status): void {
  const { log, executed, newView } = server;
  const { view, changing } = message;
  tellCheckpoints(server, from, message.stable);
  if (message.executed < executed && message.executed >= log.stable)
    sendExecuted(server, from, message.executed);
  // However far it is, or says it is; past the high water mark, where this replica may stand itself and not get on.
  if (message.executed > executed) server.noteSeen(Math.min(message.executed, log.stable + log.size + 1));
  if (server.changing) return;
  if (newView !== undefined && (view < server.view || (view === server.view && changing)))
    server.context.send(from, newView);
  if (view === server.view && !changing && message.cause !== "heartbeat")
    sayAgain(server, from, message.executed);
}
