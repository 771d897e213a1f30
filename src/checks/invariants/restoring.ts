/** A replica that was down is back: is all there that it had vouched for? */
import type { NodeId } from "#protocol";
import { inEpoch, type Ledger } from "./ledger.ts";
import type { Place } from "./violation.ts";
import { epochOf, nodeOf, UNSAID } from "./word.ts";

export function compareRestored(ledger: Ledger, node: NodeId): void {
  const replica = ledger.replicas[node]!;
  const before = replica.restoring!;
  const lost = (what: string, place: Place) =>
    ledger.blame("kept-word", place, what, ledger.witness(node, "restarted"));
  if (replica.epoch.said < before.epoch) {
    lost(`it came back in epoch ${Math.max(0, replica.epoch.said)}, and had stored epoch ${before.epoch}`, {
      epoch: before.epoch,
    });
  }
  if (before.vote > replica.vote.said && replica.epoch.said <= epochOf(before.vote)) {
    const epoch = epochOf(before.vote);
    lost(`it no longer knew its vote for n${nodeOf(before.vote)}${inEpoch(epoch)}`, { epoch });
  }
  const promise = Math.max(replica.promise.said, UNSAID);
  if (promise < before.promise) {
    const epoch = epochOf(before.promise);
    lost(`it no longer knew its promise to accept nothing below epoch ${epoch}`, { epoch });
  }
  for (const [position, rank] of before.promiseAt) {
    if (position <= Math.max(before.held.settled, replica.snapshot.said)) continue; // decided, for good
    if (replica.promisedAt(position) >= rank) continue;
    const epoch = epochOf(rank);
    const what = `it no longer knew its promise to accept nothing below epoch ${epoch} at position ${position}`;
    lost(what, { epoch, position });
  }
  compareHeld(ledger, node, lost);
}

/** So far back what was settled is looked for; what lies before it goes with it. */
const LATEST = 256;

function compareHeld(ledger: Ledger, node: NodeId, lost: (what: string, place: Place) => void): void {
  const { held, snapshot, restoring } = ledger.replicas[node]!;
  const before = restoring!;
  if (snapshot.said < before.snapshot) {
    lost(`it no longer had its snapshot of position ${before.snapshot}`, { position: before.snapshot });
  }
  for (let position = Math.max(1, before.settledTo - LATEST); position <= before.settledTo; position++) {
    if (position <= snapshot.said || position <= held.settled) continue;
    const there = held.find(position);
    const chosen = ledger.chosen.at(position);
    if (there >= 0 && held.id[there] === chosen) continue;
    const what = `it no longer held ${ledger.text(chosen)} at position ${position}`;
    return lost(`${what}, which it had vouched for`, { position });
  }
  const { position: positions, id, epoch } = before.held;
  for (let index = 0; index < positions.length; index++) {
    const position = positions[index]!;
    if (position === 0 || position <= snapshot.said || position <= held.settled) continue;
    const there = held.find(position);
    if (there >= 0 && held.id[there] === id[index] && held.epoch[there]! >= epoch[index]!) continue;
    const what = `it no longer held ${ledger.text(id[index]!)} at position ${position}${inEpoch(epoch[index]!)}`;
    return lost(`${what}, which it had vouched for`, { position, epoch: epoch[index]! });
  }
}
