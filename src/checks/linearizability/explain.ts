/** Why a key's history is not linearizable, as data: few operations, how far an order goes, and what fits nowhere. */
import type { History, Value } from "../history.ts";
import { impossible } from "./impossible.ts";
import { operationsByKey } from "./keys.ts";
import { ILLEGAL, step } from "./model.ts";
import { problemOf } from "./problem.ts";
import { Search } from "./search.ts";
import { SHRINKING, shrink } from "./shrink.ts";

export interface Explanation {
  readonly key: number;
  /** Already impossible without the others, in the order of their calls. */
  readonly operations: readonly number[];
  readonly leftOut: number; // operations on the key that matter to the check, and not to the contradiction
  /** What the key holds before them. It may stand for appends that all observations agree about. */
  readonly start: Value;
  /** The longest order that explains the answers of those in it. */
  readonly order: readonly number[];
  readonly holds: Value; // what the key holds after it
  /** The operation that must come next, because it returned first, and cannot. */
  readonly stuck: number;
  /** Whether nothing that may have taken effect could have written what `stuck` saw … */
  readonly unwritten: boolean;
  /** … and what was reported to have failed, and would have. */
  readonly failed: readonly number[];
}

export function explain(history: History, key: number, limit = SHRINKING): Explanation {
  const all = operationsByKey(history)[key]!;
  const { operations, start } = shrink(history, key, all, limit);
  const problem = problemOf(history, operations, start);
  const search = new Search(problem, { remembers: true });
  search.run(limit);
  const order = Array.from(search.longest!, operation => problem.operations[operation]!);
  const placed = new Set(order);
  const byReturn = Array.from(problem.byReturn, operation => problem.operations[operation]!);
  const stuck = byReturn.find(operation => !placed.has(operation))!;
  const unseen = impossible(problem);
  const unwritten = unseen !== undefined && problem.operations[unseen] === stuck;
  return {
    key,
    operations,
    leftOut: all.length - operations.length,
    start,
    order,
    holds: heldAfter(history, order, start),
    stuck,
    unwritten,
    failed: unwritten ? failedWrites(history, stuck) : [],
  };
}

function failedWrites(history: History, reader: number): number[] {
  const { key, kind, value, status, result, expected } = history;
  const seen = kind[reader] === "get" ? result[reader] : expected[reader];
  const writes = ["put", "append", "cas"];
  return [...status.keys()].filter(
    operation =>
      status[operation] === "failed" &&
      key[operation] === key[reader] &&
      writes.includes(kind[operation]!) &&
      value[operation] === seen,
  );
}

function heldAfter(history: History, order: readonly number[], start: Value): Value {
  let held = start;
  for (const operation of order) {
    const after = step(history, operation, held);
    if (after === ILLEGAL) throw new Error(`operation ${operation} does not follow from what the key holds`);
    held = after;
  }
  return held;
}
