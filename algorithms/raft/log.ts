/** The log: entries numbered from 1, the head of which may have been replaced by a snapshot (§7). */
import { assert } from "#protocol";
import type { Entry, Index, Term } from "./messages.ts";

export class Log {
  /**
   * The last entry before those held: nothing at first (index 0, term 0), later the last that was compacted.
   */
  base: Index = 0;
  baseTerm: Term = 0;
  private entries: Entry[] = []; // entry i is at i - base - 1

  get length(): number {
    return this.entries.length;
  }

  get lastIndex(): Index {
    return this.base + this.entries.length;
  }

  get lastTerm(): Term {
    const { entries } = this;
    return entries.length === 0 ? this.baseTerm : entries[entries.length - 1]!.term;
  }

  at(index: Index): Entry {
    return this.entries[index - this.base - 1]!;
  }

  /** From `base` to the last entry. */
  termAt(index: Index): Term {
    return index === this.base ? this.baseTerm : this.entries[index - this.base - 1]!.term;
  }

  /**
   * Whether this log holds that entry. What was compacted had been committed, and so agrees with every
   * leader.
   */
  matches(index: Index, term: Term): boolean {
    if (index < this.base) return true;
    return index <= this.lastIndex && this.termAt(index) === term;
  }

  /** Whether a log that ends so is at least as up to date as this one (§5.4.1). */
  isUpToDate(lastIndex: Index, lastTerm: Term): boolean {
    if (lastTerm !== this.lastTerm) return lastTerm > this.lastTerm;
    return lastIndex >= this.lastIndex;
  }

  append(entry: Entry): void {
    this.entries.push(entry);
  }

  truncateFrom(index: Index): void {
    assert(index > this.base, `entry ${index} is in the snapshot and cannot be removed`);
    if (index <= this.lastIndex) this.entries.length = index - this.base - 1;
  }

  /** As a record on disk says: whatever was held from there on gives way. */
  replaceFrom(from: Index, entries: readonly Entry[]): void {
    this.truncateFrom(from);
    for (const entry of entries) this.append(entry);
  }

  slice(from: Index, count: number): Entry[] {
    const start = from - this.base - 1;
    return this.entries.slice(start, start + count);
  }

  /** Of the last so many entries held. */
  lastTerms(count: number): Term[] {
    return this.entries.slice(-count).map(({ term }) => term);
  }

  /** The earliest entry held of the term that the entry at `index` has. */
  firstIndexOfTermAt(index: Index): Index {
    const term = this.termAt(index);
    let first = index;
    while (first - 1 > this.base && this.termAt(first - 1) === term) first--;
    return first;
  }

  /** The latest entry held of that term, at `from` or before; 0 if there is none. */
  lastIndexOfTerm(term: Term, from: Index): Index {
    let index = Math.min(from, this.lastIndex);
    while (index > this.base && this.termAt(index) > term) index--;
    return index > this.base && this.termAt(index) === term ? index : 0;
  }

  /** Forgets the entries up to `index`, which a snapshot holds. */
  compactTo(index: Index): void {
    const term = this.termAt(index);
    this.entries.splice(0, index - this.base);
    this.base = index;
    this.baseTerm = term;
  }

  /** Starts again behind a snapshot, with those entries. */
  reset(base: Index, baseTerm: Term, entries: readonly Entry[]): void {
    this.base = base;
    this.baseTerm = baseTerm;
    this.entries = entries.slice();
  }
}
