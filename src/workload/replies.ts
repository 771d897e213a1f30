/** Counts, for each outstanding operation, how many replicas gave the same answer. */
import type { NodeId, Result } from "#protocol";

/**
 * A replica counts once for each answer. One that lies can thus support several answers, but each of them once, so
 * that f + 1 equal answers still include an honest one. Everything is kept in arrays by slot and written over, never
 * reallocated.
 */
export class ReplyTally {
  private readonly words: number; // of 32 bits: enough for one bit a replica
  private readonly distinct: number[] = []; // by slot: how many different answers there are …
  private readonly answers: Result[][] = []; // … what they are …
  private readonly counts: number[][] = []; // … how many replicas gave each …
  private readonly givers: number[][] = []; // … and which: `words` words an answer

  constructor(replicas: number) {
    this.words = (replicas + 31) >>> 5;
  }

  addSlot(): void {
    this.distinct.push(0);
    this.answers.push([]);
    this.counts.push([]);
    this.givers.push([]);
  }

  clear(slot: number): void {
    this.distinct[slot] = 0;
  }

  /** Adds an answer; returns how many replicas have given it so far. */
  add(slot: number, from: NodeId, answer: Result): number {
    const index = this.indexOf(slot, answer);
    const givers = this.givers[slot]!;
    const counts = this.counts[slot]!;
    const word = index * this.words + (from >>> 5);
    const bit = 1 << (from & 31);
    if ((givers[word]! & bit) === 0) {
      givers[word]! |= bit;
      counts[index]!++;
    }
    return counts[index]!;
  }

  private indexOf(slot: number, answer: Result): number {
    const answers = this.answers[slot]!;
    const distinct = this.distinct[slot]!;
    for (let index = 0; index < distinct; index++) if (answers[index] === answer) return index;
    answers[distinct] = answer;
    this.counts[slot]![distinct] = 0;
    for (let word = 0; word < this.words; word++) this.givers[slot]![distinct * this.words + word] = 0;
    this.distinct[slot] = distinct + 1;
    return distinct;
  }
}
