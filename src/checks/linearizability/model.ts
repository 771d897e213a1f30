/** The sequential key-value store that histories are held against: one key of it. */
import type { History, Value } from "../history.ts";

/**
 * What the key holds after the operation, or `ILLEGAL` where the operation cannot have been answered as it was while
 * the key held `state`. What was never answered fits everywhere.
 */
export function step(history: History, operation: number, state: Value): Value | typeof ILLEGAL {
  const answered = history.status[operation] === "ok";
  const value = history.value[operation];
  switch (history.kind[operation]!) {
    case "get":
      return answered && history.result[operation] !== state ? ILLEGAL : state;
    case "put":
      return value;
    case "append":
      return appended(state, value);
    case "delete":
      return undefined;
    case "cas": {
      const swaps = history.expected[operation] === state;
      if (answered && history.result[operation] !== swaps) return ILLEGAL;
      return swaps ? value : state;
    }
  }
}

export const ILLEGAL = Symbol("illegal");

/** An absent key is appended to as if it held the empty text. */
const appended = (state: Value, value: Value): string => `${state ?? ""}${value}`;

/** Whether an answer shows the operation to have left everything as it was. */
export const isPure = (history: History, operation: number): boolean =>
  history.kind[operation] === "get" ||
  (history.kind[operation] === "cas" && history.result[operation] === false);
