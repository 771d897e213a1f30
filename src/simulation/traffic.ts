/** Counts what leaves the nodes: messages and bytes by type and by cause, and the clients' traffic apart. */
import { type AnyProtocol, type Cause, causes, type MessageDescription } from "#protocol";

export interface TrafficCounts {
  readonly byType: Readonly<Record<string, { readonly count: number; readonly bytes: number }>>;
  readonly byCause: Readonly<Record<string, number>>;
  readonly client: { readonly count: number; readonly bytes: number };
  readonly commands: number; // carried by the messages that carry commands …
  readonly carriers: number; // … of which there were so many
}

const HEARTBEAT = causes.indexOf("heartbeat");

interface Sized {
  readonly type: string;
}

export class Traffic {
  // What is known of the message measured last. A broadcast is measured once.
  type = 0;
  bytes = 0;
  heartbeat = false;

  private readonly types: readonly string[];
  private readonly fixedCause: Int32Array; // by type: the index of its cause, or -1 where the message decides
  private readonly fixedBytes: Int32Array; // by type, or -1 likewise
  private readonly describe: readonly MessageDescription<Sized>[];
  private readonly carriesCommands: readonly boolean[];
  private readonly counts: Float64Array; // by type and cause: messages and bytes, side by side
  private clientCount = 0;
  private clientBytes = 0;
  private commands = 0;
  private carriers = 0;
  private measured: unknown;
  private other = 0; // the type before that
  private cell = 0; // of the counts
  private carried = 0;

  constructor(protocol: AnyProtocol) {
    this.types = Object.keys(protocol.messages);
    this.describe = Object.values(protocol.messages) as MessageDescription<Sized>[];
    this.fixedCause = Int32Array.from(this.describe, ({ cause }) =>
      typeof cause === "string" ? causes.indexOf(cause) : -1,
    );
    this.fixedBytes = Int32Array.from(this.describe, ({ bytes }) => (typeof bytes === "number" ? bytes : -1));
    this.carriesCommands = this.describe.map(({ commands }) => commands !== undefined);
    this.counts = new Float64Array(this.types.length * causes.length * 2);
  }

  typeName(type: number): string {
    return this.types[type]!;
  }

  /** Finds out type, bytes and cause of a message that is about to leave, and counts it. */
  count(message: Sized): void {
    if (message !== this.measured) this.measure(message);
    const { counts, cell } = this;
    counts[cell]!++;
    counts[cell + 1]! += this.bytes;
    if (this.carried > 0) {
      this.commands += this.carried;
      this.carriers++;
    }
  }

  /** Finds out the same of a message that has been counted already. */
  recall(message: Sized): void {
    if (message !== this.measured) this.measure(message);
  }

  countClient(bytes: number): void {
    this.clientCount++;
    this.clientBytes += bytes;
  }

  reset(): void {
    this.counts.fill(0);
    this.clientCount = this.clientBytes = this.commands = this.carriers = 0;
  }

  read(): TrafficCounts {
    const byType: Record<string, { count: number; bytes: number }> = {};
    const byCause: Record<string, number> = Object.fromEntries(causes.map(cause => [cause, 0]));
    this.types.forEach((type, row) => {
      const total = { count: 0, bytes: 0 };
      causes.forEach((cause: Cause, column) => {
        const cell = 2 * (row * causes.length + column);
        total.count += this.counts[cell]!;
        total.bytes += this.counts[cell + 1]!;
        byCause[cause]! += this.counts[cell]!;
      });
      byType[type] = total;
    });
    const client = { count: this.clientCount, bytes: this.clientBytes };
    return { byType, byCause, client, commands: this.commands, carriers: this.carriers };
  }

  private measure(message: Sized): void {
    const type = this.typeOf(message);
    const description = this.describe[type]!;
    const fixedBytes = this.fixedBytes[type]!;
    const fixedCause = this.fixedCause[type]!;
    const cause = fixedCause >= 0 ? fixedCause : causeOf(description, message);
    this.measured = message;
    this.type = type;
    this.bytes = fixedBytes >= 0 ? fixedBytes : bytesOf(description, message);
    this.cell = 2 * (type * causes.length + cause);
    this.heartbeat = cause === HEARTBEAT;
    this.carried = this.carriesCommands[type] ? description.commands!(message) : 0;
  }

  private typeOf({ type: name }: Sized): number {
    const { types } = this;
    // Often the same as the last one, or the one before: a request and its answers.
    if (types[this.type] === name) return this.type;
    const other = this.other;
    this.other = this.type;
    if (types[other] === name) return other;
    let type = 0;
    while (types[type] !== name) {
      if (++type === types.length) throw new Error(`message type ${name} is not described by its protocol`);
    }
    return type;
  }
}

/** What is no length would make an instant that is none, and the queue would never come to an end. */
function bytesOf({ bytes }: MessageDescription<Sized>, message: Sized): number {
  const length = (bytes as (message: Sized) => number)(message);
  if (length >= 0 && length < Infinity) return length;
  throw new Error(`the description of message ${message.type} gives its bytes as ${length}`);
}

function causeOf({ cause }: MessageDescription<Sized>, message: Sized): number {
  const name = (cause as (message: Sized) => Cause)(message);
  let index = 0;
  while (causes[index] !== name) {
    if (++index < causes.length) continue;
    throw new Error(`the description of message ${message.type} gives its cause as ${name}`);
  }
  return index;
}
