/**
 * Reads that are not ordered (4.1, 5.1): a client that gets the same value from a quorum knows that it is the latest,
 * for each write was answered by a quorum too, and the two share an honest replica.
 */
import type { Request } from "#protocol";
import { sendsWhole } from "./execution.ts";
import { onOrderedRequest } from "./requests.ts";
import type { Server } from "./server.ts";

/**
 * Where writes get in between, a client may not see a quorum of equal values. It asks again, and is answered by way of
 * the log then.
 */
export function onRead(server: Server, request: Request): void {
  const { readOnce } = server;
  const { client, sequence } = request;
  while (readOnce.length <= client) readOnce.push(0);
  if (readOnce[client]! >= sequence) return onOrderedRequest(server, request);
  readOnce[client] = sequence;
  if (!server.context.verifyRequest(request)) return;
  if (server.tentative > server.executed) server.readsWaiting.push(request);
  else answerRead(server, request);
}

/** What it saw may be answered once it is committed. */
export function answerWaitingReads(server: Server): void {
  if (server.tentative > server.executed) return;
  for (const request of server.readsWaiting) answerRead(server, request);
  server.readsWaiting.length = 0;
}

/**
 * A replica that was down, or changed its view, may know less than it has told, until it has caught up with itself. And
 * what it has on the word of others only, behind nothing of its own, it tells once the disk has it.
 */
function answerRead(server: Server, request: Request): void {
  const { context, executed, reached, primary } = server;
  if (executed < reached) return;
  const result = context.read(request);
  const digestOnly = !sendsWhole(server, request);
  if (executed > reached) context.replyNow(request, result, primary, digestOnly);
  else context.reply(request, result, primary, digestOnly);
}
