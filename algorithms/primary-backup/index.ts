/** Primary-backup with a fixed primary: a command is executed once every replica has stored it. */
import {
  type Context,
  define,
  type NodeId,
  type Replica,
  type Request,
  requestBytes,
  type Status,
  unreachable,
} from "#protocol";
import { Votes } from "../quorum.ts";

interface Entry {
  readonly slot: number; // 1, 2, 3 …
  readonly request: Request;
}
type Message =
  | { readonly type: "Store"; readonly slot: number; readonly request: Request; readonly again: boolean }
  | { readonly type: "Stored"; readonly slot: number; readonly again: boolean };
type PrimaryBackupContext = Context<Message, "resend", Entry>;

const PRIMARY: NodeId = 0;

class PrimaryBackup implements Replica<Message, "resend", Entry> {
  private readonly log: (Request | undefined)[] = [undefined]; // by slot; slot 0 stays empty
  private readonly holders: Votes[] = [new Votes()]; // by slot: who has stored it
  private executed = 0; // slots up to this one are executed
  private readonly context: PrimaryBackupContext;
  private readonly options: { readonly resendMs: number };

  constructor(context: PrimaryBackupContext, options: { readonly resendMs: number }) {
    this.context = context;
    this.options = options;
  }

  onStart(stored: readonly Entry[]): void {
    for (const entry of stored) this.hold(entry.slot, entry.request);
    if (this.context.self !== PRIMARY) return;
    this.context.observe("leads", 0);
    this.onTimeout(); // after a crash: nobody remembers who holds what
  }

  onRequest(request: Request): void {
    const { context } = this;
    if (context.self !== PRIMARY) return context.redirect(request, PRIMARY);
    const slot = this.log.length;
    if (this.executed === slot - 1) context.setTimer("resend", this.options.resendMs);
    this.hold(slot, request);
    context.observe("accepted", 0, slot, request);
    context.persist({ slot, request });
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
    const { context, log, executed } = this;
    for (let slot = executed + 1; slot < log.length; slot++) {
      for (const to of context.replicas) {
        if (this.holders[slot]!.has(to)) continue;
        context.send(to, { type: "Store", slot, request: log[slot]!, again: true });
      }
    }
    if (executed < log.length - 1) context.setTimer("resend", this.options.resendMs);
  }

  status(): Status {
    const primary = this.context.self === PRIMARY;
    return {
      role: primary ? "leader" : "follower",
      epoch: 0,
      leader: PRIMARY,
      hasQuorum: undefined,
      logLength: this.log.length - 1,
      committed: this.executed,
      applied: this.executed,
      peers: undefined,
    };
  }

  private onStore(from: NodeId, slot: number, request: Request, again: boolean): void {
    const { context } = this;
    if (this.log[slot] === undefined) {
      this.hold(slot, request);
      context.observe("accepted", 0, slot, request);
      context.persist({ slot, request });
    }
    context.send(from, { type: "Stored", slot, again }); // likewise
  }

  private onStored(from: NodeId, slot: number): void {
    const { context, holders, log } = this;
    if (!holders[slot]!.add(from)) return;
    const before = this.executed;
    while (holders[this.executed + 1]?.count === context.replicas.length) {
      const position = ++this.executed;
      const request = log[position]!;
      context.observe("committed", 0, position, request);
      context.reply(request, context.execute(position, request));
    }
    if (this.executed === log.length - 1) context.cancelTimer("resend");
    else if (this.executed > before) context.setTimer("resend", this.options.resendMs);
  }

  private hold(slot: number, request: Request): void {
    while (this.log.length <= slot) {
      this.log.push(undefined);
      this.holders.push(new Votes());
    }
    this.log[slot] = request;
  }
}

const entryBytes = (entry: { readonly request: Request }): number => 8 + requestBytes(entry.request);

export const primaryBackup = define<Message, "resend", Entry, { readonly resendMs: number }>({
  name: "primary-backup",
  paper: "Alsberg & Day, A Principle for Resilient Sharing of Distributed Resources, ICSE 1976",
  summary:
    "A fixed primary executes a command once every replica has stored it: the simplest replication there is.",
  faultModel: "none",
  tolerates: () => 0, // nothing is lost while one disk is left, but one crash stops everything
  smallestCluster: f => (f === 0 ? 1 : Number.POSITIVE_INFINITY),
  quorum: n => n,
  clients: { sendTo: "leader", matchingReplies: () => 1 },
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
  recordBytes: entryBytes,
  cost: n => ({ messagesPerCommand: 2 * (n - 1), delaysToClient: n === 1 ? 2 : 4 }),
  create: (context, options) => new PrimaryBackup(context, options),
});
