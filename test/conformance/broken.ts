/** For each law a Raft that breaks it, or another, by little: a law that nothing breaks says nothing. */
import type { AnyProtocol, AnyReplica, Context, Request } from "#protocol";
import { pbft } from "../../algorithms/pbft/index.ts";
import { raft } from "../../algorithms/raft/index.ts";
import { Store } from "../../src/protocol/store.ts";

type AnyContext = Context<unknown, string, unknown>;

export interface Broken {
  readonly law: string;
  readonly how: string;
  readonly protocol: AnyProtocol;
}

/** Some of what its context offers is something else. */
const inContext = (change: (context: AnyContext) => object): AnyProtocol => ({
  ...raft,
  create: (context, options) => raft.create(Object.assign(context, change(context)), options),
});

/** Some of what it does it does otherwise. */
const inReplica = (
  change: (honest: AnyReplica, context: AnyContext) => Partial<AnyReplica>,
  protocol = raft,
): AnyProtocol => ({
  ...protocol,
  create: (context, options) => {
    const replica = protocol.create(context, options);
    const honest: AnyReplica = {
      onStart: replica.onStart.bind(replica),
      onRequest: replica.onRequest.bind(replica),
      onMessage: replica.onMessage.bind(replica),
      onTimeout: replica.onTimeout.bind(replica),
      status: replica.status.bind(replica),
    };
    return Object.assign(replica, change(honest, context));
  },
});

/** Takes each request for one of a client that it has not heard of. */
class WithoutSessions extends Store {
  private clients = 0;

  override execute(request: Request) {
    return super.execute({ ...request, client: this.clients++ });
  }
  override recall(): undefined {}
}

const needsNobody = inContext(() => ({ quorum: 1 }));

const sleepsOnceRestarted = inReplica(({ onStart, onMessage }) => {
  let asleep = false;
  return {
    onStart(stored) {
      asleep = stored.length > 0;
      onStart(stored);
    },
    onMessage: (from, message) => (asleep ? undefined : onMessage(from, message)),
  };
});

let created = 0;
const remembersOtherRuns: AnyProtocol = {
  ...raft,
  create: (context, options) => raft.create(context, { ...options, heartbeatMs: 50 + created++ }),
};

export const broken: readonly Broken[] = [
  {
    law: "answers every request on a healthy network",
    how: "it does not hear one client",
    protocol: inReplica(({ onRequest }) => ({
      onRequest: request => (request.client === 3 ? undefined : onRequest(request)),
    })),
  },
  {
    law: "executes each request once, however often it comes",
    how: "it does not remember what it has executed",
    protocol: inContext(() => ({ store: new WithoutSessions() })),
  },
  {
    law: "loses nothing acknowledged when f replicas crash and return",
    how: "it stores nothing",
    protocol: inContext(() => ({ persist() {} })),
  },
  {
    law: "goes on when f replicas have failed",
    how: "it waits for all",
    protocol: inContext(({ replicas }) => ({ quorum: replicas.length })),
  },
  {
    law: "stops, and says nothing untrue, when more have failed",
    how: "it waits for nobody",
    protocol: needsNobody,
  },
  { law: "stops likewise if its leader has not", how: "it waits for nobody", protocol: needsNobody },
  {
    law: "recovers once everything is healed",
    how: "it holds elections only in the beginning",
    protocol: inReplica(({ onTimeout }, context) => ({
      onTimeout: timer => (timer === "election" && context.now() > 600 ? undefined : onTimeout(timer)),
    })),
  },
  {
    law: "converges to one state",
    how: "n2 executes nothing",
    protocol: inContext(({ self }) => (self === 2 ? { execute() {} } : {})),
  },
  {
    law: "brings a replica that was down up to date",
    how: "who has restarted hears nothing",
    protocol: sleepsOnceRestarted,
  },
  {
    law: "brings a replica that was down up to date",
    how: "it takes no snapshot from others",
    protocol: inReplica(({ onMessage }) => ({
      onMessage: (from, message) =>
        message.type === "InstallSnapshot" ? undefined : onMessage(from, message),
    })),
  },
  {
    law: "brings a replica that was down up to date",
    how: "it is PBFT, whose positions hold batches, and takes no state from others",
    protocol: inReplica(
      ({ onMessage }) => ({
        onMessage: (from, message) =>
          message.type === "InstallState" ? undefined : onMessage(from, message),
      }),
      pbft,
    ),
  },
  {
    law: "repeats itself to the bit, given the same seed",
    how: "it remembers other runs",
    protocol: remembersOtherRuns,
  },
  {
    law: "costs what it declares",
    how: "it declares that commands come one by one",
    protocol: {
      ...raft,
      cost: (n, policy, options) => raft.cost(n, { ...policy, batch: { ...policy.batch, min: 1 } }, options),
    },
  },
  {
    law: "follows the settings of a workload, or says so",
    how: "it takes each read for a write",
    protocol: inContext(({ policy }) => ({ policy: { ...policy, reads: "log" } })),
  },
  {
    law: "follows the settings of a workload, or says so",
    how: "it says that it has no batching, and has",
    protocol: { ...raft, without: { batching: "does without" } },
  },
  {
    law: "sends as many bytes as its messages have fields for",
    how: "a number more in a vote than its bytes say",
    protocol: { ...raft, messages: { ...raft.messages, Vote: { ...raft.messages.Vote!, bytes: 34 } } },
  },
  {
    law: "sends as many bytes as its messages have fields for",
    how: "entries take nothing",
    protocol: {
      ...raft,
      messages: { ...raft.messages, AppendEntries: { ...raft.messages.AppendEntries!, bytes: 57 } },
    },
  },
];
