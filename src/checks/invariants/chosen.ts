/**
 * What was chosen at each position, once and for all: the record that every replica is held to, kept outside of them.
 * A run has as many positions as commands; who was first to say so, when and in which epoch is the same for many in a
 * row, and told once for all of these.
 */
import type { NodeId } from "#protocol";
import { NOTHING_KNOWN } from "./identity.ts";
import { type How, type Telling, Tellings } from "./tellings.ts";

const AT_FIRST = 1024;

export class Chosen {
  last = 0; // the highest position at which anything is chosen
  id = new Float64Array(AT_FIRST); // NOTHING_KNOWN where nobody has committed or executed anything yet
  // Of positions in a row: from the one in `starts` on. What does not come in order stands by itself.
  private readonly tellings = new Tellings();
  private readonly others = new Map<number, Telling>();

  at(position: number): number {
    return position <= this.last ? this.id[position]! : NOTHING_KNOWN;
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
    else this.tellings.tell(position, node, ns, epoch, entryEpoch, how);
    if (position > this.last) this.last = position;
  }

  /** Who said so first, and when. */
  tellingOf(position: number): Telling {
    return this.others.get(position) ?? this.tellings.at(position);
  }

  private grow(position: number): void {
    let length = this.id.length;
    while (length <= position) length *= 2;
    const old = this.id;
    this.id = new Float64Array(length);
    this.id.set(old);
  }
}
