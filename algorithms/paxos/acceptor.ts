/** Acceptors: promise, and accept what has not been promised away (2.2), slot by slot. */
import type { NodeId } from "#protocol";
import type { Place } from "./log.ts";
import type { Accept, Prepare, Slot } from "./messages.ts";
import type { Server } from "./server.ts";

/** Phase 1b. */
export function onPrepare(server: Server, from: NodeId, message: Prepare): void {
  const { context } = server;
  const { slot, ballot } = message;
  const place = undecided(server, from, slot);
  if (place === undefined) return;
  if (ballot < place.promised) return refuse(server, from, message, place);
  if (ballot > place.promised) {
    place.promised = ballot;
    context.persist({ type: "Promised", slot, ballot });
    server.vouchForPromise(slot, ballot);
  }
  const { accepted, value } = place;
  context.send(from, { type: "Promise", slot, ballot, accepted, value });
}

/** Phase 2b. To accept is to promise as well: nothing below the ballot is accepted any more. */
export function onAccept(server: Server, from: NodeId, message: Accept): void {
  const { context } = server;
  const { slot, ballot, value } = message;
  const place = undecided(server, from, slot);
  if (place === undefined) return;
  if (ballot < place.promised) return refuse(server, from, message, place);
  if (ballot !== place.accepted) {
    const outbids = ballot > place.promised;
    place.promised = ballot;
    place.accepted = ballot;
    place.value = value;
    context.persist({ type: "Accepted", slot, ballot, value, committed: server.committed });
    if (outbids) server.vouchForPromise(slot, ballot);
    server.vouchFor(slot, ballot, value);
  }
  context.send(from, { type: "Accepted", slot, ballot });
}

function refuse(server: Server, from: NodeId, { slot, ballot }: Prepare | Accept, { promised }: Place): void {
  server.context.send(from, { type: "Nack", slot, ballot, promised });
}

/** Whoever still asks about a slot whose value is known here is told, and so is what followed. */
function undecided(server: Server, from: NodeId, slot: Slot): Place | undefined {
  const { context, log, snapshot } = server;
  if (!log.isChosen(slot)) return log.at(slot);
  if (slot <= log.base) {
    // Without a snapshot there is no such slot: whoever asks about it lies.
    if (snapshot !== undefined) context.send(from, { type: "InstallSnapshot", ...snapshot });
  } else {
    const values = log.chosenFrom(slot, context.policy.batch.max);
    context.send(from, { type: "Learn", first: slot, values, cause: "recovery" });
  }
  return undefined;
}
