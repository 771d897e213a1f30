/** All orders, tried one by one: slow, short, and written without a look at the checker that it is compared with. */
import type { History, Value } from "../../src/checks/history.ts";

export const exhaustive = (history: History): boolean =>
  [...new Set(history.key)].every(key => orderable(history, key));

function orderable(history: History, key: number): boolean {
  const { status, call, return: returned } = history;
  const operations = [...status.keys()].filter(
    index => history.key[index] === key && status[index] !== "failed",
  );
  const tried = new Set<string>();
  const goesOn = (left: readonly number[], state: Value): boolean => {
    if (left.every(operation => status[operation] === "unknown")) return true;
    const configuration = JSON.stringify([left, state ?? null]);
    if (tried.has(configuration)) return false;
    tried.add(configuration);
    return left.some(operation => {
      if (left.some(other => returned[other]! < call[operation]!)) return false;
      const after = apply(history, operation, state);
      const rest = left.filter(other => other !== operation);
      return after !== "impossible" && goesOn(rest, after.state);
    });
  };
  return goesOn(operations, history.initial.get(key));
}

function apply(history: History, operation: number, state: Value): { state: Value } | "impossible" {
  const value = history.value[operation];
  const answer = history.status[operation] === "ok" ? history.result[operation] : "any";
  const matches = history.expected[operation] === state;
  switch (history.kind[operation]!) {
    case "get":
      return history.status[operation] === "ok" && answer !== state ? "impossible" : { state };
    case "put":
      return { state: value };
    case "append":
      return { state: (state === undefined ? "" : String(state)) + String(value) };
    case "delete":
      return { state: undefined };
    case "cas":
      if (answer !== "any" && answer !== matches) return "impossible";
      return { state: matches ? value : state };
  }
}
