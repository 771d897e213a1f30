/** Committed batches are executed in the order of their positions, and answered by every replica (4.2). */
import type { Request, Result } from "#protocol";
import { takeCheckpoint } from "./checkpoints.ts";
import type { Proposal, Slot } from "./log.ts";
import type { Server } from "./server.ts";

export function executeCommitted(server: Server): void {
  const { log } = server;
  while (log.includes(server.executed + 1)) {
    const slot = log.at(server.executed + 1);
    if (slot.committed === undefined) return;
    execute(server, slot, slot.committed);
  }
}

function execute(server: Server, slot: Slot, { requests, digest }: Proposal): void {
  const { context, options } = server;
  const { position } = slot;
  if (server.tentative === position && server.tentativeDigest !== digest) undoTentative(server);
  const answered = server.tentative === position;
  const vouched = slot.commits.has(context.self); // durably: see `vouch`
  for (let index = 0; index < requests.length; index++) {
    const request = requests[index]!;
    const result = context.execute(position, request);
    if (!answered) answer(server, request, result, vouched);
    if (server.pending.size > 0) stopWaiting(server, request);
  }
  server.executed = position;
  server.tentative = position;
  if (position % options.checkpointEvery === 0) takeCheckpoint(server);
}

/**
 * One round sooner (5.1): what is prepared and follows what is committed. A quorum of such answers is as good as
 * f + 1 of the others, for then any new view begins with it; otherwise it may be taken back.
 */
export function executeTentatively(server: Server): void {
  const { context, log, executed } = server;
  if (server.changing || server.tentative !== executed || !log.includes(executed + 1)) return;
  const { accepted, prepared } = log.at(executed + 1);
  if (accepted === undefined || !prepared) return;
  server.undo = context.saveState();
  server.tentative = executed + 1;
  server.tentativeDigest = accepted.digest;
  for (const request of accepted.requests)
    answerTentatively(server, request, context.executeTentatively(request), sendsWhole(server, request));
}

/**
 * With the view, for clients count view by view (5.1): of several views the answers may be a quorum's though in none of
 * them a quorum has prepared it, and then each may be taken back.
 */
function answerTentatively(
  { context, primary, view }: Server,
  request: Request,
  result: Result,
  whole: boolean,
): void {
  context.reply(request, result, primary, !whole, view);
}

/** To whoever asks again: the whole, and that it stands, if everything does that this replica has executed. */
export function answerAgain(server: Server, request: Request, result: Result): void {
  const { context, primary, tentative, executed } = server;
  if (tentative > executed) answerTentatively(server, request, result, true);
  else context.reply(request, result, primary);
}

/** A client may have been told; reads that are not ordered have to wait until it is so again. */
export function undoTentative(server: Server): void {
  if (server.tentative === server.executed) return;
  server.reached = Math.max(server.reached, server.tentative);
  server.context.loadState(server.undo!);
  server.tentative = server.executed;
}

/** With its view, from which the client learns whom to ask next. Unless this replica has vouched, behind the disk. */
function answer(server: Server, request: Request, result: Result, vouched: boolean): void {
  const { context, primary } = server;
  const digestOnly = !sendsWhole(server, request);
  if (vouched) context.replyNow(request, result, primary, digestOnly);
  else context.reply(request, result, primary, digestOnly);
}

/** With digests for replies, one replica for each request, by turns. Whoever asks again gets the whole from all. */
export function sendsWhole({ context, options }: Server, { client, sequence }: Request): boolean {
  return options.replies === "whole" || (client + sequence) % context.replicas.length === context.self;
}

function stopWaiting({ pending }: Server, { client, sequence }: Request): void {
  const waiting = pending.get(client);
  if (waiting !== undefined && waiting.sequence <= sequence) pending.delete(client);
}
