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
  type Status,
} from "#protocol";

const SERVER: NodeId = 0;

type Message = never;
type Timer = never;

class Unreplicated implements Replica<Message, Timer, Request> {
  private executed = 0;
  private readonly context: Context<Message, Timer, Request>;

  constructor(context: Context<Message, Timer, Request>) {
    this.context = context;
  }

  onStart(stored: readonly Request[]): void {
    for (const request of stored) this.execute(request);
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

  private execute(request: Request) {
    const position = ++this.executed;
    this.context.observe("accepted", 0, position, request);
    this.context.observe("committed", 0, position, request);
    return this.context.execute(position, request);
  }
}

export const unreplicated = define<Message, Timer, Request, Record<never, never>>({
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
  recordBytes: request => requestBytes(request),
  cost: () => ({ messagesPerCommand: 0, delaysToClient: 2 }),
  create: context => new Unreplicated(context),
});
