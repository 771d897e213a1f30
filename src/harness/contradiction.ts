/** What a check says of a history that is not linearizable, as the line of the run has it. */
import { type History, NEVER, type Value } from "../checks/history.ts";
import { labelOf, shown } from "../checks/linearizability/describe.ts";
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

/** Which answer cannot be, and what it contradicts: clients, values and times. */
export function sentenceOf({ key, operations, order, holds, stuck, unwritten }: Contradiction): string {
  const answer = inWords(operations[stuck]!);
  if (unwritten) return `nothing that may have taken effect by then explains ${answer}`;
  const latest = order.length === 0 ? "" : `, after ${inWords(operations[order.at(-1)!]!)}`;
  const held = holds === null ? "nothing" : shown(holds);
  return `${answer} has no place where k${key} holds ${held}${latest}`;
}

function inWords({ client, says, call_ns, return_ns }: Contradiction["operations"][number]): string {
  const until = return_ns === null ? "without an answer" : `to ${milliseconds(return_ns)} ms`;
  return `${says} of client ${client} (${milliseconds(call_ns)} ${until})`;
}

const milliseconds = (ns: number): string => (ns / 1e6).toFixed(3);

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
