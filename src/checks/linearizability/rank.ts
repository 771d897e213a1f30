/**
 * Calls and returns in one order. Of equal times calls come first, because operations that merely touch are
 * concurrent. Each answered operation gets a slot that no other concurrent one has, so that a set of operations within
 * reach of each other is a few bits.
 */
import type { History } from "../history.ts";

/** The rank of what never happens. */
export const AFTER_ALL = 0x7fffffff;

export interface Ranks {
  readonly calls: Int32Array;
  readonly returns: Int32Array; // AFTER_ALL for optional operations
  readonly byReturn: Int32Array; // the required operations in the order of their returns
  readonly slots: Int32Array; // of required operations
  readonly slotCount: number;
}

/** Of `operations`, the first `required` are answered ones in the order of their calls. */
export function rank(history: History, operations: Int32Array, required: number): Ranks {
  const called = operations.map((_, index) => index);
  const callOf = (index: number) => history.call[operations[index]!]!;
  const returnOf = (index: number) => history.return[operations[index]!]!;
  const byCall = [...called].sort((left, right) => callOf(left) - callOf(right));
  const byReturn = [...called.subarray(0, required)].sort((left, right) => returnOf(left) - returnOf(right));
  const calls = new Int32Array(operations.length);
  const returns = new Int32Array(operations.length).fill(AFTER_ALL);
  const slots = new Int32Array(required);
  const free: number[] = [];
  let slotCount = 0;
  let returned = 0;
  let now = 0;
  for (const index of byCall) {
    for (; returned < required && returnOf(byReturn[returned]!) < callOf(index); returned++) {
      returns[byReturn[returned]!] = now++;
      free.push(slots[byReturn[returned]!]!);
    }
    calls[index] = now++;
    if (index < required) slots[index] = free.pop() ?? slotCount++;
  }
  for (; returned < required; returned++) returns[byReturn[returned]!] = now++;
  return { calls, returns, byReturn: Int32Array.from(byReturn), slots, slotCount };
}
