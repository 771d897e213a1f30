/** What a check says of a history that is not linearizable, as the line of the run has it. */
import { type History, NEVER, type Value } from "../checks/history.ts";
import { labelOf } from "../checks/linearizability/describe.ts";
import { explain } from "../checks/linearizability/explain.ts";
import type { Contradiction } from "../results/contradiction.ts";

export function contradictionOn(history: History, key: number): Contradiction {
  const { operations, start, leftOut, order, holds, stuck, unwritten, failed } = explain(history, key);
  const place = new Map(operations.map((operation, index) => [operation, index]));
  return {
    key: history.keyName(key),
    start: held(start),
    operations: operations.map(operation => operationLine(history, operation)),
    left_out: leftOut,
    order: order.map(operation => place.get(operation)!),
    holds: held(holds),
    stuck: place.get(stuck)!,
    unwritten,
    failed: failed.map(operation => operationLine(history, operation)),
  };
}

function operationLine(history: History, operation: number): Contradiction["operations"][number] {
  const returned = history.return[operation]!;
  return {
    client: String(history.clientName(operation)),
    says: labelOf(history, operation),
    call_ns: history.call[operation]!,
    return_ns: returned === NEVER ? null : returned,
  };
}

const held = (value: Value): string | null => (value === undefined ? null : String(value));
