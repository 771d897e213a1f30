/** After a crash: what the records on disk say. */
import { unreachable } from "#protocol";
import { NONE } from "./ballots.ts";
import { executeChosen } from "./learner.ts";
import type { SnapshotRecord, Stored } from "./messages.ts";
import type { Server } from "./server.ts";

export function restore(server: Server, stored: readonly Stored[]): void {
  let known = 0; // up to here it had known what was chosen
  let round = 0;
  for (const record of stored) {
    restoreRecord(server, record);
    if (record.type === "Accepted") known = Math.max(known, record.committed);
    if (record.type === "Snapshot" || record.type === "Round") round = Math.max(round, record.round);
  }
  tellWhatIsLeft(server, round);
  if (!server.accepts) server.firstRound = round + 1; // what it has proposed in earlier ones it does not remember
  // What it had accepted by then was what was chosen, unless a record says otherwise.
  for (let slot = server.committed + 1; slot <= known; slot++) {
    const place = server.log.at(slot);
    place.chosen ??= place.value;
  }
  executeChosen(server);
}

function restoreRecord(server: Server, record: Stored): void {
  const { log } = server;
  if (record.type === "Snapshot") return restoreSnapshot(server, record);
  if (record.type === "Round" || record.slot <= log.base) return;
  const place = log.at(record.slot);
  switch (record.type) {
    case "Promised":
      place.promised = record.ballot;
      return;
    case "Accepted":
      place.promised = record.ballot;
      place.accepted = record.ballot;
      place.value = record.value;
      return;
    case "Chosen":
      place.chosen = record.value;
      return;
    default:
      return unreachable(record);
  }
}

function restoreSnapshot(server: Server, { lastSlot, state, base, held }: SnapshotRecord): void {
  server.snapshot = { lastSlot, state };
  server.log.restore(base, held);
  server.context.loadState(state);
  server.committed = lastSlot;
}

/** For the checks: what this server still stands by. */
function tellWhatIsLeft(server: Server, round: number): void {
  const { context, log, snapshot } = server;
  if (snapshot !== undefined) context.observe("snapshot", round, snapshot.lastSlot);
  server.enter(round);
  for (const { slot, promised, accepted, value } of log.held()) {
    if (promised !== NONE) server.vouchForPromise(slot, promised);
    if (accepted !== NONE) server.vouchFor(slot, accepted, value!);
  }
}
