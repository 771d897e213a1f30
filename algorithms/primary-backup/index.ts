/** Primary-backup with a fixed primary: a command is executed once every replica has stored it. */
import {
  type Context,
  define,
  type NodeId,
  type Replica,
  type Request,
  requestBytes,
  type State,
  type Status,
  unreachable,
} from "#protocol";
import { Votes } from "../quorum.ts";

interface Entry {
  readonly type: "Entry";
  readonly slot: number; // 1, 2, 3 …
  readonly request: Request;
}
interface Snapshot {
  readonly type: "Snapshot";
  readonly slot: number; // the last whose command the state includes
  readonly state: State;
}
type Stored = Entry | Snapshot;
type Message =
  | { readonly type: "Store"; readonly slot: number; readonly request: Request; readonly again: boolean }
  | { readonly type: "Stored"; readonly slot: number; readonly again: boolean };
type PrimaryBackupContext = Context<Message, "resend", Stored>;

const PRIMARY: NodeId = 0;
const SNAPSHOT_EVERY = 10_000; // slots; else log and disk would grow for ever

class PrimaryBackup implements Replica<Message, "resend", Stored> {
  private base = 0; // slots up to this one are in the snapshot; slot s is at s - base - 1 below
  private readonly log: (Request | undefined)[] = [];
  private readonly holders: Votes[] = []; // who has stored it
  private executed = 0; // slots up to this one are executed
  private readonly context: PrimaryBackupContext;
  private readonly options: { readonly resendMs: number };

  constructor(context: PrimaryBackupContext, options: { readonly resendMs: number }) {
    this.context = context;
    this.options = options;
  }

  onStart(stored: readonly Stored[]): void {
    for (const record of stored) this.restore(record);
    if (this.context.self !== PRIMARY) return this.executeStored();
    this.context.observe("leads", 0);
    this.onTimeout(); // after a crash: nobody remembers who holds what
  }

  onRequest(request: Request): void {
    const { context } = this;
    if (context.self !== PRIMARY) return context.redirect(request, PRIMARY);
    const slot = this.lastSlot + 1;
    if (this.executed === slot - 1) context.setTimer("resend", this.options.resendMs);
    this.store(slot, request);
    context.broadcast({ type: "Store", slot, request, again: false }); // leaves once durable here
  }

  onMessage(from: NodeId, message: Message): void {
    switch (message.type) {
      case "Store":
        return this.onStore(from, message.slot, message.request, message.again);
      case "Stored":
        return this.onStored(from, message.slot);
      default:
        return unreachable(message);
    }
  }

  /** Messages get lost: repeat what some replica may lack. */
  onTimeout(): void {
    const { context, executed } = this;
    for (let slot = executed + 1; slot <= this.lastSlot; slot++) {
      const request = this.log[slot - this.base - 1]!;
      for (const to of context.replicas) {
        if (this.holders[slot - this.base - 1]!.has(to)) continue;
        context.send(to, { type: "Store", slot, request, again: true });
      }
    }
    if (executed < this.lastSlot) context.setTimer("resend", this.options.resendMs);
  }

  status(): Status {
    const primary = this.context.self === PRIMARY;
    return {
      role: primary ? "leader" : "follower",
      epoch: 0,
      leader: PRIMARY,
      hasQuorum: undefined,
      logLength: this.log.length,
      committed: this.executed,
      applied: this.executed,
      peers: undefined,
    };
  }

  private get lastSlot(): number {
    return this.base + this.log.length;
  }

  private onStore(from: NodeId, slot: number, request: Request, again: boolean): void {
    if (slot > this.base && this.log[slot - this.base - 1] === undefined) this.store(slot, request);
    this.context.send(from, { type: "Stored", slot, again }); // leaves once durable here, likewise
    // The primary alone decides the order and never changes it, so a backup need not wait for the others.
    if (this.context.self !== PRIMARY) this.executeStored();
  }

  private onStored(from: NodeId, slot: number): void {
    const { context } = this;
    const holders = this.holders[slot - this.base - 1];
    if (slot <= this.executed || holders === undefined || !holders.add(from)) return;
    const before = this.executed;
    while (this.holders[this.executed - this.base]?.count === context.replicas.length) this.executeNext();
    if (this.executed === this.lastSlot) context.cancelTimer("resend");
    else if (this.executed > before) context.setTimer("resend", this.options.resendMs);
    this.compact();
  }

  private executeStored(): void {
    while (this.log[this.executed - this.base] !== undefined) this.executeNext();
    this.compact();
  }

  private executeNext(): void {
    const { context } = this;
    const request = this.log[this.executed - this.base]!;
    const result = context.execute(++this.executed, request, 0);
    if (context.self === PRIMARY) context.reply(request, result);
  }

  private store(slot: number, request: Request): void {
    this.hold(slot, request);
    this.context.persist({ type: "Entry", slot, request });
    this.context.observe("accepted", 0, slot, request);
  }

  private hold(slot: number, request: Request): void {
    while (this.lastSlot < slot) {
      this.log.push(undefined);
      this.holders.push(new Votes());
    }
    this.log[slot - this.base - 1] = request;
  }

  /** A snapshot replaces all records: those of slots that are not executed yet are written again. */
  private compact(): void {
    const { context, executed, base } = this;
    if (executed - base < SNAPSHOT_EVERY) return;
    this.log.splice(0, executed - base);
    this.holders.splice(0, executed - base);
    this.base = executed;
    context.snapshot({ type: "Snapshot", slot: executed, state: context.saveState() });
    context.observe("snapshot", 0, executed);
    this.log.forEach((request, index) => {
      if (request !== undefined) context.persist({ type: "Entry", slot: executed + index + 1, request });
    });
  }

  private restore(record: Stored): void {
    const { context } = this;
    const { slot } = record;
    if (record.type === "Entry") {
      this.hold(slot, record.request);
      return context.observe("accepted", 0, slot, record.request);
    }
    context.loadState(record.state);
    this.base = slot;
    this.executed = slot;
    context.observe("snapshot", 0, slot);
  }
}

const NUMBER = 8;
const entryBytes = (entry: { readonly request: Request }): number => NUMBER + requestBytes(entry.request);

export const primaryBackup = define<Message, "resend", Stored, { readonly resendMs: number }>({
  name: "primary-backup",
  paper: "Alsberg & Day, A Principle for Resilient Sharing of Distributed Resources, ICSE 1976",
  summary:
    "A fixed primary executes a command once every replica has stored it: the simplest replication there is.",
  faultModel: "none",
  tolerates: () => 0, // nothing is lost while one disk is left, but one crash stops everything
  smallestCluster: f => (f === 0 ? 1 : Number.POSITIVE_INFINITY),
  quorum: n => n,
  clients: { sendTo: "leader", matchingReplies: () => 1 },
  // A primary that restarts goes on in the same epoch, with other commands where the disk had not got the last ones. A
  // backup executes what it has stored without waiting for the others, so no quorum has it by then.
  invariants: { oneLeaderPerEpoch: false, order: "slots", durableQuorum: false },
  without: {
    batching: "sends each command by itself, as soon as it comes",
    reads: {
      index: "orders reads like writes",
      lease: "orders reads like writes",
      local: "orders reads like writes",
    },
  },
  timers: ["resend"],
  options: {
    resendMs: { default: 50, minimum: 1, help: "how long the primary waits before it repeats itself, in ms" },
  },
  messages: {
    Store: {
      cause: message => (message.again ? "retransmission" : "ordering"),
      bytes: message => 16 + 2 + entryBytes(message),
      commands: () => 1,
    },
    Stored: { cause: message => (message.again ? "retransmission" : "ordering"), bytes: 16 + 2 + 8 },
  },
  recordBytes: record => (record.type === "Entry" ? entryBytes(record) : NUMBER + record.state.bytes),
  cost: n => ({ messagesPerCommand: 2 * (n - 1), delaysToClient: n === 1 ? 2 : 4 }),
  create: (context, options) => new PrimaryBackup(context, options),
});
