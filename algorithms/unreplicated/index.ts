/**
 * One server and no replication: node 0 stores a command on its disk, executes it and answers. The others
 * idle, and send clients to node 0. Nothing that replicates can be faster, so this is the ceiling in every
 * chart.
 */
import {
  type Context,
  define,
  Fifo,
  isRead,
  type NodeId,
  type Replica,
  type Request,
  requestBytes,
  type State,
  type Status,
} from "#protocol";

const SERVER: NodeId = 0;

/** To itself, behind the write: the request that has waited longest is on the disk. */
interface Durable {
  readonly type: "Durable";
}
type Message = Durable;
type Timer = never;
interface Snapshot {
  readonly executed: number;
  readonly state: State;
  readonly requests: readonly Request[]; // stored, and not executed yet
}
type Stored = Request | Snapshot;

const DURABLE: Durable = { type: "Durable" };
const SNAPSHOT_EVERY = 10_000; // commands; else the disk would fill up

class Unreplicated implements Replica<Message, Timer, Stored> {
  private executed = 0;
  private readonly waiting = new Fifo<Request>(); // for the disk
  private readonly context: Context<Message, Timer, Stored>;

  constructor(context: Context<Message, Timer, Stored>) {
    this.context = context;
  }

  onStart(stored: readonly Stored[]): void {
    for (const record of stored) {
      if ("state" in record) this.restore(record);
      else this.redo(record);
    }
    if (this.context.self === SERVER) this.context.observe("leads", 0);
  }

  onRequest(request: Request): void {
    const { context } = this;
    if (context.self !== SERVER) return context.redirect(request, SERVER);
    // A read changes nothing, so it is not stored; what it sees is.
    if (isRead(request) && context.policy.reads !== "log")
      return context.replyNow(request, context.read(request));
    this.waiting.push(request);
    context.persist(request);
    context.observe("accepted", 0, this.executed + this.waiting.length, request);
    context.send(SERVER, DURABLE);
  }

  onMessage(): void {
    const request = this.waiting.shift();
    this.context.replyNow(request, this.execute(request));
    if (this.executed % SNAPSHOT_EVERY === 0) this.snapshot();
  }

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

  private restore({ executed, state, requests }: Snapshot): void {
    this.executed = executed;
    this.context.loadState(state);
    this.context.observe("snapshot", 0, executed);
    for (const request of requests) this.redo(request);
  }

  private redo(request: Request): void {
    this.context.observe("accepted", 0, this.executed + 1, request);
    this.execute(request);
  }

  /** It replaces all records, so it holds the requests that still wait as well. */
  private snapshot(): void {
    const { context, waiting, executed } = this;
    const requests: Request[] = [];
    for (let index = 0; index < waiting.length; index++) {
      requests.push(waiting.shift());
      waiting.push(requests[index]!);
    }
    context.snapshot({ executed, state: context.saveState(), requests });
    context.observe("snapshot", 0, executed);
  }

  private execute(request: Request) {
    return this.context.execute(++this.executed, request, 0);
  }
}

function recordBytes(record: Stored): number {
  if (!("state" in record)) return requestBytes(record);
  return record.requests.reduce((sum, request) => sum + requestBytes(request), 8 + record.state.bytes);
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
  // After a restart other commands may come in the place of those that the disk had not got, in the same epoch.
  invariants: { oneLeaderPerEpoch: false, order: "log", durableQuorum: true, everyReplicaExecutes: false },
  without: { batching: "hands each command to its disk as it comes" },
  timers: [],
  options: {},
  messages: { Durable: { cause: "ordering", bytes: 0 } }, // never on a wire
  recordBytes,
  cost: () => ({ messagesPerCommand: 0, delaysToClient: 2 }),
  create: context => new Unreplicated(context),
});
