/**
 * What happens after a run, and counts for nothing but the verdicts: everything is healed, one more write is asked
 * for, and the replicas come to rest. If as few are down as the protocol tolerates, the others have to manage that
 * without them first. Events, times and hashes of the run have been read off before.
 */
import type { ClientId, NodeId, Request, Result } from "#protocol";
import { haveConverged, PATIENCE_NS, type Standing, type Stuck, stuckOn } from "../checks/liveness.ts";
import type { FaultSchedule } from "../faults/schedule.ts";
import type { ClientSide, OperationSink } from "../protocol/client.ts";
import type { Simulation } from "../simulation/simulation.ts";
import { Replies } from "../workload/replies.ts";

const LOOK_AGAIN_NS = 10e6;
const ASK_AGAIN_NS = 1e9; // without an answer
const BACK_OFF_NS = 20e6; // where nobody leads
const KEY = 0;

/** Who holds what clients are told to what was executed. */
export interface Listener extends OperationSink {
  readonly keys: Iterable<number>; // that clients asked for
  readonly clientsBelow: ClientId; // none as high has asked for anything
  readAtEnd(request: Request, ns: number, value: Result): void;
}

export interface Cluster {
  readonly simulation: Simulation;
  readonly faults: FaultSchedule | undefined;
  readonly listener: Listener;
  /** Equal answers that a client needs. */
  readonly replies: number;
  readonly replicas: readonly NodeId[]; // but for those that lie
  /** Who fails whether up or down: those that lie, and those that have lost what they had stored. */
  readonly faulty: readonly NodeId[];
  /** Whether they all come to the same state. */
  readonly allExecute: boolean;
}

/** Undefined: the cluster recovered. */
export function settle(cluster: Cluster): Stuck | undefined {
  const { simulation, faults, listener, replicas } = cluster;
  const client = listener.clientsBelow; // one that nobody has been
  faults?.healAllButCrashes();
  const down = toleratedDown(cluster);
  if (down.length > 0) {
    const live = replicas.filter(node => !down.includes(node));
    const stuck = recover(cluster, live, new Probe(cluster, client, "the last write but one"), down);
    if (stuck !== undefined) return stuck;
  }
  faults?.healAll();
  for (const { self, up } of simulation.nodes) if (!up) simulation.restart(self);
  const probe = new Probe(cluster, client + 1, "the last write");
  const stuck = recover(cluster, replicas, probe);
  const witness = replicas.find(node => probe.answeredBy.has(node));
  if (stuck === undefined && witness !== undefined) readEverything(cluster, witness, client + 2);
  return stuck;
}

/** None where more fail than the protocol can do without: then nothing is promised until they are back. */
function toleratedDown({ simulation, faulty }: Cluster): NodeId[] {
  const down = simulation.nodes.filter(({ up }) => !up).map(({ self }) => self);
  const failing = new Set([...faulty, ...down]);
  return failing.size <= simulation.nodes[0]!.faults ? down : [];
}

/** Waits until the write is answered and the replicas agree, or patience is at an end. */
function recover(
  cluster: Cluster,
  replicas: readonly NodeId[],
  probe: Probe,
  down: readonly NodeId[] = [],
): Stuck | undefined {
  const { simulation, allExecute } = cluster;
  const standings = () => standingsOf(simulation, replicas);
  const untilNs = simulation.tick + PATIENCE_NS;
  const look = () => {
    const over = probe.answered && (!allExecute || haveConverged(standings()));
    if (over || simulation.tick >= untilNs) return simulation.stop();
    simulation.at(simulation.tick + LOOK_AGAIN_NS, look);
  };
  simulation.clients.side = probe;
  probe.ask();
  simulation.at(simulation.tick + LOOK_AGAIN_NS, look);
  simulation.run();
  probe.end();
  return stuckOn(probe.answered, allExecute, standings(), down);
}

/**
 * Sees to it that what clients were told is still so: whatever they wrote is read once more, from a replica that has
 * executed the last write, and with it all before.
 */
function readEverything({ simulation, listener }: Cluster, replica: NodeId, client: ClientId): void {
  const { nodes, tick } = simulation;
  let sequence = 0;
  for (const key of listener.keys) {
    const command = { kind: "get", key, value: "", expected: undefined, bytes: 0 } as const;
    const request = { client, sequence: ++sequence, command };
    listener.readAtEnd(request, tick, nodes[replica]!.store.read(request));
  }
}

const standingsOf = ({ nodes }: Simulation, replicas: readonly NodeId[]): Standing[] =>
  replicas.map(node => {
    const { up, replica, store } = nodes[node]!;
    return { node, status: up ? replica?.status() : undefined, digest: () => store.digest() };
  });

/** A client with one write to make, which asks as clients do: one replica after another, or all where answers count. */
class Probe implements ClientSide {
  answered = false;
  private readonly cluster: Cluster;
  private readonly request: Request;
  private readonly calledNs: number;
  readonly answeredBy = new Set<NodeId>();
  private readonly replies: Replies;
  private target: NodeId = 0;
  private asked = 0; // how often

  constructor(cluster: Cluster, client: ClientId, value: string) {
    this.cluster = cluster;
    this.calledNs = cluster.simulation.tick;
    this.replies = new Replies(cluster.replies, cluster.replies, cluster.simulation.nodes.length);
    this.replies.addSlot();
    const command = { kind: "put", key: KEY, value, expected: undefined, bytes: value.length } as const;
    this.request = { client, sequence: 1, command };
  }

  ask(): void {
    const { simulation, replies } = this.cluster;
    if (this.answered) return;
    const everybody = replies > 1 ? simulation.replicas : [this.target];
    for (const node of everybody) simulation.ask(node, this.request);
    const asked = ++this.asked;
    simulation.at(simulation.tick + ASK_AGAIN_NS, () => {
      if (asked === this.asked) this.turnTo(this.target + 1);
    });
  }

  /** Late answers to others are nobody's concern any more; a put that is answered truly has no result. */
  onReply(
    from: NodeId,
    request: Request,
    result: Result,
    _leader?: NodeId,
    digestOnly = false,
    epoch?: number,
  ): void {
    if (request !== this.request || this.answered || result !== undefined) return;
    this.answeredBy.add(from);
    if (!this.replies.believes(0, from, false, result, digestOnly, epoch)) return;
    this.answered = true;
    const { listener, simulation } = this.cluster;
    listener.onOperation(this.request, this.calledNs, simulation.tick, "ok", undefined);
  }

  onRedirect(from: NodeId, request: Request, leader: NodeId | undefined): void {
    if (request !== this.request || this.cluster.replies > 1) return;
    if (leader === undefined || leader === from) this.turnLater();
    else if (leader !== this.target) this.turnTo(leader);
  }

  onRefuse(_from: NodeId, request: Request): void {
    if (request === this.request && this.cluster.replies <= 1) this.turnLater();
  }

  end(): void {
    if (this.answered) return;
    const { listener, simulation } = this.cluster;
    listener.onOperation(this.request, this.calledNs, simulation.tick, "unknown", undefined);
  }

  private turnTo(node: NodeId): void {
    this.target = node % this.cluster.simulation.replicas.length;
    this.ask();
  }

  private turnLater(): void {
    const { simulation } = this.cluster;
    const asked = ++this.asked;
    simulation.at(simulation.tick + BACK_OFF_NS, () => {
      if (asked === this.asked) this.turnTo(this.target + 1);
    });
  }

  onStart(): void {}
  onWake(): void {}
}
