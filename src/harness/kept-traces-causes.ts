/**
 * What made a node do what it does: the message, request or timer that it is handling, or the sync that let go what
 * had to wait for it. Nodes take things up in the order in which these arrive.
 */
import type { NodeId } from "#protocol";
import { type Arriving, NONE } from "./kept-traces-entries.ts";

interface Written {
  readonly ns: number;
  readonly cause: number;
}

class Place {
  handling = NONE;
  before = NONE; // what it was handling before that
  readonly inbox: number[] = [];
  unsynced: Written[] = [];
  durable = 0; // records
  readonly arriving = new Map<number, Arriving>(); // by the tick of arrival, the first to leave
}

/** Records that nobody waits for are never reported durable, and need not be remembered. */
const MOST_UNSYNCED = 4096;

export class Causes {
  private readonly places: readonly Place[];

  constructor(nodes: number) {
    this.places = Array.from({ length: nodes }, () => new Place());
  }

  at(node: NodeId): number {
    return this.places[node]!.handling;
  }

  handles(node: NodeId, cause: number): void {
    const place = this.places[node]!;
    place.before = place.handling;
    place.handling = cause;
  }

  /** The node is busy: what has just arrived has to wait. */
  waits(node: NodeId): void {
    const place = this.places[node]!;
    place.inbox.push(place.handling);
    place.handling = place.before;
  }

  takesUp(node: NodeId): void {
    this.handles(node, this.places[node]!.inbox.shift() ?? NONE);
  }

  // --- Messages under way ----------------------------------------------------------------------------------------

  sent(to: NodeId, entry: Arriving): void {
    if (entry.arrivesNs === null) return;
    const { arriving } = this.places[to]!;
    let last = arriving.get(entry.arrivesNs);
    if (last === undefined) {
      arriving.set(entry.arrivesNs, entry);
      return;
    }
    // On one link what leaves first arrives first, if only within an instant.
    while (last.together !== undefined) last = last.together;
    last.together = entry;
  }

  /** Undefined: it is one that had been kept back, or that has been here before. */
  arrived(to: NodeId, ns: number, is: (entry: Arriving) => boolean): Arriving | undefined {
    const { arriving } = this.places[to]!;
    let before: Arriving | undefined;
    let entry = arriving.get(ns);
    while (entry !== undefined && !is(entry)) {
      before = entry;
      entry = entry.together;
    }
    if (entry === undefined) return undefined;
    if (before !== undefined) before.together = entry.together;
    else if (entry.together !== undefined) arriving.set(ns, entry.together);
    else arriving.delete(ns);
    entry.together = undefined;
    return entry;
  }

  // --- The disk --------------------------------------------------------------------------------------------------

  writes(node: NodeId, ns: number): void {
    const place = this.places[node]!;
    if (place.unsynced.length === MOST_UNSYNCED) place.unsynced = [];
    place.unsynced.push({ ns, cause: place.handling });
  }

  /** What has become durable, now that so many records are. */
  synced(node: NodeId, records: number): readonly Written[] {
    const place = this.places[node]!;
    const batch = place.unsynced.splice(0, records - place.durable);
    place.durable = records;
    return batch;
  }

  crashed(node: NodeId): void {
    const place = this.places[node]!;
    place.durable += place.unsynced.length;
    place.unsynced = [];
    place.inbox.length = 0;
    place.handling = NONE;
  }
}
