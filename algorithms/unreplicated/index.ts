/**
 * One server and no replication: node 0 stores a command on its disk, executes it and answers. The others
 * idle, and send clients to node 0. Nothing that replicates can be faster, so this is the ceiling in every
 * chart.
 */
import {
  type Context,
  define,
  isRead,
  type NodeId,
  type Replica,
  type Request,
  requestBytes,
  type State,
  type Status,
} from "#protocol";

const SERVER: NodeId = 0;

type Message = never;
type Timer = never;
interface Snapshot {
  readonly executed: number;
  readonly state: State;
}
type Stored = Request | Snapshot;

const SNAPSHOT_EVERY = 10_000; // commands; else the disk would fill up

class Unreplicated implements Replica<Message, Timer, Stored> {
  private executed = 0;
  private readonly context: Context<Message, Timer, Stored>;

  constructor(context: Context<Message, Timer, Stored>) {
    this.context = context;
  }

  onStart(stored: readonly Stored[]): void {
    for (const record of stored) {
      if ("state" in record) this.restore(record);
      else this.execute(record);
    }
    if (this.context.self === SERVER) this.context.observe("leads", 0);
  }

  onRequest(request: Request): void {
    const { context } = this;
    if (context.self !== SERVER) return context.redirect(request, SERVER);
    // A read changes nothing, so it is not stored; its answer still waits for the writes it may have seen.
    if (isRead(request) && context.policy.reads !== "log")
      return context.reply(request, context.read(request));
    context.persist(request);
    context.reply(request, this.execute(request));
    if (this.executed % SNAPSHOT_EVERY === 0) {
      context.snapshot({ executed: this.executed, state: context.saveState() });
    }
  }

  onMessage(): void {}

  onTimeout(): void {}

  status(): Status {
    const serving = this.context.self === SERVER;
    return {
      role: serving ? "leader" : "follower",
      epoch: 0,
      leader: SERVER,
      hasQuorum: serving ? true : undefined,
      logLength: this.executed,
      committed: this.executed,
      applied: this.executed,
      peers: undefined,
    };
  }

  private restore({ executed, state }: Snapshot): void {
    this.executed = executed;
    this.context.loadState(state);
  }

  private execute(request: Request) {
    const position = ++this.executed;
    this.context.observe("accepted", 0, position, request);
    this.context.observe("committed", 0, position, request);
    return this.context.execute(position, request);
  }
}

export const unreplicated = define<Message, Timer, Stored, Record<never, never>>({
  name: "unreplicated",
  paper: "none",
  summary: "One server with a disk and no replication: the ceiling that every protocol is measured against.",
  faultModel: "none",
  tolerates: () => 0,
  smallestCluster: f => (f === 0 ? 1 : Number.POSITIVE_INFINITY),
  quorum: () => 1,
  clients: { sendTo: "leader", matchingReplies: () => 1 },
  timers: [],
  options: {},
  messages: {},
  recordBytes: record => ("state" in record ? 8 + record.state.bytes : requestBytes(record)),
  cost: () => ({ messagesPerCommand: 0, delaysToClient: 2 }),
  create: context => new Unreplicated(context),
});
