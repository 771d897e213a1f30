/**
 * The run's own order of execution, tried before any search: to replay it takes linear time, and if it explains what
 * the clients saw, nothing is left to ask. If it does not, that proves nothing: the search decides.
 *
 * Reads by lease or by index have no place in the log. Each goes to the first place where it fits.
 */
import { type History, NOWHERE, type Value } from "../history.ts";
import { matters } from "./keys.ts";
import { ILLEGAL, isPure, step } from "./model.ts";

/** By key, with its operations as `operationsByKey` gives them: whether the positions explain what was seen. */
export function witnessed(history: History, operationsOf: readonly Int32Array[]): boolean[] {
  const executedOf: number[][] = operationsOf.map(() => []);
  for (const operation of inOrderOfExecution(history)) {
    if (matters(history, operation)) executedOf[history.key[operation]!]!.push(operation);
  }
  return operationsOf.map((operations, key) => explains(history, key, operations, executedOf[key]!));
}

function inOrderOfExecution({ position, length }: History): Int32Array {
  const last = position.reduce((most, place) => Math.max(most, place), NOWHERE);
  if (last >= 4 * length) return inOrderOfSparse(position);
  const at = new Int32Array(last + 1).fill(NOWHERE);
  for (let operation = 0; operation < length; operation++) {
    if (position[operation] !== NOWHERE) at[position[operation]!] = operation;
  }
  return at.filter(operation => operation !== NOWHERE);
}

function inOrderOfSparse(position: Float64Array): Int32Array {
  const executed = Int32Array.from(position.keys()).filter(operation => position[operation] !== NOWHERE);
  return executed.sort((left, right) => position[left]! - position[right]!);
}

function explains(
  history: History,
  key: number,
  operations: Int32Array,
  executed: readonly number[],
): boolean {
  const unplaced = misplaced(history, key, executed);
  let answered = 0;
  for (const operation of operations) {
    if (history.status[operation] !== "ok") continue;
    answered++;
    if (history.position[operation] !== NOWHERE) continue;
    if (!isPure(history, operation)) return false;
    unplaced.push(operation);
  }
  const elsewhere = new Set(unplaced);
  const placed = executed.filter(one => !elsewhere.has(one));
  const order = unplaced.length === 0 ? executed : new Placing(history, key, placed).place(unplaced);
  return order !== undefined && isLinearization(history, key, order, answered);
}

/** Reads that were answered without the log, and executed all the same: their client had asked again meanwhile. */
function misplaced(history: History, key: number, executed: readonly number[]): number[] {
  const found: number[] = [];
  let state: Value | typeof ILLEGAL = history.initial.get(key);
  let latestCall = Number.NEGATIVE_INFINITY;
  for (const operation of executed) {
    const after = step(history, operation, state);
    const fits = after !== ILLEGAL && history.return[operation]! >= latestCall;
    if (!fits && history.status[operation] === "ok" && isPure(history, operation)) {
      found.push(operation);
      continue;
    }
    if (after === ILLEGAL) break;
    state = after;
    latestCall = Math.max(latestCall, history.call[operation]!);
  }
  return found;
}

/**
 * Whether the operations could have taken effect in this order, one at a time, each between its call and its return,
 * and `answered` of them are ones that were answered. Whatever suggests an order, this alone is believed.
 */
export function isLinearization(
  history: History,
  key: number,
  order: readonly number[],
  answered: number,
): boolean {
  let state: Value | typeof ILLEGAL = history.initial.get(key);
  let latestCall = Number.NEGATIVE_INFINITY;
  let met = 0;
  for (const operation of order) {
    latestCall = Math.max(latestCall, history.call[operation]!);
    // One that had returned before the call of another cannot take effect after it.
    if (history.return[operation]! < latestCall) return false;
    state = step(history, operation, state);
    if (state === ILLEGAL) return false;
    if (history.status[operation] === "ok") met++;
  }
  return met === answered;
}

/** Finds places for operations without effect among those that were executed in order. */
class Placing {
  private readonly history: History;
  private readonly executed: readonly number[];
  private readonly states: Value[]; // before the first of them, after it, after the second …
  private readonly placesOf = new Map<Value, number[]>(); // where a state is held, ascending
  private readonly changes: Int32Array; // by place: the next one with another state

  constructor(history: History, key: number, executed: readonly number[]) {
    this.history = history;
    this.executed = executed;
    this.states = [history.initial.get(key)];
    for (const operation of executed) {
      const after = step(history, operation, this.states.at(-1));
      if (after === ILLEGAL) break; // no place from here on: the replay will find the same
      this.states.push(after);
    }
    this.changes = new Int32Array(this.states.length);
    for (let place = this.states.length - 1; place >= 0; place--) {
      const same = place + 1 < this.states.length && this.states[place] === this.states[place + 1];
      this.changes[place] = same ? this.changes[place + 1]! : place + 1;
    }
    for (const [place, state] of this.states.entries()) {
      const places = this.placesOf.get(state);
      if (places === undefined) this.placesOf.set(state, [place]);
      else places.push(place);
    }
  }

  /** All of them in one order; undefined where one fits nowhere. */
  place(unplaced: readonly number[]): number[] | undefined {
    const { call, return: returned } = this.history;
    const byCall = unplaced.toSorted((left, right) => call[left]! - call[right]!);
    const byReturn = unplaced.toSorted((left, right) => returned[left]! - returned[right]!);
    const executedByReturn = [...this.executed.keys()].sort(
      (left, right) => returned[this.executed[left]!]! - returned[this.executed[right]!]!,
    );
    const placeOf = new Map<number, number>();
    let earliest = 0; // where what is called now may be placed first
    let ended = 0;
    let endedExecuted = 0;
    for (const operation of byCall) {
      const called = call[operation]!;
      for (; returned[this.executed[executedByReturn[endedExecuted]!]!]! < called; endedExecuted++) {
        earliest = Math.max(earliest, executedByReturn[endedExecuted]! + 1);
      }
      for (; returned[byReturn[ended]!]! < called; ended++) {
        earliest = Math.max(earliest, placeOf.get(byReturn[ended]!)!);
      }
      const place = this.firstFit(operation, earliest);
      if (place === undefined) return undefined;
      placeOf.set(operation, place);
    }
    return this.merged(byCall, placeOf);
  }

  private firstFit(operation: number, earliest: number): number | undefined {
    if (earliest >= this.states.length) return undefined;
    const { kind, expected, result } = this.history;
    if (kind[operation] === "cas") {
      const place = this.states[earliest] === expected[operation] ? this.changes[earliest]! : earliest;
      return place < this.states.length ? place : undefined;
    }
    const places = this.placesOf.get(result[operation]) ?? [];
    return places[firstAtLeast(places, earliest)];
  }

  private merged(byCall: readonly number[], placeOf: ReadonlyMap<number, number>): number[] {
    const at: number[][] = Array.from({ length: this.executed.length + 1 }, () => []);
    for (const operation of byCall) at[placeOf.get(operation)!]!.push(operation);
    return at.flatMap((operations, place) =>
      place === 0 ? operations : [this.executed[place - 1]!, ...operations],
    );
  }
}

function firstAtLeast(sorted: readonly number[], least: number): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (sorted[middle]! < least) from = middle + 1;
    else to = middle;
  }
  return from;
}
