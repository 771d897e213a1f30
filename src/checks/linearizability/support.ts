/** What operations saw, when, and which operations could have brought it about. */
import type { History, Value } from "../history.ts";
import { isPure } from "./model.ts";

/** When what explains an observation can have taken effect. */
interface Window {
  /** What returned before this was overwritten before the observation could be made. */
  readonly from: number;
  /** What was called after this comes after the observation. */
  readonly to: number;
}

const NOT = Number.NEGATIVE_INFINITY;

export interface Observations {
  readonly windows: ReadonlyMap<Value, Window>;
  /** Where texts are appended to: those that begin no other. What explains one explains its beginnings. */
  readonly texts: readonly (readonly [string, Window])[];
}

export class Support {
  private readonly history: History;
  private readonly grows: boolean;
  private readonly fresh = new Map<number, number>(); // by operation: see `Window.from`

  constructor(history: History, operations: readonly number[]) {
    this.history = history;
    this.grows = operations.some(operation => history.kind[operation] === "append");
    const { call, return: returned } = history;
    const overwriting = operations.filter(operation => overwrites(history, operation));
    overwriting.sort((left, right) => returned[left]! - returned[right]!);
    let over = 0;
    let latest = Number.NEGATIVE_INFINITY;
    for (const operation of operations.toSorted((left, right) => call[left]! - call[right]!)) {
      for (; over < overwriting.length && returned[overwriting[over]!]! < call[operation]!; over++) {
        latest = Math.max(latest, call[overwriting[over]!]!);
      }
      this.fresh.set(operation, latest);
    }
  }

  /**
   * What was found by those that were not refused. What an operation of unknown outcome would have to find matters as
   * far as it could itself explain something, and until then.
   */
  observed(operations: readonly number[]): Observations {
    const { kind, status, result, expected, return: returned } = this.history;
    const windows = new Map<Value, Window>();
    const swaps: number[] = [];
    for (const operation of operations) {
      if (kind[operation] === "get") this.add(windows, result[operation], operation, returned[operation]!);
      if (kind[operation] !== "cas" || isPure(this.history, operation)) continue;
      if (status[operation] === "unknown") swaps.push(operation);
      else this.add(windows, expected[operation], operation, returned[operation]!);
    }
    let observations = this.withTexts(windows);
    for (let grown = true; grown; observations = this.withTexts(windows)) {
      const needed = swaps.map(swap => [swap, this.explainsUntil(swap, observations)] as const);
      const added = needed.map(([swap, to]) => to !== NOT && this.add(windows, expected[swap], swap, to));
      grown = added.includes(true);
    }
    return observations;
  }

  /** What cas were refused for not finding. */
  missed(operations: readonly number[]): Observations {
    const { kind, expected, return: returned } = this.history;
    const windows = new Map<Value, Window>();
    for (const operation of operations) {
      if (kind[operation] !== "cas" || !isPure(this.history, operation)) continue;
      this.add(windows, expected[operation], operation, returned[operation]!);
    }
    return this.withTexts(windows);
  }

  /** Whether an operation could have written something of what was observed. */
  couldExplain(operation: number, observations: Observations): boolean {
    return this.explainsUntil(operation, observations) !== NOT;
  }

  /** The latest instant by which what it writes was observed, or NOT if it cannot have been. */
  private explainsUntil(operation: number, { windows, texts }: Observations): number {
    const value = this.history.value[operation];
    const kind = this.history.kind[operation]!;
    let until = NOT;
    const consider = (window: Window | undefined): void => {
      if (window !== undefined && this.isWithin(operation, window)) until = Math.max(until, window.to);
    };
    if (kind === "get") return NOT;
    // An empty text adds to no other.
    if (kind !== "append" || value === "") consider(windows.get(value));
    if (kind === "append" && value === "") return until;
    for (const [text, window] of texts) {
      if (typeof value !== "string") {
        if (kind === "delete") consider(window);
      } else if (kind === "append" ? text.includes(value) : text.startsWith(value)) {
        consider(window);
      }
    }
    return until;
  }

  private isWithin(operation: number, { from, to }: Window): boolean {
    return this.history.call[operation]! <= to && this.history.return[operation]! >= from;
  }

  /** Whether it makes a difference. */
  private add(windows: Map<Value, Window>, value: Value, operation: number, to: number): boolean {
    const window = { from: this.fresh.get(operation)!, to };
    const before = windows.get(value);
    const after = united(before ?? window, window);
    windows.set(value, after);
    return before?.from !== after.from || before.to !== after.to;
  }

  private withTexts(windows: ReadonlyMap<Value, Window>): Observations {
    return { windows, texts: this.grows ? longest(windows) : [] };
  }
}

/** Whether certainly nothing of what was there before is there after it. */
function overwrites({ kind, status, result }: History, operation: number): boolean {
  if (status[operation] !== "ok") return false;
  if (kind[operation] === "cas") return result[operation] === true;
  return kind[operation] === "put" || kind[operation] === "delete";
}

function longest(windows: ReadonlyMap<Value, Window>): [string, Window][] {
  const texts = [...windows].filter((entry): entry is [string, Window] => typeof entry[0] === "string");
  texts.sort(([left], [right]) => (left < right ? 1 : -1));
  const longer: [string, Window][] = [];
  for (const [text, window] of texts) {
    const last = longer.at(-1);
    if (last?.[0].startsWith(text)) last[1] = united(last[1], window);
    else longer.push([text, window]);
  }
  return longer;
}

const united = (one: Window, other: Window): Window => ({
  from: Math.min(one.from, other.from),
  to: Math.max(one.to, other.to),
});
