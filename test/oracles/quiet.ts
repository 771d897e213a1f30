/**
 * A cluster that is left alone until somebody leads, and then counted node by node. Timers are so slow that whatever
 * comes in or goes out from then on belongs to what clients ask.
 */
import type { AnyProtocol, NodeId, Options, Policy, Request } from "#protocol";
import { defaultPolicy } from "../../src/protocol/recording.ts";
import type { TraceEvent, Tracer } from "../../src/simulation/observer.ts";
import { type Cluster, cluster, MILLISECOND } from "../simulation/cluster.ts";

/** So rare that nothing of it falls into a command. */
export const patient: Readonly<Record<string, Options>> = {
  raft: { electionTimeoutMinMs: 1000, electionTimeoutMaxMs: 3000, heartbeatMs: 400 },
  "multi-paxos": { electionTimeoutMinMs: 1000, electionTimeoutMaxMs: 3000, heartbeatMs: 400 },
  paxos: { retryMs: 2000 },
  "primary-backup": { resendMs: 2000 },
  pbft: { statusMs: 100_000, checkpointEvery: 1000, logSize: 1000 },
};

const SETTLING_MS = 20_000;
const ANSWERING_MS = 30; // of delays of 1 ms

/** What each node receives and sends, from clients and to them too. */
class Counter implements Tracer {
  received: number[] = [];
  sent: number[] = [];
  requests = 0;
  answers = 0;

  reset(n: number): void {
    this.received = new Array<number>(n).fill(0);
    this.sent = new Array<number>(n).fill(0);
    this.requests = this.answers = 0;
  }

  record({ event, from, to }: TraceEvent): void {
    if (event === "send" || event === "reply" || event === "redirect") this.sent[from as NodeId]!++;
    else if (event === "deliver" || event === "requested") this.received[to as NodeId]!++;
    if (event === "requested") this.requests++;
    else if (event === "reply" || event === "redirect") this.answers++;
  }
}

export interface Asked {
  readonly protocol: AnyProtocol;
  readonly n: number;
  readonly options?: Options;
  readonly policy?: Partial<Policy>;
  readonly kind?: Request["command"]["kind"];
}

export interface Counted extends Pick<Counter, "received" | "sent" | "requests" | "answers"> {
  readonly leader: NodeId;
  readonly betweenReplicas: number;
  readonly latenciesMs: readonly number[];
}

/** So many clients ask at one instant, each a node of the cluster's: the leader unless that is told otherwise. */
export function ask(given: Asked, count: number, whom = (leader: NodeId): NodeId => leader): Counted {
  const counter = new Counter();
  counter.reset(given.n);
  const made = clusterOf(given, counter);
  made.run(SETTLING_MS);
  const leader = leaderOf(made);
  counter.reset(given.n);
  const { simulation, client } = made;
  const askedNs = simulation.tick;
  const before = betweenReplicasOf(made);
  for (let index = 0; index < count; index++) {
    client.ask(whom(leader), given.kind ?? "put", 1, "value", index);
  }
  made.run(ANSWERING_MS);
  const latenciesMs = client.answers
    .filter(({ result }) => result !== "redirect")
    .map(({ atNs }) => (atNs - askedNs) / MILLISECOND);
  const { received, sent, requests, answers } = counter;
  const betweenReplicas = betweenReplicasOf(made) - before;
  return { received, sent, requests, answers, betweenReplicas, latenciesMs, leader };
}

/** Without heartbeats. */
function betweenReplicasOf({ simulation }: Cluster): number {
  const { heartbeat = 0, ...causes } = simulation.traffic.read().byCause;
  return Object.values(causes).reduce((sum, count) => sum + count, 0);
}

function clusterOf({ protocol, n, options, policy }: Asked, tracer: Tracer): Cluster {
  const made = cluster(protocol, n, {
    options: { ...patient[protocol.name], ...options },
    policy: { ...defaultPolicy, ...policy },
    tracer,
  });
  followRedirects(made);
  return made;
}

/** The client asks the leader that it is told of. */
export function followRedirects({ simulation, client }: Cluster): void {
  const written = client.onRedirect.bind(client);
  client.onRedirect = (from: NodeId, request: Request, leader?: NodeId) => {
    written(from, request);
    if (leader !== undefined) simulation.clients.send(leader, request);
  };
}

export const leaderOf = ({ simulation }: Cluster): NodeId =>
  simulation.nodes.findIndex(node => node.replica!.status().role === "leader");
