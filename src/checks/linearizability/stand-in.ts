/** Of a key that is only appended to: the appends that all observed texts begin with, as far as these are certain. */
import type { History, Value } from "../history.ts";

export interface Step {
  readonly operation: number;
  readonly text: string; // what the key holds after it
}

/** In their order. Where two appends could be meant, nothing is certain from there on. */
export function startOf(history: History, operations: readonly number[], start: Value): Step[] {
  const { kind, result, value } = history;
  const reads = operations.filter(operation => kind[operation] === "get");
  const appends = operations.filter(operation => kind[operation] === "append");
  const texts = reads.map(operation => result[operation]);
  if (reads.length + appends.length < operations.length || !texts.every(text => typeof text === "string"))
    return [];
  const common = commonStart(texts);
  if (!common.startsWith(String(start ?? ""))) return [];
  const byText = Map.groupBy(appends, operation => String(value[operation]));
  const sizes = [...new Set([...byText.keys()].map(({ length }) => length))];
  const steps: Step[] = [];
  const used = new Set<number>();
  for (let end = String(start ?? "").length; ; ) {
    const nexts = sizes
      .filter(size => end + size <= common.length)
      .map(size => common.slice(end, end + size));
    const fitting = nexts.flatMap(next => byText.get(next) ?? []);
    const only = fitting[0];
    if (fitting.length !== 1 || used.has(only!)) return steps;
    used.add(only!);
    end += String(value[only!]).length;
    steps.push({ operation: only!, text: common.slice(0, end) });
  }
}

function commonStart(texts: readonly string[]): string {
  const sorted = texts.toSorted();
  const [first = "", last = ""] = [sorted[0], sorted.at(-1)];
  let end = 0;
  while (end < first.length && first[end] === last[end]) end++;
  return first.slice(0, end);
}
