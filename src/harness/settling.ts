/**
 * What happens after a run, and counts for nothing but the verdicts: everything is healed, one more write is asked
 * for, one more read where reads take a way of their own, and what clients gave up, and the replicas come to rest. If
 * as few are down as the protocol tolerates, the others have to manage without them first. Events, times and hashes of
 * the run have been read off before.
 */
import { type ClientId, type Command, isRead, type NodeId, type Request, type Result } from "#protocol";
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
  readonly replies: { readonly toReads: number; readonly toWrites: number };
  /** Whether reads are not ordered like writes: a cluster that answers these may still owe an answer to those. */
  readonly readsApart: boolean;
  /** What clients asked for last and did not wait for any longer: who asks again is owed an answer, too. */
  readonly givenUp: readonly Request[];
  readonly replicas: readonly NodeId[]; // but for those that lie
  /** Who fails whether up or down: those that lie, and those that have lost what they had stored. */
  readonly faulty: readonly NodeId[];
  /** Whether they all come to the same state. */
  readonly allExecute: boolean;
}

/** Undefined: the cluster recovered. */
export function settle(cluster: Cluster): Stuck | undefined {
  const { simulation, faults, listener, replicas } = cluster;
  const client = listener.clientsBelow; // one that nobody has been, and so are those above
  faults?.healAllButCrashes();
  const down = toleratedDown(cluster);
  if (down.length > 0) {
    const live = replicas.filter(node => !down.includes(node));
    const stuck = recoverService(cluster, client, live, down);
    if (stuck !== undefined) return stuck;
  }
  faults?.healAll();
  for (const { self, up } of simulation.nodes) if (!up) simulation.restart(self);
  const owed = cluster.readsApart || cluster.givenUp.length > 0;
  const service = owed ? recoverService(cluster, client + 2, replicas) : undefined;
  // After everything else, so that whoever answers it has executed all that was asked for.
  const write = probeFor(cluster, client + 4, putting("the last write"));
  const stuck = service ?? recoverGivenUp(cluster) ?? recover(cluster, replicas, write);
  const witness = replicas.find(node => write.answeredBy.has(node));
  if (stuck === undefined && witness !== undefined) readEverything(cluster, witness, client + 5);
  return stuck;
}

/** Where reads take a way of their own, a lost round or a lease that never comes back stops nobody who writes. */
function recoverService(
  cluster: Cluster,
  client: ClientId,
  replicas: readonly NodeId[],
  down: readonly NodeId[] = [],
): Stuck | undefined {
  const write = probeFor(cluster, client, putting("one of the last writes"));
  const stuck = recover(cluster, replicas, write, down);
  if (stuck !== undefined || !cluster.readsApart) return stuck;
  return recover(cluster, replicas, probeFor(cluster, client + 1, GET), down);
}

/** Others may be served while what one client asks for is taken for done, or for on its way, for ever. */
function recoverGivenUp(cluster: Cluster): Stuck | undefined {
  for (const request of cluster.givenUp) {
    const stuck = recover(
      cluster,
      cluster.replicas,
      new Probe(cluster, request, `${nameOf(request)}, asked for again,`),
    );
    if (stuck !== undefined) return stuck;
  }
  return undefined;
}

const nameOf = ({ client, sequence, command }: Request): string =>
  `operation ${sequence} of client ${client} (${command.kind} k${command.key})`;

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
    const over =
      probe.answered && (!allExecute || (haveConverged(standings()) && probe.isExecutedBy(replicas)));
    if (over || simulation.tick >= untilNs) return simulation.stop();
    simulation.at(simulation.tick + LOOK_AGAIN_NS, look);
  };
  simulation.clients.side = probe;
  probe.ask();
  simulation.at(simulation.tick + LOOK_AGAIN_NS, look);
  simulation.run();
  if (probe.isNew) probe.end();
  const stuck = stuckOn(probe.answered ? undefined : probe.what, allExecute, standings(), down);
  const again = stuck?.invariant === "convergence" ? probe.onceMore(standings()) : undefined;
  return again === undefined ? stuck : recover(cluster, replicas, again, down);
}

/**
 * Sees to it that what clients were told is still so: whatever they wrote is read once more, from a replica that has
 * executed the last write, and with it all before.
 */
function readEverything({ simulation, listener }: Cluster, replica: NodeId, client: ClientId): void {
  const { nodes, tick } = simulation;
  let sequence = 0;
  for (const key of listener.keys) {
    const request = { client, sequence: ++sequence, command: { ...GET, key } };
    listener.readAtEnd(request, tick, nodes[replica]!.store.read(request));
  }
}

const standingsOf = ({ nodes }: Simulation, replicas: readonly NodeId[]): Standing[] =>
  replicas.map(node => {
    const { up, replica, store } = nodes[node]!;
    return { node, status: up ? replica?.status() : undefined, digest: () => store.digest() };
  });

/** Most commands have no result. */
const isUntrue = ({ command: { kind } }: Request, result: Result): boolean =>
  kind !== "get" && kind !== "cas" && result !== undefined;

/** Of the latest epoch, if there are several. */
const leaderOf = (standings: readonly Standing[]): Standing | undefined =>
  standings
    .filter(({ status }) => status?.role === "leader")
    .toSorted((one, other) => other.status!.epoch - one.status!.epoch)[0];

const GET: Command = { kind: "get", key: KEY, value: "", expected: undefined, bytes: 0 };
const putting = (value: string): Command => ({ ...GET, kind: "put", value, bytes: value.length });

const probeFor = (cluster: Cluster, client: ClientId, command: Command): Probe =>
  new Probe(cluster, { client, sequence: 1, command });

/** A client with one thing to ask for, as clients do: of one replica after another, or of all where answers count. */
class Probe implements ClientSide {
  answered = false;
  readonly what: string;
  readonly isNew: boolean; // nobody has been told yet how it ended
  readonly answeredBy = new Set<NodeId>();
  private readonly cluster: Cluster;
  private readonly request: Request;
  private readonly reads: boolean;
  private readonly replies: Replies;
  private readonly asksAll: boolean;
  private readonly calledNs: number;
  private target: NodeId = 0;
  private asked = 0; // how often

  constructor(cluster: Cluster, request: Request, before?: string) {
    const { simulation, replies } = cluster;
    this.cluster = cluster;
    this.calledNs = simulation.tick;
    this.request = request;
    this.reads = isRead(request);
    this.isNew = before === undefined;
    this.what = before ?? (this.reads ? "a read" : "a write");
    this.replies = new Replies(replies.toReads, replies.toWrites, simulation.replicas.length);
    this.replies.addSlot();
    this.asksAll = (this.reads ? replies.toReads : replies.toWrites) > 1;
  }

  ask(): void {
    const { simulation } = this.cluster;
    if (this.answered) return;
    const everybody = this.asksAll ? simulation.replicas : [this.target];
    for (const node of everybody) simulation.ask(node, this.request);
    const asked = ++this.asked;
    simulation.at(simulation.tick + ASK_AGAIN_NS, () => {
      if (asked === this.asked) this.turnTo(this.target + 1);
    });
  }

  /** Late answers to others are nobody's concern any more. */
  onReply(
    from: NodeId,
    request: Request,
    result: Result,
    _leader?: NodeId,
    digestOnly = false,
    epoch?: number,
  ): void {
    if (request !== this.request || this.answered || isUntrue(request, result)) return;
    this.answeredBy.add(from);
    if (!this.replies.believes(0, from, this.reads, result, digestOnly, epoch)) return;
    this.answered = true;
    const { listener, simulation } = this.cluster;
    if (this.isNew) listener.onOperation(request, this.calledNs, simulation.tick, "ok", result);
  }

  /** For good: what is answered tentatively may be ordered anew in the next view, and until then nobody has it. */
  isExecutedBy(replicas: readonly NodeId[]): boolean {
    const { nodes } = this.cluster.simulation;
    const has = (node: NodeId) => nodes[node]!.store.recall(this.request) !== undefined;
    return this.reads || replicas.every(node => has(node) && !nodes[node]!.store.isTentative);
  }

  /**
   * One more write, once, if somebody else leads than who has answered: without a no-op a new leader learns by its next
   * entry only that the last one is committed (Raft §8), and until then nothing is wrong.
   */
  onceMore(standings: readonly Standing[]): Probe | undefined {
    const { client, sequence } = this.request;
    const isSecond = this.isNew && sequence > 1;
    const leader = leaderOf(standings);
    if (isSecond || leader === undefined || this.answeredBy.has(leader.node)) return undefined;
    return new Probe(this.cluster, { client, sequence: sequence + 1, command: putting("after an election") });
  }

  onRedirect(from: NodeId, request: Request, leader: NodeId | undefined): void {
    if (request !== this.request || this.asksAll) return;
    if (leader === undefined || leader === from) this.turnLater();
    else if (leader !== this.target) this.turnTo(leader);
  }

  onRefuse(_from: NodeId, request: Request): void {
    if (request === this.request && !this.asksAll) this.turnLater();
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
