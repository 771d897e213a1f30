/** Histories for tests: written by hand, drawn at random, recorded elsewhere. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { CommandKind, Request } from "#protocol";
import { type History, HistoryBuilder, NEVER, type Value } from "../../src/checks/history.ts";
import { readHistory } from "../../src/checks/history-lines.ts";
import type { Outcome } from "../../src/protocol/client.ts";
import { RandomStream } from "../../src/simulation/random.ts";

/** What a client asks of key 7. */
export const request = (
  client: number,
  sequence: number,
  kind: CommandKind,
  value = "",
  expected?: string,
): Request => ({ client, sequence, command: { kind, key: 7, value, expected, bytes: value.length } });

export interface Operation {
  readonly client?: number; // left out: one of its own
  readonly kind: CommandKind;
  readonly key?: number;
  readonly value?: Value;
  readonly expected?: Value;
  readonly result?: Value;
  readonly call: number;
  readonly return?: number; // left out: the outcome is unknown
  readonly status?: Outcome;
  readonly position?: number;
}

export function historyOf(operations: readonly Operation[], initial?: Value): History {
  const history = new HistoryBuilder();
  if (initial !== undefined) history.initial.set(0, initial);
  for (const [client, { kind, key = 0, value, expected, call, result, ...rest }] of operations.entries()) {
    const operation = history.add(rest.client ?? client, kind, key, value, expected, call);
    history.return[operation] = rest.return ?? NEVER;
    history.status[operation] = rest.status ?? (rest.return === undefined ? "unknown" : "ok");
    if (history.status[operation] === "ok") history.result[operation] = result;
    history.position[operation] = rest.position ?? -1;
  }
  return history.build();
}

/** The operations of a history, to make another of. */
export const operationsOf = (history: History, which = [...history.status.keys()]): Operation[] =>
  which.map(operation => ({
    client: history.client[operation]!,
    kind: history.kind[operation]!,
    key: history.key[operation]!,
    value: history.value[operation],
    expected: history.expected[operation],
    result: history.result[operation],
    call: history.call[operation]!,
    return: history.return[operation]!,
    status: history.status[operation]!,
    position: history.position[operation]!,
  }));

// Short notations: `put(1, 2, "a")` is called at 1 and returns at 2. An end of undefined: unknown.
type End = number | undefined;
const ended = (call: number, end: End) => (end === undefined ? { call } : { call, return: end });
export const put = (call: number, end: End, value: Value): Operation => ({
  kind: "put",
  value,
  ...ended(call, end),
});
export const get = (call: number, end: End, result: Value): Operation => ({
  kind: "get",
  result,
  ...ended(call, end),
});
export const append = (call: number, end: End, value: string): Operation => ({
  kind: "append",
  value,
  ...ended(call, end),
});
export const remove = (call: number, end: End): Operation => ({ kind: "delete", ...ended(call, end) });
export const cas = (call: number, end: End, expected: Value, value: Value, result?: boolean): Operation => ({
  kind: "cas",
  expected,
  value,
  result,
  ...ended(call, end),
});

const folder = join(import.meta.dirname, "histories");

export interface Expected {
  readonly verdict: "linearizable" | "not-linearizable";
  readonly operations: number;
  readonly hard: boolean;
  readonly porcupine_cpu_ms: number;
}

export const samples: Readonly<Record<string, Expected>> = JSON.parse(
  readFileSync(join(folder, "expected.json"), "utf8"),
);

export const sample = (name: string): History => readHistory(sampleText(name));
export const sampleText = (name: string): string => gunzipSync(readFileSync(join(folder, name))).toString();

export interface Drawing {
  readonly kinds: readonly CommandKind[];
  readonly operations: number;
  readonly unknown: number; // the share of operations that nobody heard of again
  readonly span?: number; // calls come within so many instants; drawn if left out
  readonly unique?: boolean; // each value is written once
  readonly honest?: boolean; // what clients saw is what happened: linearizable by construction
}

const texts = ["a", "b", "ab", ""];

/** Few operations, many at once, on one key. Executed for real, and then, unless honest, some answers are changed. */
export function draw(seed: number, drawing: Drawing): History {
  const random = new RandomStream(seed, "history");
  const below = (bound: number): number => Math.floor(random.next() * bound);
  const choices = texts.slice(0, 2 + below(3));
  const someValue = (): Value => (below(5) === 0 ? undefined : choices[below(choices.length)]);
  const span = drawing.span ?? 4 + below(14);
  const drafts = Array.from({ length: drawing.operations }, (_, index) => {
    const call = below(span);
    const end = call + below(6);
    const drawn = random.next();
    const status = drawn < drawing.unknown ? "unknown" : drawn > 0.93 ? "failed" : "ok";
    return {
      kind: drawing.kinds[below(drawing.kinds.length)]!,
      value: drawing.unique ? `${index};` : choices[below(choices.length)]!,
      expected: someValue(),
      call,
      end,
      at: call + below(end - call + 1),
      status: status as Outcome,
      happens: status === "ok" || (status === "unknown" && below(2) === 0),
      result: undefined as Value,
    };
  });
  const initial = below(3) === 0 ? choices[below(choices.length)] : undefined;
  let state: Value = initial;
  for (const draft of drafts.toSorted((left, right) => left.at - right.at)) {
    if (draft.kind === "cas" && below(3) === 0) draft.expected = state;
    const { kind, value, expected } = draft;
    draft.result = kind === "get" ? state : kind === "cas" ? state === expected : undefined;
    if (!draft.happens) continue;
    if (kind === "put" || (kind === "cas" && draft.result === true)) state = value;
    if (kind === "append") state = `${state ?? ""}${value}`;
    if (kind === "delete") state = undefined;
  }
  for (let lies = drawing.honest ? 0 : below(4); lies > 0; lies--) {
    const draft = drafts[below(drafts.length)]!;
    const other = drafts[below(drafts.length)]!;
    if (draft.kind === "get") draft.result = other.kind === "get" ? other.result : someValue();
    if (draft.kind === "cas") draft.result = draft.result !== true;
  }
  return historyOf(
    drafts.map(({ end, at: _at, happens: _happens, ...draft }) =>
      draft.status === "unknown" ? draft : { ...draft, return: end },
    ),
    initial,
  );
}
