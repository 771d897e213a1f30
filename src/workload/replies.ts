/** What clients make of answers: how many equal ones they need, and who they believe leads. */
import type { NodeId, Result } from "#protocol";

export class Replies {
  /** Whether one answer is not enough, for reads or for writes. */
  readonly compared: boolean;
  private readonly readsNeed: number;
  private readonly writesNeed: number;
  private readonly answers: Tally;
  private readonly leaders: Tally;

  constructor(readsNeed: number, writesNeed: number, replicas: number) {
    this.readsNeed = readsNeed;
    this.writesNeed = writesNeed;
    this.compared = readsNeed > 1 || writesNeed > 1;
    this.answers = new Tally(replicas);
    this.leaders = new Tally(replicas);
  }

  addSlot(): void {
    this.answers.addSlot();
    this.leaders.addSlot();
  }

  clear(slot: number): void {
    this.answers.clear(slot);
    this.leaders.clear(slot);
  }

  /**
   * Whether the slot has its answer now. Of one that travels as a digest only, somebody has to send the whole. Of those
   * that may be taken back only such count together as are of one epoch, with those that stand.
   */
  believes(
    slot: number,
    from: NodeId,
    read: boolean,
    answer: Result,
    digestOnly: boolean,
    epoch = STANDS,
  ): boolean {
    const needed = read ? this.readsNeed : this.writesNeed;
    if (needed === 1) return !digestOnly;
    const { answers } = this;
    answers.add(slot, from, answer, !digestOnly, epoch);
    return answers.mostFor(slot, answer) >= needed && answers.isWhole(slot, answer);
  }

  /** Who leads, as far as the slot can tell now: who answers or is named, by so many that one of them is honest. */
  leader(slot: number, from: NodeId, read: boolean, named: NodeId | undefined): NodeId | undefined {
    if (named === undefined) return (read ? this.readsNeed : this.writesNeed) === 1 ? from : undefined;
    if (this.writesNeed === 1) return named;
    return this.leaders.add(slot, from, named, true) >= this.writesNeed ? named : undefined;
  }
}

const STANDS = -1; // of what is not taken back whatever epoch begins

const filled = (words: number): number[] => Array.from({ length: words }, () => 0);

/**
 * Counts, for each outstanding operation, how many replicas said the same. A replica counts once for each thing it
 * says. One that lies can thus support several, but each of them once, so that f + 1 equal ones still include an honest
 * one. Everything is kept in arrays by slot and written over, never reallocated.
 */
class Tally {
  private readonly words: number; // of 32 bits: enough for one bit a replica
  private readonly distinct: number[] = []; // by slot: how many different things were said …
  private readonly said: unknown[][] = []; // … what they are …
  private readonly epochs: number[][] = []; // … in which epoch …
  private readonly whole: boolean[][] = []; // … whether anybody sent them whole …
  private readonly counts: number[][] = []; // … how many replicas said each …
  private readonly givers: number[][] = []; // … and which: `words` words a thing

  constructor(replicas: number) {
    this.words = (replicas + 31) >>> 5;
  }

  addSlot(): void {
    this.distinct.push(0);
    this.said.push([undefined]); // one thing, mostly; and of any kind, whatever comes first
    this.epochs.push([STANDS]);
    this.whole.push([false]);
    this.counts.push([0]);
    this.givers.push(filled(this.words));
  }

  clear(slot: number): void {
    this.distinct[slot] = 0;
  }

  /** Returns how many replicas have said it so far. */
  add(slot: number, from: NodeId, what: unknown, whole: boolean, epoch = STANDS): number {
    const index = this.indexOf(slot, what, epoch);
    const givers = this.givers[slot]!;
    const counts = this.counts[slot]!;
    const word = index * this.words + (from >>> 5);
    const bit = 1 << (from & 31);
    if (whole) this.whole[slot]![index] = true;
    if ((givers[word]! & bit) === 0) {
      givers[word]! |= bit;
      counts[index]!++;
    }
    return counts[index]!;
  }

  /** How many have said it so that it stands, or in one epoch, whichever that is. */
  mostFor(slot: number, what: unknown): number {
    const said = this.said[slot]!;
    const standing = this.find(slot, what, STANDS);
    let most = standing < 0 ? 0 : this.counts[slot]![standing]!;
    for (let index = 0; index < this.distinct[slot]!; index++) {
      if (index !== standing && said[index] === what)
        most = Math.max(most, this.together(slot, index, standing));
    }
    return most;
  }

  isWhole(slot: number, what: unknown): boolean {
    const said = this.said[slot]!;
    for (let index = 0; index < this.distinct[slot]!; index++) {
      if (said[index] === what && this.whole[slot]![index]!) return true;
    }
    return false;
  }

  /** How many have said the one or the other, or both. */
  private together(slot: number, one: number, other: number): number {
    if (other < 0) return this.counts[slot]![one]!;
    const { words } = this;
    const givers = this.givers[slot]!;
    let count = 0;
    for (let word = 0; word < words; word++) {
      for (let rest = givers[one * words + word]! | givers[other * words + word]!; rest !== 0; count++)
        rest &= rest - 1;
    }
    return count;
  }

  private indexOf(slot: number, what: unknown, epoch: number): number {
    const known = this.find(slot, what, epoch);
    if (known >= 0) return known;
    const distinct = this.distinct[slot]!;
    this.said[slot]![distinct] = what;
    this.epochs[slot]![distinct] = epoch;
    this.whole[slot]![distinct] = false;
    this.counts[slot]![distinct] = 0;
    for (let word = 0; word < this.words; word++) this.givers[slot]![distinct * this.words + word] = 0;
    this.distinct[slot] = distinct + 1;
    return distinct;
  }

  /** Or -1. */
  private find(slot: number, what: unknown, epoch: number): number {
    const said = this.said[slot]!;
    const epochs = this.epochs[slot]!;
    const distinct = this.distinct[slot]!;
    for (let index = 0; index < distinct; index++)
      if (said[index] === what && epochs[index] === epoch) return index;
    return -1;
  }
}
