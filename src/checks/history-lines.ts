/** Reads the history format: one JSON object a line. See docs/checks.md; `History.toLines` writes it. */
import type { ClientId, CommandKind } from "#protocol";
import type { Outcome } from "../protocol/client.ts";
import { type History, HistoryBuilder, type Value } from "./history.ts";

/** What is wrong with a history: the first thing found. */
export class HistoryError extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

export function readHistory(text: string): History {
  const lines = new Lines();
  lines.take(text);
  return lines.finish();
}

/** The same of a text that comes in pieces, of which no more than a line is held at a time. */
export async function readHistoryInPieces(pieces: AsyncIterable<string>): Promise<History> {
  const lines = new Lines();
  for await (const piece of pieces) lines.take(piece);
  return lines.finish();
}

const LONGEST_LINE = 0x4000000;

class Lines {
  private readonly reader = new Reader();
  private line = 0;
  private begun = ""; // the beginning of a line

  take(text: string): void {
    let start = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
      this.read(this.begun + text.slice(start, end));
      this.begun = "";
      start = end + 1;
    }
    this.begun += text.slice(start);
    if (this.begun.length > LONGEST_LINE)
      throw new HistoryError(this.line + 1, "this line is too long; expected one JSON object a line");
  }

  finish(): History {
    this.read(this.begun);
    return this.reader.finish();
  }

  private read(line: string): void {
    this.line++;
    const content = line.trim();
    if (content !== "") this.reader.read(content, this.line);
  }
}

// Maps, for a record has more names than it was given: "constructor" is no operation.
const kinds: ReadonlyMap<unknown, CommandKind> = new Map([
  ["read", "get"],
  ["get", "get"],
  ["write", "put"],
  ["put", "put"],
  ["append", "append"],
  ["delete", "delete"],
  ["cas", "cas"],
]);

const outcomes: ReadonlyMap<unknown, Outcome> = new Map([
  ["ok", "ok"],
  ["fail", "failed"],
  ["unknown", "unknown"],
]);

/** Sets starting values and does nothing else. */
const INIT = "init";

type Fields = Readonly<Record<string, unknown>>;

interface Start {
  readonly key: number;
  readonly kind: CommandKind;
  readonly value: Value;
  readonly call: number;
}

class Reader {
  private readonly builder = new HistoryBuilder();
  private readonly lines: number[] = []; // by operation
  private readonly clients = new Map<unknown, ClientId>();
  private readonly keys = new Map<unknown, number>();
  private readonly starts: Start[] = [];
  private line = 0;

  read(content: string, line: number): void {
    this.line = line;
    const fields = this.parsed(content);
    const kind = kinds.get(fields.op) ?? this.fail(`"op" is ${shown(fields.op)}`, oneOf(kinds));
    const outcome = outcomes.get(fields.status);
    if (outcome === undefined) return this.fail(`"status" is ${shown(fields.status)}`, oneOf(outcomes));
    if (fields.client === INIT) return this.readStart(kind, outcome, fields);
    const client = this.numbered("client", fields.client, this.clients, this.builder.clientNames);
    const key = this.numbered("key", fields.key, this.keys, this.builder.keyNames);
    const { value, expected } = this.written(kind, fields.value);
    const call = this.instant("call", fields.call);
    const operation = this.builder.add(client, kind, key, value, expected, call);
    this.lines.push(line);
    this.builder.status[operation] = outcome;
    this.readReturn(operation, outcome, fields.return);
    if (outcome === "ok") this.builder.result[operation] = this.output(kind, fields.output);
    if (fields.position !== undefined) this.builder.position[operation] = this.position(fields.position);
  }

  finish(): History {
    if (this.line === 0)
      throw new HistoryError(1, "the file holds no operations; expected one JSON object a line");
    this.refuseOverlaps();
    this.refuseMixtures();
    for (const { key, kind, value } of this.starts.toSorted((left, right) => left.call - right.call)) {
      const before = this.builder.initial.get(key);
      this.builder.initial.set(key, kind === "append" ? `${before ?? ""}${value}` : value);
    }
    return this.builder.build();
  }

  private parsed(content: string): Fields {
    let fields: unknown;
    try {
      fields = JSON.parse(content);
    } catch {
      this.fail("this is no JSON", "one whole JSON object a line");
    }
    if (typeof fields !== "object" || fields === null || Array.isArray(fields)) {
      return this.fail(`this is ${shown(fields)}`, "a JSON object");
    }
    return fields as Fields;
  }

  private readStart(kind: CommandKind, outcome: Outcome, fields: Fields): void {
    if (kind === "get" || kind === "cas" || outcome !== "ok") {
      this.fail(
        `client "init" does a ${fields.op} with status ${outcome}`,
        "a write, put, append or delete with status ok: it only sets starting values",
      );
    }
    const key = this.numbered("key", fields.key, this.keys, this.builder.keyNames);
    const { value } = this.written(kind, fields.value);
    this.starts.push({ key, kind, value, call: this.instant("call", fields.call) });
  }

  private numbered(
    name: string,
    given: unknown,
    known: Map<unknown, number>,
    names: (string | number)[],
  ): number {
    const number = known.get(given);
    if (number !== undefined) return number;
    if (typeof given !== "string" && typeof given !== "number") {
      return this.fail(`"${name}" is ${shown(given)}`, "a text or a number");
    }
    names.push(given);
    known.set(given, known.size);
    return known.size - 1;
  }

  private written(kind: CommandKind, given: unknown): { value: Value; expected: Value } {
    if (kind === "get" || kind === "delete") {
      if (given !== undefined && given !== null)
        this.fail(`"value" is ${shown(given)}`, `null for a ${kind}`);
      return { value: undefined, expected: undefined };
    }
    if (kind === "cas") {
      const swap = given as { from?: unknown; to?: unknown } | null | undefined;
      if (swap?.from === undefined || swap.to === undefined) {
        return this.fail(`"value" is ${shown(given)}`, '{"from": …, "to": …} for a cas');
      }
      return { value: this.scalar('"value.to"', swap.to), expected: this.scalar('"value.from"', swap.from) };
    }
    if (kind === "append" && typeof given !== "string") {
      return this.fail(`"value" is ${shown(given)}`, "a text for an append");
    }
    return { value: this.scalar('"value"', given), expected: undefined };
  }

  private output(kind: CommandKind, given: unknown): Value {
    if (kind === "get") return this.scalar('"output"', given);
    if (kind !== "cas") return undefined;
    if (typeof given === "boolean") return given;
    return this.fail(`"output" is ${shown(given)}`, "true or false for a cas with status ok");
  }

  private scalar(name: string, given: unknown): Value {
    if (given === null) return undefined;
    if (typeof given === "string" || typeof given === "number" || typeof given === "boolean") return given;
    return this.fail(`${name} is ${shown(given)}`, "a text, a number, true, false or null");
  }

  private instant(name: string, given: unknown): number {
    if (Number.isSafeInteger(given)) return given as number;
    return this.fail(`"${name}" is ${shown(given)}`, "a whole number");
  }

  private position(given: unknown): number {
    if (Number.isSafeInteger(given) && (given as number) >= 0) return given as number;
    return this.fail(`"position" is ${shown(given)}`, "a whole number from 0");
  }

  private readReturn(operation: number, outcome: Outcome, given: unknown): void {
    if (outcome === "unknown") {
      if (given === null || given === undefined) return;
      this.fail(`"return" is ${shown(given)}`, "null where the status is unknown: it may yet take effect");
    }
    if (outcome === "failed" && given === null) return;
    const returned = this.instant("return", given);
    const call = this.builder.call[operation]!;
    if (returned < call) this.fail(`"return" is ${returned}`, `no less than its "call", ${call}`);
    this.builder.return[operation] = returned;
  }

  /**
   * A client that has two operations under way is two clients, or one operation written down twice. On a coarse clock
   * one may return, and the next be called, at the instant of its own call.
   */
  private refuseOverlaps(): void {
    const { client, call, return: returned, status, length } = this.builder;
    const order = Array.from({ length }, (_, operation) => operation);
    order.sort((left, right) => call[left]! - call[right]! || returned[left]! - returned[right]!);
    const latest: number[] = []; // by client
    for (const operation of order) {
      const before = latest[client[operation]!];
      latest[client[operation]!] = operation;
      if (before === undefined) continue;
      const overlaps = status[before] === "ok" && call[operation]! < returned[before]!;
      const begunAtOnce = call[operation] === call[before] && returned[before]! > call[before]!;
      if (!overlaps && !begunAtOnce) continue;
      const [first, second] = [this.lines[before]!, this.lines[operation]!].sort(
        (left, right) => left - right,
      );
      this.line = second!;
      const who = `client ${shown(this.builder.build().clientName(operation))}`;
      this.fail(
        `${who} has an operation under way that overlaps with that of line ${first}`,
        "one operation at a time, each written down once; what is concurrent needs clients of its own",
      );
    }
  }

  /** An append makes a longer text of a text. Of a number it would make nobody knows what. */
  private refuseMixtures(): void {
    const { key, kind, value, length } = this.builder;
    const appended = new Set<number>();
    for (let operation = 0; operation < length; operation++) {
      if (kind[operation] === "append") appended.add(key[operation]!);
    }
    const isText = (written: Value): boolean => written === undefined || typeof written === "string";
    for (let operation = 0; operation < length; operation++) {
      if (!appended.has(key[operation]!) || isText(value[operation])) continue;
      this.line = this.lines[operation]!;
      this.fail(`"value" is ${shown(value[operation])}`, "a text, for other operations append to this key");
    }
    const start = this.starts.find(
      ({ key: started, value: given }) => appended.has(started) && !isText(given),
    );
    if (start === undefined) return;
    this.fail(`client "init" sets a key to ${shown(start.value)}`, "a text, for it is appended to");
  }

  private fail(found: string, expected: string): never {
    throw new HistoryError(this.line, `${found}; expected ${expected}`);
  }
}

const LONGEST_SHOWN = 60;

function shown(value: unknown): string {
  if (value === undefined) return "missing";
  const text = JSON.stringify(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

const oneOf = (choices: ReadonlyMap<unknown, unknown>): string => {
  const names = [...choices.keys()];
  return `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
};
