/**
 * Reads that a follower answers (thesis 6.4): it asks the leader for the read index, which that gives once it is
 * sure to lead still, executes up to there, and answers. Reading is no longer the leader's work, but a message
 * delay longer each way.
 */
import type { ClientId, NodeId, Request } from "#protocol";
import type { Index, ReadIndex, ReadIndexReply } from "./messages.ts";
import type { Server } from "./server.ts";

/** In place of an index, from a server that does not lead. */
const REFUSED = -1;

/** What a follower wants to know on behalf of a client. */
export interface RemoteRead {
  readonly from: NodeId;
  readonly client: ClientId;
  readonly sequence: number;
}

/** A follower's own memory of the reads that it was asked for. */
export class FollowerReads {
  readonly asking = new Map<ClientId, Request>(); // a client has one operation outstanding
  waiting: { readonly index: Index; readonly request: Request }[] = []; // for this server to execute that far
}

/** A read has come to a follower, which knows the leader. */
export function askForIndex(server: Server, leader: NodeId, request: Request): void {
  const { client, sequence } = request;
  server.reads.asking.set(client, request);
  server.context.sendNow(leader, { type: "ReadIndex", term: server.currentTerm, client, sequence });
}

/** The leader: everything up to the index had been committed when it was asked, or later. */
export function tellIndex(server: Server, { from, client, sequence }: RemoteRead, index: Index): void {
  const { context, currentTerm: term } = server;
  context.sendNow(from, { type: "ReadIndexReply", term, client, sequence, index });
}

/** A server that does not lead, or no longer. */
export function refuseIndex(server: Server, from: NodeId, { client, sequence }: ReadIndex): void {
  tellIndex(server, { from, client, sequence }, REFUSED);
}

/** However old the answer is: it was given after this read was asked for. */
export function onReadIndexReply(server: Server, from: NodeId, message: ReadIndexReply): void {
  const { reads, context } = server;
  const request = reads.asking.get(message.client);
  if (request === undefined || request.sequence !== message.sequence) return;
  reads.asking.delete(message.client);
  if (message.index === REFUSED)
    return context.redirect(request, server.leader === from ? undefined : server.leader);
  reads.waiting.push({ index: message.index, request });
  answerReached(server);
}

/** Whenever this server has executed more. */
export function answerReached({ reads, commitIndex, context }: Server): void {
  if (reads.waiting.length === 0) return;
  const reached = reads.waiting.filter(({ index }) => index <= commitIndex);
  reads.waiting = reads.waiting.filter(({ index }) => index > commitIndex);
  for (const { request } of reached) context.replyNow(request, context.read(request)); // a quorum holds what it saw
}

/** A leader that steps down answers nobody any more. */
export function sendAway(server: Server, read: Request | RemoteRead, leader: NodeId | undefined): void {
  if ("from" in read) tellIndex(server, read, REFUSED);
  else server.context.redirect(read, leader);
}
