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
  private readonly counts: Float64Array;
  private readonly byteCounts: Float64Array;
  private readonly causeCounts = new Float64Array(causes.length);
  private clientCount = 0;
  private clientBytes = 0;
  private commands = 0;
  private carriers = 0;
  private measured: unknown;
  private cause = 0;
  private carried = 0;

  constructor(protocol: AnyProtocol) {
    this.types = Object.keys(protocol.messages);
    this.describe = Object.values(protocol.messages) as MessageDescription<Sized>[];
    const size = this.types.length;
    this.fixedCause = Int32Array.from(this.describe, ({ cause }) =>
      typeof cause === "string" ? causes.indexOf(cause) : -1,
    );
    this.fixedBytes = Int32Array.from(this.describe, ({ bytes }) => (typeof bytes === "number" ? bytes : -1));
    this.counts = new Float64Array(size);
    this.byteCounts = new Float64Array(size);
  }

  typeName(type: number): string {
    return this.types[type]!;
  }

  /** Finds out type, bytes and cause of a message that is about to leave, and counts it. */
  count(message: Sized): void {
    if (message !== this.measured) this.measure(message);
    this.counts[this.type]!++;
    this.byteCounts[this.type]! += this.bytes;
    this.causeCounts[this.cause]!++;
    if (this.carried > 0) {
      this.commands += this.carried;
      this.carriers++;
    }
  }

  countClient(bytes: number): void {
    this.clientCount++;
    this.clientBytes += bytes;
  }

  reset(): void {
    this.counts.fill(0);
    this.byteCounts.fill(0);
    this.causeCounts.fill(0);
    this.clientCount = this.clientBytes = this.commands = this.carriers = 0;
  }

  read(): TrafficCounts {
    const byType: Record<string, { count: number; bytes: number }> = {};
    this.types.forEach((type, index) => {
      byType[type] = { count: this.counts[index]!, bytes: this.byteCounts[index]! };
    });
    const byCause: Record<string, number> = {};
    causes.forEach((cause: Cause, index) => {
      byCause[cause] = this.causeCounts[index]!;
    });
    const client = { count: this.clientCount, bytes: this.clientBytes };
    return { byType, byCause, client, commands: this.commands, carriers: this.carriers };
  }

  private measure(message: Sized): void {
    const { types } = this;
    const name = message.type;
    let type = 0;
    while (types[type] !== name) {
      if (++type === types.length) throw new Error(`message type ${name} is not described by its protocol`);
    }
    const { bytes, cause, commands } = this.describe[type]!;
    const fixedBytes = this.fixedBytes[type]!;
    const fixedCause = this.fixedCause[type]!;
    this.measured = message;
    this.type = type;
    this.bytes = fixedBytes >= 0 ? fixedBytes : (bytes as (message: Sized) => number)(message);
    this.cause = fixedCause >= 0 ? fixedCause : causes.indexOf((cause as (message: Sized) => Cause)(message));
    this.heartbeat = this.cause === HEARTBEAT;
    this.carried = commands === undefined ? 0 : commands(message);
  }
}
