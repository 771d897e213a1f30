/** What an answer waited for, from the request on: the critical path of an operation. */
import type { NodeId, Request } from "#protocol";
import {
  type AnswerEntry,
  type AskEntry,
  type DiskEntry,
  type Entry,
  NONE,
  type Ring,
} from "./kept-traces-entries.ts";
import { requestsIn } from "./kept-traces-words.ts";

const MOST_STEPS = 64;

/**
 * From the answer back to the request, each entry caused by the one before. Where the operation had to wait in a queue
 * of the node that it was put to, what let it go is no part of its path: the request is.
 */
export function criticalPath(ring: Ring, asks: readonly AskEntry[], answer: AnswerEntry): Entry[] {
  const path: Entry[] = [answer];
  let entry: Entry | undefined = answer;
  while (entry !== undefined && entry.kind !== "ask" && path.length < MOST_STEPS) {
    entry = before(ring, asks, entry, answer.request);
    if (entry !== undefined) path.push(entry);
  }
  return path.reverse();
}

function before(ring: Ring, asks: readonly AskEntry[], entry: Entry, request: Request): Entry | undefined {
  if (entry.kind === "send" && carries(entry.message, request)) {
    return askAt(asks, entry.node, entry.ns) ?? causeOf(ring, entry, request);
  }
  if (entry.kind === "timer") return askAt(asks, entry.node, entry.ns);
  return causeOf(ring, entry, request);
}

function causeOf(ring: Ring, entry: Entry, request: Request): Entry | undefined {
  if (entry.kind === "disk") return writtenFor(ring, entry, request);
  return entry.cause === NONE ? undefined : ring.get(entry.cause);
}

/** Of all that was written together, what belongs to the operation; else the last. */
function writtenFor(ring: Ring, { causes }: DiskEntry, request: Request): Entry | undefined {
  const entries = causes.map(cause => ring.get(cause)).filter(entry => entry !== undefined);
  const own = entries.find(
    entry =>
      (entry.kind === "send" && carries(entry.message, request)) ||
      (entry.kind === "ask" && same(entry.request, request)),
  );
  return own ?? entries.at(-1);
}

/** The last time that the node had been asked for it. */
const askAt = (asks: readonly AskEntry[], node: NodeId, ns: number): AskEntry | undefined =>
  asks.findLast(ask => ask.node === node && ask.arrivesNs !== null && ask.arrivesNs <= ns);

const carries = (message: object, request: Request): boolean =>
  requestsIn(message).some(carried => same(carried, request));

const same = (one: Request, other: Request): boolean =>
  one.client === other.client && one.sequence === other.sequence;
