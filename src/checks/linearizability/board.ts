/**
 * The position of a search: which operations have taken effect, and what those that have not still need or can do.
 * Placing an operation and taking it back cost the same few steps, however long the history is.
 */
import { APPEND, CAS, READ, REFUSED, WRITE } from "./kinds.ts";
import type { Problem } from "./problem.ts";
import { AFTER_ALL } from "./rank.ts";
import { UNSEEN } from "./states.ts";

/** Words of a configuration before the bits of its slots. */
const FRONT = 0;
const STATE = 1;
const SLOTS = 2;

export class Board {
  /** Required operations without a place. */
  left: number;
  /** How many returns, in their order, are of operations that have a place. The next one must find one in time. */
  front = 0;
  /** What was called before this instant is within reach: it may come next. */
  horizon: number;
  /** Required operations without a place in the order of their calls, beginning and ending at `required`. */
  readonly next: Int32Array;
  /** By group of optional operations: the first that was not used. */
  readonly unused: Int32Array;
  /** All that was placed, in order. */
  readonly trail: Int32Array;
  placed = 0;

  // By state, among operations without a place:
  readonly need: Int32Array; // required ones that must find it
  readonly make: Int32Array; // those that leave it, whatever they find
  readonly watch: Int32Array; // those that tell it from others
  needed = 0; // the sum of `need`
  refused = 0; // required ones that must not find something
  /** Those that can lead away from `UNSEEN`. */
  resets = 0;
  /** By text: those that append it. */
  readonly appends: Int32Array;

  // Configurations are compared by these words, and found by the two lanes of their hash.
  readonly configuration: Int32Array;
  readonly exactWords: number;
  low = 0;
  high = 0;

  private readonly problem: Problem;
  private readonly previous: Int32Array;
  private readonly done: Uint8Array; // by required operation
  private readonly groupOf: Int32Array; // by optional operation

  constructor(problem: Problem) {
    const { required, operations, groups, states, slotCount, growth } = problem;
    const count = operations.length;
    this.problem = problem;
    this.left = required;
    this.horizon = required === 0 ? AFTER_ALL : problem.returns[problem.byReturn[0]!]!;
    this.next = Int32Array.from({ length: required + 1 }, (_, index) => (index === required ? 0 : index + 1));
    this.previous = Int32Array.from(
      { length: required + 1 },
      (_, index) => (index + required) % (required + 1),
    );
    this.done = new Uint8Array(required);
    this.trail = new Int32Array(count);
    this.unused = groups.slice(0, -1);
    this.groupOf = new Int32Array(count - required);
    for (let group = 0; group < this.unused.length; group++) {
      this.groupOf.fill(group, groups[group]! - required, groups[group + 1]! - required);
    }
    this.exactWords = SLOTS + ((slotCount + 31) >>> 5);
    this.configuration = new Int32Array(this.exactWords + ((count - required + 31) >>> 5));
    this.need = new Int32Array(states.size);
    this.make = new Int32Array(states.size);
    this.watch = new Int32Array(states.size);
    this.appends = new Int32Array(growth?.homes.length ?? 0);
    for (let operation = 0; operation < count; operation++) this.count(operation, 1);
  }

  has(operation: number): boolean {
    return this.done[operation] === 1;
  }

  place(operation: number): void {
    this.trail[this.placed++] = operation;
    this.count(operation, -1);
    const { required } = this.problem;
    if (operation >= required) {
      this.unused[this.groupOf[operation - required]!]!++;
      return this.toggleOptional(operation - required);
    }
    const before = this.previous[operation]!;
    const after = this.next[operation]!;
    this.next[before] = after;
    this.previous[after] = before;
    this.done[operation] = 1;
    this.left--;
    this.toggle(operation);
    if (operation === this.problem.byReturn[this.front]) this.advance();
  }

  /** Undoes all that was placed since so many were, when so many returns had been passed. */
  takeBack(placed: number, front: number): void {
    const { required, byReturn } = this.problem;
    while (this.front > front) this.toggle(byReturn[--this.front]!);
    while (this.placed > placed) {
      const operation = this.trail[--this.placed]!;
      this.count(operation, 1);
      if (operation >= required) {
        this.unused[this.groupOf[operation - required]!]!--;
        this.toggleOptional(operation - required);
        continue;
      }
      this.next[this.previous[operation]!] = operation;
      this.previous[this.next[operation]!] = operation;
      this.done[operation] = 0;
      this.left++;
      this.toggle(operation);
    }
    this.look();
  }

  /** Completes the configuration, and hashes all of it but the optional operations. */
  describe(state: number): void {
    this.configuration[FRONT] = this.front;
    this.configuration[STATE] = state;
    this.low = 0;
    this.high = 0;
    for (let word = 0; word < this.exactWords; word++) {
      const bits = this.configuration[word]!;
      this.low = mixed(this.low ^ bits, 0x85ebca6b);
      this.high = mixed(this.high + bits, 0xc2b2ae35);
    }
  }

  private advance(): void {
    const { byReturn } = this.problem;
    while (this.front < byReturn.length && this.done[byReturn[this.front]!] === 1) {
      // Its slot is free for another operation.
      this.toggle(byReturn[this.front++]!);
    }
    this.look();
  }

  private look(): void {
    const { byReturn, returns } = this.problem;
    this.horizon = this.front < byReturn.length ? returns[byReturn[this.front]!]! : AFTER_ALL;
  }

  private toggle(operation: number): void {
    const slot = this.problem.slots[operation]!;
    this.configuration[SLOTS + (slot >>> 5)]! ^= 1 << (slot & 31);
  }

  private toggleOptional(index: number): void {
    this.configuration[this.exactWords + (index >>> 5)]! ^= 1 << (index & 31);
  }

  /** An operation comes to, or goes from, those without a place. */
  private count(operation: number, change: 1 | -1): void {
    const { kinds, required } = this.problem;
    const kind = kinds[operation]!;
    const from = this.problem.from[operation]!;
    const to = this.problem.to[operation]!;
    if (kind === READ || kind === REFUSED || kind === CAS) this.watch[from]! += change;
    if (kind === READ || (kind === CAS && operation < required)) {
      this.need[from]! += change;
      this.needed += change;
    }
    if (kind === REFUSED) this.refused += change;
    if (kind === APPEND) this.appends[to]! += change;
    if (kind !== WRITE && kind !== CAS) return;
    this.make[to]! += change;
    if (to !== UNSEEN) this.resets += change;
  }
}

function mixed(bits: number, factor: number): number {
  const spread = Math.imul(bits ^ (bits >>> 15), factor);
  return spread ^ (spread >>> 13);
}
