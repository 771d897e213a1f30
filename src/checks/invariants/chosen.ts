/**
 * What was chosen at each position, once and for all: the record that every replica is held to, kept outside of them.
 * A run has as many positions as commands; who was first to say so, when and in which epoch is the same for many in a
 * row, and told once for all of these.
 */
import type { NodeId, Request } from "#protocol";
import { NOTHING_KNOWN, nameOf } from "./identity.ts";

const AT_FIRST = 1024;

export type How = "committed" | "executed";

interface Telling {
  readonly node: NodeId;
  readonly ns: number;
  readonly epoch: number; // chosen in this epoch, or before
  readonly entryEpoch: number; // of a log's entry: the one it was made in; -1: not known
  readonly how: How;
}

export class Chosen {
  last = 0; // the highest position at which anything is chosen
  id = new Float64Array(AT_FIRST); // NOTHING_KNOWN where nobody has committed or executed anything yet
  // Of positions in a row: from the one in `starts` on. What does not come in order stands by itself.
  private readonly starts: number[] = [];
  private readonly tellings: Telling[] = [];
  private readonly others = new Map<number, Telling>();

  at(position: number): number {
    return position <= this.last ? this.id[position]! : NOTHING_KNOWN;
  }

  /** Whether just that request is, by its name. No number leaves this function: it would have to be boxed. */
  isRequest(position: number, request: Request): boolean {
    return position <= this.last && this.id[position] === nameOf(request);
  }

  record(
    position: number,
    id: number,
    node: NodeId,
    ns: number,
    epoch: number,
    entryEpoch: number,
    how: How,
  ): void {
    if (position >= this.id.length) this.grow(position);
    this.id[position] = id;
    if (position < this.last) this.others.set(position, { node, ns, epoch, entryEpoch, how });
    else this.tell(position, node, ns, epoch, entryEpoch, how);
    if (position > this.last) this.last = position;
  }

  /** Who said so first, and when. */
  tellingOf(position: number): Telling {
    const alone = this.others.get(position);
    if (alone !== undefined) return alone;
    let [from, to] = [0, this.starts.length - 1];
    while (from < to) {
      const middle = (from + to + 1) >> 1;
      if (this.starts[middle]! <= position) from = middle;
      else to = middle - 1;
    }
    return this.tellings[from]!;
  }

  private tell(
    position: number,
    node: NodeId,
    ns: number,
    epoch: number,
    entryEpoch: number,
    how: How,
  ): void {
    const before = this.tellings.at(-1);
    if (
      before?.ns === ns &&
      before.node === node &&
      before.epoch === epoch &&
      before.entryEpoch === entryEpoch &&
      before.how === how
    ) {
      return;
    }
    this.starts.push(position);
    this.tellings.push({ node, ns, epoch, entryEpoch, how });
  }

  private grow(position: number): void {
    let length = this.id.length;
    while (length <= position) length *= 2;
    const old = this.id;
    this.id = new Float64Array(length);
    this.id.set(old);
  }
}
