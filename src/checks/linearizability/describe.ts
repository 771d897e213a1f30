/**
 * An explanation for people: a lane for each client, time from left to right, a bar from call to return.
 *
 *     client 1  |put "a"|
 *     client 2            |put "b"|
 *     client 3                      |get → "a"|
 */
import type { History, Value } from "../history.ts";
import type { Explanation } from "./explain.ts";

const MOST_LANES = 24;
const WIDEST = 160;
const MOST_LINES = 40;

export function describe(history: History, explanation: Explanation): string {
  const { key, operations, leftOut, start } = explanation;
  const others = leftOut === 0 ? "" : `, without the other ${leftOut}`;
  const count =
    operations.length === 1
      ? "this operation contradicts"
      : `these ${operations.length} operations contradict`;
  const before = start === undefined ? "nothing" : shown(start);
  return [
    `key ${shown(history.keyName(key))}: ${count} ${operations.length === 1 ? "itself" : "each other"}${others}`,
    `before them it holds ${before}${start !== history.initial.get(key) ? ", by operations that are left out" : ""}`,
    "",
    ...(drawing(history, operations) ?? listing(history, operations)),
    "",
    ...conclusion(history, explanation),
  ].join("\n");
}

function conclusion(
  history: History,
  { key, order, holds, stuck, unwritten, failed }: Explanation,
): string[] {
  const named = (operation: number) =>
    `  ${labelOf(history, operation)}  (client ${history.clientName(operation)})`;
  const span = `called at ${history.call[stuck]}, returned at ${history.return[stuck]}`;
  if (unwritten) {
    const suspects = failed.length === 0 ? [] : ["this was reported to have failed:", ...failed.map(named)];
    return ["nothing that may have taken effect by then explains", `${named(stuck)}, ${span}`, ...suspects];
  }
  const held = holds === undefined ? "nothing" : shown(holds);
  return [
    ...(order.length === 0
      ? []
      : ["so far an order explains what clients saw:", ...latest(order.map(named))]),
    `then key ${shown(history.keyName(key))} holds ${held}, and there is no place for`,
    `${named(stuck)}, ${span}`,
  ];
}

interface Bar {
  readonly operation: number;
  readonly label: string;
  begin: number;
  end: number;
}

/** Undefined where it would be too large to be of use. */
function drawing(history: History, operations: readonly number[]): string[] | undefined {
  const bars = operations.map(operation => ({
    operation,
    label: labelOf(history, operation),
    begin: 0,
    end: 0,
  }));
  const width = layOut(history, bars);
  const lanes: { name: string; bars: Bar[] }[] = [];
  for (const bar of bars) {
    const name = `client ${history.clientName(bar.operation)}`;
    const lane = lanes.find(candidate => candidate.name === name && candidate.bars.at(-1)!.end < bar.begin);
    if (lane === undefined) lanes.push({ name, bars: [bar] });
    else lane.bars.push(bar);
  }
  if (lanes.length > MOST_LANES || width > WIDEST) return undefined;
  const margin = Math.max(...lanes.map(({ name }) => name.length));
  return lanes.map(({ name, bars: inLane }) => {
    const line = inLane.reduce((text, bar) => text.padEnd(bar.begin) + drawn(history, bar), "");
    return `  ${name.padEnd(margin)}  ${line}`;
  });
}

/** Gives calls and returns their columns, in the order of time. Returns how many there are. */
function layOut(history: History, bars: readonly Bar[]): number {
  const calls = bars.map(bar => ({ bar, at: history.call[bar.operation]!, isReturn: false }));
  const returns = bars.map(bar => ({ bar, at: history.return[bar.operation]!, isReturn: true }));
  const instants = [...calls, ...returns].sort(
    (left, right) => left.at - right.at || Number(left.isReturn) - Number(right.isReturn),
  );
  let column = 0;
  for (const { bar, isReturn } of instants) {
    if (isReturn) bar.end = column = Math.max(column, bar.begin + bar.label.length + 1);
    else bar.begin = column;
    column++;
  }
  return column;
}

/** The bar of an operation of unknown outcome has no end. */
function drawn(history: History, { operation, label, begin, end }: Bar): string {
  const text = `|${label.padEnd(end - begin - 1, " ")}`;
  return `${text}${history.status[operation] === "unknown" ? "…" : "|"}`;
}

function listing(history: History, operations: readonly number[]): readonly string[] {
  const lines = operations.map(operation => {
    const returned = history.status[operation] === "unknown" ? "…" : history.return[operation];
    const span = `${history.call[operation]} to ${returned}`;
    return `  ${span.padEnd(32)}  client ${history.clientName(operation)}  ${labelOf(history, operation)}`;
  });
  return latest(lines);
}

function latest(lines: readonly string[]): readonly string[] {
  const left = lines.length - MOST_LINES;
  return left <= 0 ? lines : [`  … ${left} more`, ...lines.slice(left)];
}

export function labelOf(history: History, operation: number): string {
  const kind = history.kind[operation]!;
  const value = shown(history.value[operation]);
  const answered = history.status[operation] === "ok";
  switch (kind) {
    case "get":
      return `get → ${shown(history.result[operation])}`;
    case "put":
    case "append":
      return `${kind} ${value}`;
    case "delete":
      return kind;
    case "cas": {
      const swap = `cas ${shown(history.expected[operation])} to ${value}`;
      if (!answered) return swap;
      return history.result[operation] === true ? `${swap} → done` : `${swap} → refused`;
    }
  }
}

const LONGEST = 24;

/** Of long texts the end: that is where they differ. */
export function shown(value: Value): string {
  if (value === undefined) return "nothing";
  if (typeof value !== "string") return String(value);
  if (value.length <= LONGEST) return JSON.stringify(value);
  return `…${JSON.stringify(value.slice(-LONGEST))} (${value.length} characters)`;
}
