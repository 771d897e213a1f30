/** A history is linearizable if and only if that of each key is (Herlihy and Wing 1990, locality). */
import type { History } from "../history.ts";

/** The operations of each key that are of any consequence, in the order in which they were recorded. */
export function operationsByKey(history: History): Int32Array[] {
  const counts: number[] = [];
  for (let operation = 0; operation < history.length; operation++) {
    const key = history.key[operation]!;
    while (counts.length <= key) counts.push(0);
    if (matters(history, operation)) counts[key]!++;
  }
  const operations = counts.map(count => new Int32Array(count));
  const filled = counts.map(() => 0);
  for (let operation = 0; operation < history.length; operation++) {
    if (!matters(history, operation)) continue;
    const key = history.key[operation]!;
    operations[key]![filled[key]!++] = operation;
  }
  return operations;
}

/** What certainly had no effect tells nothing, nor does a read that nobody knows the answer of. */
export function matters(history: History, operation: number): boolean {
  const status = history.status[operation];
  return status === "ok" || (status === "unknown" && history.kind[operation] !== "get");
}
