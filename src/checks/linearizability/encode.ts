/** From a history to numbers: what the operations on a key do, and between what. */
import type { History, Value } from "../history.ts";
import { Growth } from "./growth.ts";
import { APPEND, CAS, type Columns, pick, READ, REFUSED, WRITE } from "./kinds.ts";
import { States, UNSEEN } from "./states.ts";

export interface Encoded extends Columns {
  readonly required: number; // how many were answered; they come first
  readonly states: States;
  readonly initial: number;
  readonly growth: Growth | undefined; // where nothing is appended
}

/** Answered operations in the order of their calls, and then in theirs those of unknown outcome that may matter. */
export function encode(history: History, operations: ArrayLike<number>, start: Value): Encoded {
  const { answered, open } = divided(history, operations);
  const all = [...answered, ...open];
  const grows = all.some(operation => history.kind[operation] === "append");
  const states = new States(observedIn(history, answered, open, grows), grows);
  const initial = states.of(start);
  const appended = new Map<string, number>();
  const columns = columnsOf(history, all, states, appended);
  const growth = grows ? grown(states, appended, initial, columns) : undefined;
  const kept = usefulIn(columns, answered.length);
  return {
    operations: pick(columns.operations, kept),
    kinds: pick(columns.kinds, kept),
    from: pick(columns.from, kept),
    to: pick(columns.to, kept),
    required: answered.length,
    states,
    initial,
    growth,
  };
}

function divided({ status, call }: History, operations: ArrayLike<number>) {
  const byCall = Array.from(operations).sort((left, right) => call[left]! - call[right]!);
  return {
    answered: byCall.filter(operation => status[operation] === "ok"),
    open: byCall.filter(operation => status[operation] === "unknown"),
  };
}

/** What answers tell from everything else, and what cas of unknown outcome would have to find to be of use. */
function observedIn(
  { kind, value, expected, result }: History,
  answered: readonly number[],
  open: readonly number[],
  grows: boolean,
): Set<Value> {
  const observed = new Set<Value>();
  for (const operation of answered) {
    if (kind[operation] === "get") observed.add(result[operation]);
    else if (kind[operation] === "cas") observed.add(expected[operation]);
  }
  const swaps = open.filter(operation => kind[operation] === "cas");
  for (let known = -1; known < observed.size; ) {
    known = observed.size;
    for (const swap of swaps) if (grows || observed.has(value[swap])) observed.add(expected[swap]);
  }
  return observed;
}

function columnsOf(
  history: History,
  operations: readonly number[],
  states: States,
  appended: Map<string, number>,
): Columns {
  const { kind, value, expected, result } = history;
  const kinds = new Int32Array(operations.length);
  const from = new Int32Array(operations.length);
  const to = new Int32Array(operations.length);
  for (const [index, operation] of operations.entries()) {
    kinds[index] = kindOf(history, operation);
    if (kind[operation] === "get") from[index] = states.of(result[operation]);
    else if (kind[operation] === "cas") from[index] = states.of(expected[operation]);
    if (kinds[index] === APPEND) to[index] = numberOf(String(value[operation]), appended);
    else if (kinds[index] === WRITE || kinds[index] === CAS) to[index] = states.of(value[operation]);
  }
  return { operations: Int32Array.from(operations), kinds, from, to };
}

function kindOf({ kind, status, result, expected, value }: History, operation: number): number {
  switch (kind[operation]!) {
    case "get":
      return READ;
    case "put":
    case "delete":
      return WRITE;
    case "append":
      return APPEND;
    case "cas":
      if (status[operation] === "ok" && result[operation] === false) return REFUSED;
      return expected[operation] === value[operation] ? READ : CAS;
  }
}

function numberOf(text: string, numbers: Map<string, number>): number {
  const number = numbers.get(text) ?? numbers.size;
  numbers.set(text, number);
  return number;
}

/** Appends that lead to nothing observed, wherever they come, write what nobody sees. */
function grown(
  states: States,
  appended: ReadonlyMap<string, number>,
  initial: number,
  { kinds, to }: Columns,
): Growth {
  const written = to.filter((_, index) => kinds[index] === WRITE || kinds[index] === CAS);
  const growth = new Growth(states, appended, [initial, ...written]);
  for (let index = 0; index < kinds.length; index++) {
    if (kinds[index] !== APPEND || growth.homes[to[index]!]!.length > 0) continue;
    kinds[index] = WRITE;
    to[index] = UNSEEN;
  }
  return growth;
}

/**
 * Whether an operation of unknown outcome took effect does not matter, unless somebody sees what it wrote or was
 * refused for what it replaced.
 */
function usefulIn({ kinds, to }: Columns, answered: number): number[] {
  const refused = kinds.includes(REFUSED);
  const useful = (kind: number, after: number): boolean =>
    kind === APPEND || (kind !== READ && (refused || after !== UNSEEN));
  return [...kinds.keys()].filter(index => index < answered || useful(kinds[index]!, to[index]!));
}
