/**
 * The search for an order of effects: Wing and Gong 1993, with Lowe's memory of configurations that led nowhere.
 *
 * From a configuration, whatever was called before the earliest return that is still to be explained may come next.
 * What keeps this from exploding, each without loss (docs/checks.md has the arguments):
 *
 * - What changes nothing comes as soon as it fits: reads, and cas that were refused.
 * - Of operations with the same effect, the one that returned first comes first.
 * - A value that somebody must still find, and nobody can write again, is not overwritten.
 * - If the earliest return cannot be explained by anything within reach, there is no need to try.
 * - What has an unknown outcome comes only directly before an operation that could not do without it.
 */

import type { Answer } from "./answer.ts";
import { Board } from "./board.ts";
import { APPEND, CAS, READ, REFUSED, WRITE } from "./kinds.ts";
import type { Problem } from "./problem.ts";
import { Seen } from "./seen.ts";
import { UNSEEN } from "./states.ts";
import { NOBODY } from "./subtrees.ts";

const NONE = -1;

// Of each step of the way that is being tried:
const PLACED = 0; // how many operations were placed before it …
const FRONT = 1; // … and how many returns passed
const HELD = 2; // what the key holds now
const CHAIN = 3; // what it held before an optional operation that nothing has needed yet, or NONE
const BEGIN = 4; // its choices: where they begin …
const CURSOR = 5; // … which is the next …
const END = 6; // … and where they end
const STEP = 7;

interface Options {
  readonly remembers?: boolean; // the longest order that was found
  readonly mostWords?: number; // of memory for configurations
}

export class Search {
  /** Configurations visited. */
  states = 0;
  /** The order that placed the most required operations. Who wants it forgoes to give up early, for that hides it. */
  longest: Int32Array | undefined;
  readonly board: Board;
  readonly seen: Seen;
  private readonly problem: Problem;
  private fewestLeft = Number.POSITIVE_INFINITY;

  private depth = 0;
  private readonly steps: Int32Array;
  private choices = new Int32Array(256); // pairs of an operation and what it leaves
  private choiceCount = 0;

  // What a survey finds out. A mark that equals `round` was made by the latest one.
  private round = 0;
  private readonly wanted: Int32Array; // by state: something within reach needs it
  private readonly offered: Int32Array; // by state: something within reach leaves it
  private readonly met: Int32Array; // by effect: it was met …
  private readonly metAt: Int32Array; // … and is there among those considered
  private readonly considered: Int32Array;
  private consideredCount = 0;
  private blocked = false; // something within reach must not find what the key holds
  private appending = false; // something within reach appends
  private resetting = false; // something within reach leaves a value whatever it finds
  private readonly swapsFrom: Int32Array; // by state: optional cas that would find it

  constructor(problem: Problem, { remembers, mostWords }: Options = {}) {
    this.problem = problem;
    this.board = new Board(problem);
    if (remembers) this.longest = new Int32Array(0);
    const { exactWords, configuration } = this.board;
    this.seen = new Seen(exactWords, configuration.length - exactWords, mostWords);
    const { operations, states, effectCount, required, kinds, from } = problem;
    this.steps = new Int32Array((operations.length + 1) * STEP);
    this.wanted = new Int32Array(states.size);
    this.offered = new Int32Array(states.size);
    this.met = new Int32Array(effectCount);
    this.metAt = new Int32Array(effectCount);
    this.considered = new Int32Array(effectCount);
    this.swapsFrom = new Int32Array(states.size);
    for (let operation = required; operation < operations.length; operation++) {
      if (kinds[operation] === CAS) this.swapsFrom[from[operation]!]!++;
    }
  }

  /** Visits at most so many configurations. */
  run(limit: number): Answer {
    const { steps, board } = this;
    this.enter(this.problem.initial, NONE);
    while (board.left > 0) {
      const step = this.depth * STEP;
      if (steps[step + CURSOR]! < steps[step + END]!) {
        if (this.states >= limit) return "unknown";
        this.tryNext(step);
      } else if (this.depth === 0) {
        return "invalid";
      } else {
        this.leave(step);
      }
    }
    return "valid";
  }

  private tryNext(step: number): void {
    const { steps, board } = this;
    const choice = steps[step + CURSOR]!;
    const operation = this.choices[choice]!;
    steps[step + CURSOR] = choice + 2;
    this.depth++;
    steps[step + STEP + PLACED] = board.placed;
    steps[step + STEP + FRONT] = board.front;
    board.place(operation);
    const optional = operation >= this.problem.required;
    this.enter(this.choices[choice + 1]!, optional ? steps[step + HELD]! : NONE);
  }

  private leave(step: number): void {
    this.board.takeBack(this.steps[step + PLACED]!, this.steps[step + FRONT]!);
    this.choiceCount = this.steps[step + BEGIN]!;
    this.depth--;
  }

  private enter(state: number, before: number): void {
    this.states++;
    const moved = this.survey(state);
    if (this.longest !== undefined) this.remember();
    // What was just moved on could not have done without the optional operations before it.
    const chain = moved ? NONE : before;
    const step = this.depth * STEP;
    this.steps[step + HELD] = state;
    this.steps[step + CHAIN] = chain;
    this.steps[step + BEGIN] = this.choiceCount;
    this.steps[step + CURSOR] = this.choiceCount;
    if (this.board.left > 0 && (chain !== NONE || !this.wasHere(state))) this.choose(state, chain);
    this.steps[step + END] = this.choiceCount;
  }

  private remember(): void {
    const { left, trail, placed } = this.board;
    if (left >= this.fewestLeft) return;
    this.fewestLeft = left;
    this.longest = trail.slice(0, placed);
  }

  private wasHere(state: number): boolean {
    const { board } = this;
    board.describe(this.isIdle(state) ? UNSEEN : state);
    return this.seen.covers(board.low, board.high, board.configuration);
  }

  /** Whether nothing will ever tell the state from any other. */
  private isIdle(state: number): boolean {
    if (state === UNSEEN) return true;
    const { subtrees } = this.problem;
    if (subtrees === undefined) return this.board.watch[state] === 0;
    return subtrees.watchedUntil[state]! <= this.board.front;
  }

  /**
   * Looks at all required operations within reach. Those that can come at once without loss do; the others are
   * considered. Returns whether any came.
   */
  private survey(state: number): boolean {
    const { board, problem } = this;
    const { required, kinds, from, to, calls } = problem;
    const before = board.placed;
    this.round++;
    this.consideredCount = 0;
    this.blocked = false;
    this.appending = false;
    this.resetting = false;
    for (
      let operation = board.next[required]!;
      operation !== required && calls[operation]! < board.horizon;
      operation = board.next[operation]!
    ) {
      const kind = kinds[operation]!;
      if (kind === READ) {
        if (from[operation] === state) board.place(operation);
        else this.wanted[from[operation]!] = this.round;
      } else if (kind === REFUSED) {
        if (from[operation] !== state) board.place(operation);
        else this.blocked = true;
      } else if (kind === WRITE && to[operation] === UNSEEN && board.refused === 0 && this.isIdle(state)) {
        // Nobody sees this value, nor what it replaces.
        board.place(operation);
      } else {
        this.consider(operation, state);
      }
    }
    return board.placed > before;
  }

  private consider(operation: number, state: number): void {
    const { kinds, from, effects, returns } = this.problem;
    this.offer(operation);
    if (kinds[operation] === CAS && from[operation] !== state) {
      this.wanted[from[operation]!] = this.round;
      return;
    }
    const effect = effects[operation]!;
    if (this.met[effect] !== this.round) {
      this.met[effect] = this.round;
      this.metAt[effect] = this.consideredCount;
      this.considered[this.consideredCount++] = operation;
    } else {
      const at = this.metAt[effect]!;
      if (returns[operation]! < returns[this.considered[at]!]!) this.considered[at] = operation;
    }
  }

  private offer(operation: number): void {
    if (this.problem.kinds[operation] === APPEND) {
      this.appending = true;
    } else {
      this.resetting = true;
      this.offered[this.problem.to[operation]!] = this.round;
    }
  }

  /** Lists what may come next, the most urgent first. */
  private choose(state: number, chain: number): void {
    const begin = this.choiceCount;
    for (let index = 0; index < this.consideredCount; index++) {
      const operation = this.considered[index]!;
      if (chain !== NONE && this.problem.kinds[operation] === WRITE) continue;
      const after = this.after(operation, state);
      if (!this.loses(operation, state, after)) this.addChoice(operation, after, begin);
    }
    this.chooseOptional(state, chain);
    if (this.longest === undefined && this.isStuck(state)) this.choiceCount = begin;
  }

  private chooseOptional(state: number, chain: number): void {
    const { board, problem } = this;
    const { groups, kinds, calls, effects, from } = problem;
    for (let group = 0; group < board.unused.length; group++) {
      const operation = board.unused[group]!;
      if (operation === groups[group + 1] || calls[operation]! > board.horizon) continue;
      this.offer(operation);
      const kind = kinds[operation]!;
      if (kind === CAS && from[operation] !== state) continue;
      if (kind === WRITE && chain !== NONE) continue;
      if (this.met[effects[operation]!] === this.round) continue;
      const after = this.after(operation, state);
      if (after === state || !this.helps(after) || this.wasPassed(after)) continue;
      if (!this.loses(operation, state, after)) this.addChoice(operation, after, NONE);
    }
  }

  /** Whether something that cannot come now could come directly after an optional operation that leaves this. */
  private helps(after: number): boolean {
    if (this.problem.growth !== undefined) return after !== UNSEEN || this.board.refused > 0;
    return this.blocked || this.wanted[after] === this.round || this.swapsFrom[after]! > 0;
  }

  /** Whether the optional operations since the last required one have held it already: then they led in a circle. */
  private wasPassed(state: number): boolean {
    for (let step = this.depth * STEP; this.steps[step + CHAIN] !== NONE; step -= STEP) {
      if (this.steps[step + CHAIN] === state) return true;
    }
    return false;
  }

  private after(operation: number, state: number): number {
    const { kinds, to, growth } = this.problem;
    return kinds[operation] === APPEND ? growth!.append(state, to[operation]!) : to[operation]!;
  }

  /** Whether something that must still be found would be gone for good. */
  private loses(operation: number, state: number, after: number): boolean {
    if (after === state || this.longest !== undefined) return false;
    const { board, problem } = this;
    const { kinds, to, required, growth } = problem;
    const own = kinds[operation] === CAS && operation < required ? 1 : 0;
    const lost = board.need[state]! > own && board.make[state] === 0;
    if (growth === undefined) return lost;
    if (lost && !this.growsAgain(state, operation, after)) return true;
    if (after === UNSEEN && board.needed > own && board.resets === 0) return true;
    if (this.strands(state, operation, after)) return true;
    if (kinds[operation] !== APPEND || board.appends[to[operation]!]! > 1) return false;
    // The last of its kind: it must not be spent where it leads nowhere.
    return growth.homes[to[operation]!]!.some(home => this.strands(home, operation, after));
  }

  /** Whether a text could no more be arrived at, although it or what begins with it must still be found. */
  private strands(home: number, operation: number, after: number): boolean {
    const { board, problem } = this;
    const subtrees = problem.subtrees!;
    const needer = subtrees.lastNeeder[home]!;
    if (needer === NOBODY || needer === operation || board.has(needer)) return false;
    if (board.make[home]! > 0 || subtrees.avoidable[home] === 1) return false;
    return !problem.states.begins(home, after) && !this.growsAgain(home, operation, after);
  }

  /** Whether appends could lead to the state once more. */
  private growsAgain(state: number, operation: number, after: number): boolean {
    const { board, problem } = this;
    if (board.resets === 0 && !problem.states.begins(after, state)) return false;
    const spent = problem.kinds[operation] === APPEND ? problem.to[operation]! : NONE;
    return problem.growth!.endings[state]!.some(
      appendix => board.appends[appendix]! > (appendix === spent ? 1 : 0),
    );
  }

  /** Whether the earliest return waits for a value that nothing within reach can lead to. */
  private isStuck(state: number): boolean {
    const { kinds, from, byReturn, growth, states } = this.problem;
    const first = byReturn[this.board.front]!;
    const kind = kinds[first]!;
    const needed = from[first]!;
    if ((kind !== READ && kind !== CAS) || needed === state || this.offered[needed] === this.round)
      return false;
    return growth === undefined || !this.appending || !(this.resetting || states.begins(state, needed));
  }

  /** `begin`: where the choices to be sorted among begin, or NONE to add it at the end. */
  private addChoice(operation: number, after: number, begin: number): void {
    const { returns } = this.problem;
    if (this.choiceCount + 2 > this.choices.length) {
      const larger = new Int32Array(2 * this.choices.length);
      larger.set(this.choices);
      this.choices = larger;
    }
    const { choices } = this;
    let place = this.choiceCount;
    if (begin !== NONE) {
      for (; place > begin && returns[choices[place - 2]!]! > returns[operation]!; place -= 2) {
        choices[place] = choices[place - 2]!;
        choices[place + 1] = choices[place - 1]!;
      }
    }
    choices[place] = operation;
    choices[place + 1] = after;
    this.choiceCount += 2;
  }
}
