/**
 * Requests: whose they are, whether they are new, and where they go (4.1). A request carries its client's proof, for
 * whoever gets to see it: nobody can make one up.
 */
import type { Digest, Request } from "#protocol";
import { answerAgain } from "./execution.ts";
import { NULL_DIGEST } from "./messages.ts";
import type { Server } from "./server.ts";

/** A client asks, for the first time or again. A backup relays the request, and waits to see it executed. */
export function onOrderedRequest(server: Server, request: Request): void {
  const { context } = server;
  const before = context.recall(request);
  if (before !== undefined) return answerAgain(server, request, before.result);
  if (!context.verifyRequest(request)) return;
  if (server.options.requests === "all") keepForPrePrepare(server, request);
  if (server.leading !== undefined) return enqueue(server, request);
  wait(server, request);
  if (server.options.requests === "primary" && !server.changing) forward(server, request, false);
}

/** A backup was asked. */
export function onForward(server: Server, request: Request): void {
  const { context } = server;
  if (server.leading === undefined || server.isOrdered(request)) return;
  if (context.recall(request) === undefined && context.verifyRequest(request)) enqueue(server, request);
}

/** Requests wait at the primary until a batch is full, or due. */
export function enqueue(server: Server, request: Request): void {
  if (server.isOrdered(request)) return;
  server.noteOrdered(request);
  server.leading!.waiting.push(request);
}

/** The timer runs for it; should the primary be replaced, the next one may be this replica. */
export function wait(server: Server, request: Request): void {
  const known = server.pending.get(request.client);
  if (known !== undefined && known.sequence >= request.sequence) return;
  server.pending.delete(request.client); // the latest is last
  server.pending.set(request.client, request);
}

export function forward(server: Server, request: Request, again: boolean): void {
  if (server.isOrdered(request)) return;
  const { proofBytes } = server;
  server.context.send(server.primary, { type: "Forward", request, proofBytes, again });
}

function keepForPrePrepare(server: Server, request: Request): void {
  const { received, receivedDigest, context } = server;
  while (received.length <= request.client) {
    received.push(undefined);
    receivedDigest.push(NULL_DIGEST);
  }
  received[request.client] = request;
  receivedDigest[request.client] = context.digest(request);
}

/** The same requests as their clients have sent them here, or undefined if one has not come yet. */
export function receivedFrom(
  { received }: Server,
  requests: readonly Request[],
): readonly Request[] | undefined {
  const found = new Array<Request>(requests.length);
  for (let index = 0; index < requests.length; index++) {
    const { client, sequence } = requests[index]!;
    const request = received[client];
    if (request?.sequence !== sequence) return undefined;
    found[index] = request;
  }
  return found;
}

/** Of one request its own, of several the digest of theirs. */
export function digestOf(server: Server, requests: readonly Request[]): Digest {
  const { context } = server;
  if (requests.length === 0) return NULL_DIGEST;
  if (requests.length === 1) return digestOfOne(server, requests[0]!);
  const digests = new Array<Digest>(requests.length);
  for (let index = 0; index < requests.length; index++)
    digests[index] = digestOfOne(server, requests[index]!);
  return context.digest(digests);
}

function digestOfOne({ received, receivedDigest, context }: Server, request: Request): Digest {
  const { client } = request;
  if (client < received.length && received[client] === request) return receivedDigest[client]!;
  return context.digest(request);
}
