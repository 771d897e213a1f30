/**
 * What the clients of one run saw: every operation with its call, its return and its outcome, in columns.
 *
 * A run records as it goes. `HistoryRecorder` is an `OperationSink`, so that it can stand wherever a meter stands:
 *
 *     const recorder = new HistoryRecorder();
 *     recorder.onOperation(request, callNs, returnNs, outcome, result);   // each operation, as it ends
 *     recorder.executed(request);                // each time any replica executes a request; the first time counts
 *     const { verdict } = linearizable(recorder.history, { budget: 10_000_000 });
 *     for (const line of recorder.history.toLines()) …                    // the file format of `npm run check`
 *
 * Who learns of a call before its return (live runs, real systems) says so in two steps; an operation whose end is
 * never told counts as unknown:
 *
 *     const operation = recorder.invoked(request, callNs);
 *     recorder.returned(operation, returnNs, result);   // or .failed(operation, returnNs), or .unknown(operation)
 */
import type { ClientId, CommandKind, Request, Result } from "#protocol";
import type { OperationSink, Outcome } from "../protocol/client.ts";

/** What a key may hold, or undefined where it is absent. Runs write texts; other people's histories numbers as well. */
export type Value = string | number | boolean | undefined;

/** The return of what never returned. */
export const NEVER = Number.POSITIVE_INFINITY;
/** The position of what was not seen to be executed. */
export const NOWHERE = -1;

/** Everything by operation, in the order in which they were recorded. */
interface Columns {
  readonly client: Int32Array;
  readonly kind: readonly CommandKind[];
  readonly key: Int32Array;
  readonly value: readonly Value[]; // what is written, and what cas writes if the key holds `expected`
  readonly expected: readonly Value[];
  readonly result: readonly Value[]; // get: what it saw; cas: whether it wrote. Means something where the status is ok
  readonly call: Float64Array;
  readonly return: Float64Array; // NEVER where nobody knows whether it took effect
  readonly status: readonly Outcome[];
  /** The how-manieth to be executed, from 0, or NOWHERE: a suggestion to the check, which believes nothing. */
  readonly position: Float64Array;
}

/** What files call clients and keys, where they do not go by their numbers, and what keys hold at the start. */
interface Names {
  readonly clientNames: readonly (string | number)[];
  readonly keyNames: readonly (string | number)[];
  readonly initial: ReadonlyMap<number, Value>;
}

export class History implements Columns, Names {
  readonly length: number;
  readonly client: Int32Array;
  readonly kind: readonly CommandKind[];
  readonly key: Int32Array;
  readonly value: readonly Value[];
  readonly expected: readonly Value[];
  readonly result: readonly Value[];
  readonly call: Float64Array;
  readonly return: Float64Array;
  readonly status: readonly Outcome[];
  readonly position: Float64Array;
  readonly initial: ReadonlyMap<number, Value>;
  readonly keyNames: readonly (string | number)[];
  readonly clientNames: readonly (string | number)[];

  constructor(columns: Columns, { clientNames, keyNames, initial }: Names) {
    this.length = columns.kind.length;
    this.client = columns.client;
    this.kind = columns.kind;
    this.key = columns.key;
    this.value = columns.value;
    this.expected = columns.expected;
    this.result = columns.result;
    this.call = columns.call;
    this.return = columns.return;
    this.status = columns.status;
    this.position = columns.position;
    this.clientNames = clientNames;
    this.keyNames = keyNames;
    this.initial = initial;
  }

  clientName(operation: number): string | number {
    const client = this.client[operation]!;
    return this.clientNames[client] ?? client;
  }

  keyName(key: number): string {
    return String(this.keyNames[key] ?? key);
  }

  /** The same, but that these certainly had no effect, and nobody was told anything. */
  without(leftOut: (operation: number) => boolean): History {
    const status = this.status.map((known, operation) => (leftOut(operation) ? "failed" : known));
    return new History({ ...this, status }, this);
  }

  /** One JSON text an operation, as `npm run check` reads them. */
  *toLines(): Generator<string> {
    for (const [key, value] of this.initial) {
      const start = { client: "init", op: "put", key: this.keyName(key), value, output: null };
      yield JSON.stringify({ ...start, call: 0, return: 0, status: "ok" });
    }
    for (let operation = 0; operation < this.length; operation++) yield this.toLine(operation);
  }

  private toLine(operation: number): string {
    const kind = this.kind[operation]!;
    const status = this.status[operation]!;
    const position = this.position[operation]!;
    return JSON.stringify({
      client: this.clientName(operation),
      op: kind,
      key: this.keyName(this.key[operation]!),
      value: this.written(operation),
      output: status === "ok" && (kind === "get" || kind === "cas") ? (this.result[operation] ?? null) : null,
      call: this.call[operation],
      return: status === "unknown" ? null : this.return[operation],
      status: status === "failed" ? "fail" : status,
      ...(position === NOWHERE ? {} : { position }),
    });
  }

  private written(operation: number): unknown {
    const value = this.value[operation] ?? null;
    return this.kind[operation] === "cas" ? { from: this.expected[operation] ?? null, to: value } : value;
  }
}

const FIRST_ROOM = 1024;

/** A history that grows. Numbers are in typed arrays, which take half the memory and a third of the time. */
export class HistoryBuilder implements Names {
  readonly clientNames: (string | number)[] = [];
  readonly keyNames: (string | number)[] = [];
  readonly initial = new Map<number, Value>();
  readonly kind: CommandKind[] = [];
  readonly value: Value[] = [];
  readonly expected: Value[] = [];
  readonly result: Value[] = [];
  readonly status: Outcome[] = [];
  client = new Int32Array(FIRST_ROOM);
  key = new Int32Array(FIRST_ROOM);
  call = new Float64Array(FIRST_ROOM);
  return = new Float64Array(FIRST_ROOM);
  position = new Float64Array(FIRST_ROOM);

  get length(): number {
    return this.kind.length;
  }

  /** Adds an operation. If nothing is said of its end, its outcome is unknown. */
  add(
    client: ClientId,
    kind: CommandKind,
    key: number,
    value: Value,
    expected: Value,
    callNs: number,
    status: Outcome = "unknown",
    returnNs = NEVER,
    result: Value = undefined,
  ): number {
    const operation = this.kind.length;
    if (operation === this.client.length) this.makeRoom(2 * operation);
    this.client[operation] = client;
    this.kind.push(kind);
    this.key[operation] = key;
    this.value.push(kind === "get" || kind === "delete" ? undefined : value);
    this.expected.push(kind === "cas" ? expected : undefined);
    this.result.push(result);
    this.call[operation] = callNs;
    this.return[operation] = returnNs;
    this.status.push(status);
    this.position[operation] = NOWHERE;
    return operation;
  }

  answered(operation: number, returnNs: number, result: Value): void {
    this.return[operation] = returnNs;
    this.result[operation] = result;
    this.status[operation] = "ok";
  }

  /** It certainly had no effect. */
  failed(operation: number, returnNs: number): void {
    this.return[operation] = returnNs;
    this.status[operation] = "failed";
  }

  /** What there is until now. */
  build(): History {
    const { length, kind, value, expected, result, status } = this;
    const columns = {
      ...{ kind, value, expected, result, status },
      client: this.client.subarray(0, length),
      key: this.key.subarray(0, length),
      call: this.call.subarray(0, length),
      return: this.return.subarray(0, length),
      position: this.position.subarray(0, length),
    };
    return new History(columns, this);
  }

  private makeRoom(room: number): void {
    this.client = larger(this.client, new Int32Array(room));
    this.key = larger(this.key, new Int32Array(room));
    this.call = larger(this.call, new Float64Array(room));
    this.return = larger(this.return, new Float64Array(room));
    this.position = larger(this.position, new Float64Array(room));
  }
}

function larger<Numbers extends Int32Array | Float64Array>(before: Numbers, after: Numbers): Numbers {
  after.set(before);
  return after;
}

export class HistoryRecorder implements OperationSink {
  private readonly builder = new HistoryBuilder();
  private executions = 0;
  // By client: it has one operation outstanding, and asks for nothing more after one of unknown outcome.
  private readonly latest: number[] = []; // its latest operation that is recorded …
  private readonly sequence: number[] = []; // … and that one's sequence number
  private readonly executedSequence: number[] = []; // its latest request that was executed …
  private readonly executedAt: number[] = []; // … and when, in the order of executions

  readAtEnd(request: Request, ns: number, value: Result): void {
    this.onOperation(request, ns, ns, "ok", value);
  }

  get keys(): Iterable<number> {
    return new Set(this.history.key);
  }

  /** None as high has asked for anything. */
  get clientsBelow(): ClientId {
    return this.latest.length;
  }

  /** What was recorded until now. */
  get history(): History {
    return this.builder.build();
  }

  onOperation(request: Request, callNs: number, returnNs: number, outcome: Outcome, result: Result): void {
    const { client, command } = request;
    const { kind, key, value, expected } = command;
    const end = outcome === "unknown" ? NEVER : returnNs;
    this.place(request, this.builder.add(client, kind, key, value, expected, callNs, outcome, end, result));
  }

  invoked(request: Request, callNs: number): number {
    const { client, command } = request;
    const { kind, key, value, expected } = command;
    const operation = this.builder.add(client, kind, key, value, expected, callNs);
    this.place(request, operation);
    return operation;
  }

  returned(operation: number, returnNs: number, result: Result): void {
    this.builder.answered(operation, returnNs, result);
  }

  /** It certainly had no effect. */
  failed(operation: number, returnNs: number): void {
    this.builder.failed(operation, returnNs);
  }

  /** It may have taken effect, or may still. */
  unknown(operation: number): void {
    this.builder.return[operation] = NEVER;
    this.builder.status[operation] = "unknown";
  }

  /** Some replica executed the request. Only the first time counts; it may come before, or long after, its end. */
  executed({ client, sequence }: Request): void {
    this.know(client);
    if (sequence <= this.executedSequence[client]!) return;
    const position = this.executions++;
    this.executedSequence[client] = sequence;
    this.executedAt[client] = position;
    if (this.sequence[client] === sequence) this.builder.position[this.latest[client]!] = position;
  }

  /** It may have been executed already. */
  private place({ client, sequence }: Request, operation: number): void {
    this.know(client);
    this.latest[client] = operation;
    this.sequence[client] = sequence;
    if (this.executedSequence[client] === sequence) {
      this.builder.position[operation] = this.executedAt[client]!;
    }
  }

  private know(client: ClientId): void {
    while (this.latest.length <= client) {
      this.latest.push(NOWHERE);
      this.sequence.push(0);
      this.executedSequence.push(0);
      this.executedAt.push(NOWHERE);
    }
  }
}
