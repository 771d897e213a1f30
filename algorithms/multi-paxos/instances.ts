/**
 * The instances of consensus under way, as a learner sees them: who has accepted what was proposed in the ballot
 * promised. What one Accept proposes, in slots in a row, is accepted and chosen together.
 */
import type { NodeId } from "#protocol";
import { Votes } from "../quorum.ts";
import type { Slot } from "./messages.ts";

export class Instance {
  readonly first: Slot;
  readonly last: Slot;
  readonly votes = new Votes();

  constructor(first: Slot, last: Slot) {
    this.first = first;
    this.last = last;
  }
}

export class Instances {
  private list: Instance[] = []; // few, in the order of their slots
  private readonly quorum: number;

  constructor(quorum: number) {
    this.quorum = quorum;
  }

  get length(): number {
    return this.list.length;
  }

  get oldest(): Instance | undefined {
    return this.list[0];
  }

  clear(): void {
    if (this.list.length > 0) this.list = [];
  }

  /** Found, or added in its place. */
  open(first: Slot, last: Slot): Instance {
    const { list } = this;
    let place = list.length;
    for (; place > 0 && list[place - 1]!.first >= first; place--)
      if (list[place - 1]!.first === first) return list[place - 1]!;
    const instance = new Instance(first, last);
    if (place === list.length) list.push(instance);
    else list.splice(place, 0, instance);
    return instance;
  }

  /** The one that this slot belongs to. */
  at(slot: Slot): Instance | undefined {
    return this.list.find(({ first, last }) => first <= slot && slot <= last);
  }

  /** An acceptor votes for the instances from `first` to `last`, and for all up to `verified`. Each counts once. */
  vote(from: NodeId, first: Slot, last: Slot, verified: Slot): void {
    const { list } = this;
    for (let index = 0; index < list.length; index++) {
      const instance = list[index]!;
      const isNamed = instance.first >= first && instance.last <= last;
      if (isNamed || instance.last <= verified) instance.votes.add(from);
    }
  }

  isChosen({ votes }: Instance): boolean {
    return votes.count >= this.quorum;
  }

  /**
   * Takes out what follows `committed` without a gap and is chosen, as far as its values are held, and returns how
   * far that goes.
   */
  takeChosen(committed: Slot, verified: Slot): Slot {
    const { list } = this;
    let slot = committed;
    while (list.length > 0) {
      const { first, last } = list[0]!;
      const known = last <= slot; // from elsewhere
      if (!known && (first > slot + 1 || last > verified || !this.isChosen(list[0]!))) break;
      if (last > slot) slot = last;
      list.shift();
    }
    return slot;
  }
}
