/**
 * The replicated key-value store that every protocol executes on, with its client sessions: a request that was
 * executed before is not executed again, however often it is retried (Raft thesis 6.3; PBFT, TOCS 4.1).
 */
import type { Command, Digest, Request, Result, State } from "./index.ts";

/** What travels besides the values: a key and a length for each entry; a client, a sequence and a result. */
const ENTRY_BYTES = 12;
const SESSION_BYTES = 20;

interface Contents {
  readonly values: readonly (string | undefined)[];
  readonly bytes: readonly number[];
  readonly sequences: readonly number[];
  readonly results: readonly Result[];
  readonly effects: number;
}

export class Store {
  effects = 0; // commands that took effect
  private values: (string | undefined)[] = []; // by key
  private bytes: number[] = []; // by key: what the value would take on the wire
  private digests: number[] = []; // by key: of the value; NOT_KNOWN since it was written
  private sequences: number[] = []; // by client: its latest executed request …
  private results: Result[] = []; // … and what that gave
  private readonly unconfirmed = new Set<number>(); // requests that took effect tentatively

  execute(request: Request): Result {
    const { client, sequence } = request;
    while (this.sequences.length <= client) {
      this.sequences.push(0);
      this.results.push(undefined);
    }
    if (sequence <= this.sequences[client]!) {
      if (this.unconfirmed.size > 0 && this.unconfirmed.delete(nameOf(request))) this.effects++;
      return this.results[client];
    }
    const result = this.apply(request.command);
    this.effects++;
    this.sequences[client] = sequence;
    this.results[client] = result;
    return result;
  }

  /** It counts as an effect once it is executed again, for good. */
  executeTentatively(request: Request): Result {
    const { effects } = this;
    const result = this.execute(request);
    if (this.effects > effects) this.unconfirmed.add(nameOf(request));
    this.effects = effects;
    return result;
  }

  recall({ client, sequence }: Request): { readonly result: Result } | undefined {
    return sequence <= (this.sequences[client] ?? 0) ? { result: this.results[client] } : undefined;
  }

  /** Some of what it holds may still be taken back. */
  get isTentative(): boolean {
    return this.unconfirmed.size > 0;
  }

  read(request: Request): Result {
    return this.values[request.command.key];
  }

  bytesOf(key: number): number {
    return this.bytes[key] ?? 0;
  }

  save(): State {
    const contents: Contents = {
      values: this.values.slice(),
      bytes: this.bytes.slice(),
      sequences: this.sequences.slice(),
      results: this.results.slice(),
      effects: this.effects,
    };
    let held = 0;
    for (let key = 0; key < this.bytes.length; key++) held += this.bytes[key]!;
    const overhead = this.bytes.length * ENTRY_BYTES + this.sequences.length * SESSION_BYTES;
    return { bytes: held + overhead, contents };
  }

  load(state: State): void {
    const contents = state.contents as Contents;
    this.values = contents.values.slice();
    this.bytes = contents.bytes.slice();
    this.digests = contents.values.map(() => NOT_KNOWN);
    this.sequences = contents.sequences.slice();
    this.results = contents.results.slice();
    this.effects = contents.effects;
    this.unconfirmed.clear();
  }

  /**
   * Equal on replicas that hold the same values and would give the same answers, again as well: whoever installs a
   * state that another sends relies on all of it.
   */
  digest(): Digest {
    const { values, bytes, sequences, results } = this;
    let hash = mix(SEED, this.effects);
    for (let key = 0; key < values.length; key++) hash = mix(mix(hash, this.digestAt(key)), bytes[key]!);
    for (let client = 0; client < sequences.length; client++)
      hash = mix(mix(hash, sequences[client]!), digestOf(results[client]));
    return hash >>> 0;
  }

  private digestAt(key: number): number {
    if (this.digests[key] === NOT_KNOWN) this.digests[key] = digestOf(this.values[key]);
    return this.digests[key]!;
  }

  private apply(command: Command): Result {
    const { kind, key } = command;
    while (this.values.length <= key) {
      this.values.push(undefined);
      this.bytes.push(0);
      this.digests.push(NOT_KNOWN);
    }
    switch (kind) {
      case "get":
        return this.values[key];
      case "put":
        return this.write(key, command.value, command.bytes);
      case "append":
        return this.write(key, (this.values[key] ?? "") + command.value, this.bytes[key]! + command.bytes);
      case "cas":
        if (this.values[key] !== command.expected) return false;
        this.write(key, command.value, command.bytes);
        return true;
      case "delete":
        return this.write(key, undefined, 0);
    }
  }

  private write(key: number, value: string | undefined, bytes: number): undefined {
    this.values[key] = value;
    this.bytes[key] = bytes;
    this.digests[key] = NOT_KNOWN;
    return undefined;
  }
}

const nameOf = ({ client, sequence }: Request): number => client * 4294967296 + sequence;

const SEED = 0x811c9dc5;
const NOT_KNOWN = 0;
const [ABSENT, TRUE, FALSE] = [1, 2, 3];

const mix = (hash: number, word: number): number => Math.imul(hash ^ (hash >>> 15) ^ word, 0x9e3779b1);

function digestOf(value: Result): number {
  if (value === undefined) return ABSENT;
  if (typeof value === "boolean") return value ? TRUE : FALSE;
  let hash = mix(SEED, value.length);
  for (let index = 0; index < value.length; index++) hash = mix(hash, value.charCodeAt(index));
  return hash === NOT_KNOWN ? SEED : hash;
}
