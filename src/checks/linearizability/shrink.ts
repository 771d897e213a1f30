/**
 * From a history of one key that is not linearizable to a few of its operations that are not either.
 *
 * Not every way of leaving operations out is fair: a read looks wrong at once if the write that it saw is missing. What
 * is left must contradict itself whatever else happened. So a write stays as long as an observation stays that it could
 * explain; then any order of all operations is, without those left out, an order of the others. And where somebody
 * wrote what was seen, though it was overwritten since, that stays to be seen too.
 *
 * The last observations go first, so that what remains is the first thing that went wrong. All of it is bounded in
 * operations looked at and configurations visited, and so the same everywhere.
 */
import type { History, Value } from "../history.ts";
import { atOnce } from "./answer.ts";
import { impossible } from "./impossible.ts";
import { isPure } from "./model.ts";
import { problemOf } from "./problem.ts";
import { Search } from "./search.ts";
import { startOf } from "./stand-in.ts";
import { Support } from "./support.ts";

export interface Shrunk {
  readonly operations: readonly number[]; // in the order of their calls
  /** What the key holds before them. It may stand for appends that all observations agree about. */
  readonly start: Value;
}

export const SHRINKING = 10_000_000;

/** So few need no abbreviation. */
const ENOUGH = 8;
/** First large parts are tried, so that clients and single operations are tried on what is left of the history. */
const COARSE = 512;

export function shrink(history: History, key: number, operations: Int32Array, limit = SHRINKING): Shrunk {
  const byCall = [...operations].sort((left, right) => history.call[left]! - history.call[right]!);
  const shrinker = new Shrinker(history, byCall, history.initial.get(key), limit);
  shrinker.shrink();
  return { operations: shrinker.kept, start: shrinker.start };
}

class Shrinker {
  kept: readonly number[];
  start: Value;
  private readonly history: History;
  private readonly support: Support;
  private unwritten = false;
  private left: number; // operations to look at and configurations to visit

  constructor(history: History, operations: readonly number[], start: Value, limit: number) {
    this.history = history;
    this.support = new Support(history, operations);
    this.kept = operations;
    this.start = start;
    this.left = limit;
  }

  shrink(): void {
    this.unwritten = this.isUnwritten(this.kept);
    // While a refusal stays, so does whatever may have been written before it.
    this.drop(this.observing().filter(operation => this.history.kind[operation] === "cas"));
    // Without its observations most of a history explains nothing any more.
    this.dropChunks(this.observing(), COARSE);
    this.dropChunks(this.kept, COARSE);
    this.shorten();
    this.dropClients(this.observing());
    this.dropChunks(this.observing(), 1);
    this.dropClients(this.kept);
    this.dropChunks(this.kept, 1);
    this.shorten();
    this.dropChunks(this.kept, 1);
  }

  /** What only looks, the latest first. */
  private observing(): readonly number[] {
    return this.kept.filter(operation => isPure(this.history, operation)).reverse();
  }

  /** The client that came last goes first. */
  private dropClients(operations: readonly number[]): void {
    const inOrder = operations.toSorted(
      (left, right) => this.history.call[left]! - this.history.call[right]!,
    );
    const byClient = Map.groupBy(inOrder, operation => this.history.client[operation]!);
    for (const own of [...byClient.values()].reverse()) this.drop(own);
  }

  /** Halves, quarters and so on, down to a size. */
  private dropChunks(operations: readonly number[], least: number): void {
    let candidates = operations;
    for (let size = candidates.length; size > least; ) {
      size = Math.ceil(size / 2);
      for (let begin = 0; begin < candidates.length; begin += size) {
        this.drop(candidates.slice(begin, begin + size));
      }
      const kept = new Set(this.kept);
      candidates = candidates.filter(operation => kept.has(operation));
    }
  }

  /** Leaves operations out if what stays is still impossible. */
  private drop(operations: readonly number[]): void {
    if (operations.length === 0 || !this.afford(this.kept.length)) return;
    const rest = this.without(operations);
    if (rest.length < this.kept.length && this.fails(rest, this.start)) this.kept = rest;
  }

  /** What stays if these go, but for those that could explain what stays. */
  private without(operations: readonly number[]): readonly number[] {
    const gone = new Set(operations);
    for (let size = -1; size !== gone.size; ) {
      size = gone.size;
      const rest = this.kept.filter(operation => !gone.has(operation));
      const observed = this.support.observed(rest);
      const refused = this.refuses(rest);
      for (const operation of gone) {
        if (isPure(this.history, operation)) continue;
        if (refused || this.support.couldExplain(operation, observed)) gone.delete(operation);
      }
    }
    return this.kept.filter(operation => !gone.has(operation));
  }

  /** Whether a cas was refused for a value that may be there: then whatever replaced the value matters. */
  private refuses(operations: readonly number[]): boolean {
    const missed = this.support.missed(operations);
    if (missed.windows.size === 0) return false;
    if (missed.windows.has(this.start)) return true;
    return operations.some(operation => this.support.couldExplain(operation, missed));
  }

  /** Replaces appends that come first in all observed texts by a starting value. */
  private shorten(): void {
    if (this.kept.length <= ENOUGH) return;
    const steps = startOf(this.history, this.kept, this.start);
    const without = (count: number) => {
      const gone = new Set(steps.slice(0, count).map(({ operation }) => operation));
      return this.kept.filter(operation => !gone.has(operation));
    };
    // The more of them are gone, the less can be impossible.
    let [least, most] = [0, steps.length];
    while (least < most) {
      const middle = Math.ceil((least + most) / 2);
      if (this.fails(without(middle), steps[middle - 1]!.text)) least = middle;
      else most = middle - 1;
    }
    if (least === 0) return;
    this.kept = without(least);
    this.start = steps[least - 1]!.text;
  }

  private afford(operations: number): boolean {
    this.left -= operations;
    return this.left >= 0;
  }

  /** Whether something was seen that nobody had begun to write. */
  private isUnwritten(operations: readonly number[]): boolean {
    return impossible(problemOf(this.history, operations, this.start)) !== undefined;
  }

  private fails(operations: readonly number[], start: Value): boolean {
    if (!this.afford(operations.length)) return false;
    const problem = problemOf(this.history, operations, start);
    if (!this.unwritten && impossible(problem) !== undefined) return false;
    const answer = atOnce(problem);
    if (answer !== undefined) return answer === "invalid";
    const search = new Search(problem);
    const found = search.run(this.left);
    this.left -= search.states;
    return found === "invalid";
  }
}
