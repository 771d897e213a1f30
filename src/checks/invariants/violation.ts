/** What a check found: a sentence for people, and the two facts that cannot both be. */
import type { NodeId } from "#protocol";

export const invariants = [
  "state-machine-safety",
  "election-safety",
  "log-matching",
  "leader-completeness",
  "chosen-is-kept",
  "commit-durability",
  "kept-word",
  "one-certificate",
  "in-order",
  "validity",
  "at-most-once",
] as const;
export type Invariant = (typeof invariants)[number];

/** Something that a replica did or was, as a violation names it. */
export interface Witness {
  readonly node: NodeId;
  readonly ns: number;
  readonly says: string; // "committed operation 3 of client 7 at position 12 in epoch 2"
}

export interface Violation {
  readonly invariant: Invariant;
  readonly sentence: string;
  readonly ns: number;
  readonly position: number | undefined;
  readonly epoch: number | undefined;
  /** In the order of time. The second is what cannot be beside the first; or there is one that cannot be at all. */
  readonly facts: readonly Witness[];
}

/** The first violation of each invariant: whatever follows from it would only bury it. */
export class Violations {
  readonly found: Violation[] = [];

  add(invariant: Invariant, place: Place, why: string, facts: readonly Witness[]): void {
    if (this.found.some(known => known.invariant === invariant)) return;
    const told = facts.map(({ node, ns, says }) => `n${node} ${says} at ${timeText(ns)}`);
    const sentence = `${invariant}: ${told.join(", but ")}: ${why}`;
    const { ns } = facts.at(-1)!;
    this.found.push({ invariant, sentence, ns, position: place.position, epoch: place.epoch, facts });
  }
}

export interface Place {
  readonly position?: number;
  readonly epoch?: number;
}

export const timeText = (ns: number): string => `${(ns / 1e6).toFixed(3)} ms`;
