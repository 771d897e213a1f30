/** A protocol for tests of the simulator: each request is stored, told to everybody, and answered. */
import { type AnyProtocol, type Context, define, type NodeId, type Replica, type Request } from "#protocol";

export type ToyMessage = { readonly type: "Told"; readonly count: number };
export type ToyContext = Context<ToyMessage, "tick", number>;

/** Written down from outside, so that a test sees what a replica saw. */
export interface Seen {
  readonly started: [NodeId, readonly number[]][];
  readonly messages: [NodeId, NodeId, number, number][]; // to, from, count, now
  readonly ticks: [NodeId, number][];
}

export function toy(behave: Partial<Replica<ToyMessage, "tick", number>> = {}, asks = defaultAsk) {
  const seen: Seen = { started: [], messages: [], ticks: [] };
  const create = (context: ToyContext): Replica<ToyMessage, "tick", number> => ({
    onStart: stored => seen.started.push([context.self, stored]),
    onRequest: request => asks(context, request),
    onMessage: (from, message) => seen.messages.push([context.self, from, message.count, context.now()]),
    onTimeout: () => seen.ticks.push([context.self, context.now()]),
    status: () => ({
      role: "follower",
      epoch: 0,
      leader: undefined,
      hasQuorum: undefined,
      logLength: 0,
      committed: 0,
      applied: 0,
      peers: undefined,
    }),
    ...behave,
  });
  return { protocol: describe(create), seen };
}

function defaultAsk(context: ToyContext, request: Request): void {
  context.persist(request.sequence);
  context.broadcast({ type: "Told", count: request.sequence });
  context.reply(request, context.execute(request.sequence, request));
}

function describe(create: (context: ToyContext) => Replica<ToyMessage, "tick", number>): AnyProtocol {
  return define<ToyMessage, "tick", number, Record<string, never>>({
    name: "toy",
    paper: "none",
    summary: "Tells everybody.",
    faultModel: "none",
    tolerates: () => 0,
    smallestCluster: () => 1,
    quorum: n => n,
    clients: { sendTo: "leader", matchingReplies: () => 1 },
    timers: ["tick"],
    options: {},
    messages: { Told: { cause: "ordering", bytes: 100 } },
    recordBytes: () => 50,
    cost: n => ({ messagesPerCommand: n - 1, delaysToClient: 2 }),
    create,
  });
}
