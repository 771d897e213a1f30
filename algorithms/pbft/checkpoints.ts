/**
 * Checkpoints (4.3): every so many positions the state is kept, and its digest told to everybody. One that a quorum
 * holds is stable, and the log before it is forgotten.
 */
import type { Digest, NodeId } from "#protocol";
import type { Checkpoint, Position, StateRecord, Vote } from "./messages.ts";
import type { Server } from "./server.ts";

/** The states that a replica holds, and what it knows of the others'. */
export class Checkpoints {
  own: StateRecord[] = []; // in order; the stable one first
  private readonly claims: Vote[][] = []; // by replica: its latest, the newest first
  private readonly most: number; // of each replica's that are remembered: more than fit between the water marks

  constructor(replicas: number, most: number) {
    while (this.claims.length < replicas) this.claims.push([]);
    this.most = most;
  }

  find(position: Position): StateRecord | undefined {
    return this.own.find(record => record.position === position);
  }

  /** A replica says it once. Returns whether this is news. */
  claim(from: NodeId, position: Position, digest: Digest): boolean {
    const claims = this.claims[from]!;
    if (claims.some(known => known.position === position)) return false;
    claims.push({ position, digest });
    claims.sort((left, right) => right.position - left.position);
    if (claims.length > this.most) claims.pop();
    return true;
  }

  /** Who says that they hold that state. */
  holders(position: Position, digest: Digest): NodeId[] {
    const holders: NodeId[] = [];
    for (let node = 0; node < this.claims.length; node++) {
      if (this.claims[node]!.some(known => known.position === position && known.digest === digest))
        holders.push(node);
    }
    return holders;
  }

  /** The latest state that so many say they hold. */
  latestHeldBy(count: number): Vote | undefined {
    const positions = [...new Set(this.claims.flat().map(({ position }) => position))];
    for (const position of positions.sort((left, right) => right - left)) {
      const digests = this.claims.flat().filter(known => known.position === position);
      const held = digests.find(({ digest }) => this.holders(position, digest).length >= count);
      if (held !== undefined) return held;
    }
    return undefined;
  }

  /** Whether anybody honest holds a state beyond that position. */
  areBeyond(position: Position, weak: number): boolean {
    let beyond = 0;
    for (const [latest] of this.claims) if (latest !== undefined && latest.position > position) beyond++;
    return beyond >= weak;
  }

  forgetBefore(position: Position): void {
    this.own = this.own.filter(record => record.position >= position);
  }
}

export function takeCheckpoint(server: Server): void {
  const { context, executed } = server;
  keepState(server, {
    type: "State",
    position: executed,
    digest: context.stateDigest(),
    state: context.saveState(),
  });
}

/** It is on the disk before anybody relies on it: whoever is told may forget what led to it. */
export function keepState(server: Server, record: StateRecord): void {
  const { context, checkpoints } = server;
  const { position, digest } = record;
  checkpoints.own.push(record);
  context.persist(record);
  context.observe("snapshot", server.view, position);
  context.broadcast({ type: "Checkpoint", position, digest, proof: server.prove(digest), again: false });
}

export function onCheckpoint(server: Server, from: NodeId, message: Checkpoint): void {
  const { checkpoints, log } = server;
  const { position, digest } = message;
  if (position <= log.stable || !server.isProved(from, digest, message.proof)) return;
  if (checkpoints.claim(from, position, digest)) becomeStable(server, position);
}

/** Once a quorum, this replica among them, holds the state (4.3). */
export function becomeStable(server: Server, position: Position): void {
  const { checkpoints, context, log } = server;
  const own = checkpoints.find(position);
  if (own === undefined || position <= log.stable) return;
  if (checkpoints.holders(position, own.digest).length < context.quorum) return;
  checkpoints.forgetBefore(position);
  log.advanceTo(position);
  context.snapshot({
    type: "Snapshot",
    view: server.view,
    changing: server.changing,
    newView: server.newView,
    reached: server.reached,
    checkpoints: [...checkpoints.own],
    slots: log.toRecords(),
    proofBytes: server.proofBytes,
  });
}
