/**
 * A simulated cluster: nodes, network, clients, one clock, one seed. `run` takes event after event from the queue
 * until somebody calls `stop`. Everything random comes from named streams, so the same configuration gives the same
 * events to the bit; `traceHash` is the proof.
 */
import { type NodeId, type Request, type Result, requestBytes } from "#protocol";
import type { ClientSide } from "../protocol/client.ts";
import { Asked } from "./asked.ts";
import { BudgetSpent } from "./budget.ts";
import { ClientWire } from "./clients.ts";
import * as events from "./events.ts";
import { CLIENTS } from "./models.ts";
import { LOST, Network } from "./network.ts";
import { SimulatedNode } from "./node.ts";
import type { Observer, Tracer } from "./observer.ts";
import { clientProofsOf, requestProofBytes } from "./own-context.ts";
import { EventQueue } from "./queue.ts";
import type { SimulationSettings } from "./settings.ts";
import { tellAnswer, tellArrival, tellRequest, tellSend } from "./telling.ts";
import { TraceHash } from "./trace-hash.ts";
import { Traffic } from "./traffic.ts";
import type { Trouble } from "./trouble.ts";
import type { World } from "./world.ts";

const { ACTION, BEAT, BRIEF_REPLY, CLIENT, DELIVER, REDIRECT, REFUSE, REQUEST, SYNCED, TIMER, WAKE } = events;

/** No protocol does so much at one instant; one that does is stuck there. */
const EVENTS_AT_ONE_TICK = 2_000_000;
const HEADER_BYTES = 16; // of every client message: type, source, target

export type { SimulationSettings } from "./settings.ts";

export class Simulation implements World {
  readonly queue = new EventQueue();
  readonly traffic: Traffic;
  readonly network: Network;
  readonly nodes: readonly SimulatedNode[];
  readonly replicas: readonly NodeId[];
  readonly clients: ClientWire;
  readonly asked = new Asked();
  readonly observer: Observer;
  readonly tracer: Tracer | undefined;
  events = 0;
  /** Messages under way that are not heartbeats, and requests and answers. */
  inFlight = 0;
  /** Called, once, when nothing is under way any more; the harness asks for it to drain a run. */
  onQuiet: (() => void) | undefined;

  private readonly hash: TraceHash;
  private readonly eventBudget: number;
  private readonly requestProofBytes: number;
  private stillTick = -1; // the instant of the last event, and how many events had been when it began
  private stillSince = 0;
  private running = false;

  constructor(settings: SimulationSettings) {
    const { protocol, n, seed } = settings;
    this.traffic = new Traffic(protocol);
    this.network = new Network(n, settings.network, seed, this.traffic);
    this.replicas = Array.from({ length: n }, (_, id) => id);
    this.observer = settings.observer;
    this.tracer = settings.tracer;
    this.eventBudget = settings.eventBudget;
    this.hash = settings.hash ?? new TraceHash();
    this.requestProofBytes = requestProofBytes(clientProofsOf(protocol, settings.options), n);
    this.nodes = this.replicas.map(id => {
      const own = { ...settings, clock: settings.clock(id), cost: settings.cost(id) };
      return new SimulatedNode(id, own, this);
    });
    this.clients = new ClientWire(this, seed);
    this.tracer?.attach?.(this.nodes);
  }

  get tick(): number {
    return this.queue.tick;
  }

  start(clients: ClientSide): void {
    this.clients.side = clients;
    for (const node of this.nodes) node.start();
    clients.onStart();
  }

  /** Does something at a time: a fault, a phase of the measurement. Earlier calls for the same tick come first. */
  at(tick: number, action: () => void): void {
    const slot = this.queue.push(Math.max(Math.ceil(tick), this.tick));
    this.queue.fill(slot, ACTION, 0, 0, 0);
    this.queue.subject[slot] = action;
  }

  stop(): void {
    this.running = false;
  }

  run(): void {
    const { queue, hash } = this;
    this.running = true;
    while (this.running) {
      const slot = queue.pop();
      if (slot < 0) throw new Error("nothing is left to happen: no message, no timer, no client");
      const { columns } = queue;
      const row = slot * 4;
      const kind = columns[row]!;
      const to = columns[row + 2]!;
      hash.add(queue.tick, kind, columns[row + 1]!, to, columns[row + 3]!);
      this.guard(kind, to);
      this.dispatch(kind, slot);
      if (this.inFlight === 0 && this.onQuiet !== undefined && this.quiet()) this.quietReached();
    }
  }

  // --- Faults ----------------------------------------------------------------------------------------------------

  /** The replica is gone, and with it all that its disk had not written: a share of that, if it had begun. */
  crash(id: NodeId, written = 0): void {
    const node = this.nodes[id]!;
    if (!node.up) return;
    this.record("crash", { node: id });
    this.observer.onCrash(this.tick, id);
    node.crash(written);
  }

  restart(id: NodeId): void {
    const node = this.nodes[id]!;
    if (node.up) return;
    this.record("restart", { node: id });
    this.observer.onRestart(this.tick, id);
    node.start();
    this.observer.onStarted(this.tick, id);
  }

  /** Cuts both directions between each of these and everybody else, the clients included if they are not among them. */
  isolate(places: readonly number[], cut = true): void {
    for (const from of places) {
      for (const to of [...this.replicas, CLIENTS]) {
        if (places.includes(to)) continue;
        this.network.setCut(from, to, cut);
        this.network.setCut(to, from, cut);
      }
    }
    this.record(cut ? "isolate" : "join", { places });
  }

  // --- What nodes ask of the world -------------------------------------------------------------------------------

  queueAt(tick: number, kind: number, to: number, detail: number): void {
    const { queue } = this;
    const slot = queue.push(tick);
    queue.fill(slot, kind, 0, to, detail);
  }

  queueTimer(node: NodeId, timer: number, tick: number): void {
    this.queueAt(tick, TIMER, node, timer);
  }

  queueWake(node: SimulatedNode): void {
    this.queueAt(Math.max(node.busyUntil, this.queue.tick), WAKE, node.self, node.incarnation);
  }

  queueSync(node: SimulatedNode): void {
    this.queueAt(Math.ceil(node.cursor) + node.disk.syncNs, SYNCED, node.self, node.incarnation);
  }

  /** A node that cannot store any more cannot vouch for anything: it stops. */
  obstructed({ self, disk }: SimulatedNode): void {
    if (disk.obstacle === "error") this.crash(self);
    else disk.overdue = true;
  }

  deliver(from: SimulatedNode, to: NodeId, message: unknown): void {
    const { network } = this;
    network.departure = Math.ceil(from.cursor);
    const plain = network.route(from.self, to, this.traffic.bytes);
    if (this.tracer !== undefined) tellSend(this, from.self, to, message);
    if (plain) this.queueMessage(from.self, to, network.arrival, message);
    else this.deliverInTrouble(from.self, to, message);
  }

  private deliverInTrouble(from: NodeId, to: NodeId, message: unknown): void {
    this.asTroubled(tick => {
      this.traffic.recall(message as { readonly type: string });
      this.queueMessage(from, to, tick, message);
    });
  }

  answer(
    kind: number,
    from: SimulatedNode,
    leader: number,
    bytes: number,
    request: Request,
    result: Result,
  ): void {
    const { network } = this;
    this.traffic.countClient(bytes);
    network.departure = Math.ceil(from.cursor);
    network.forClient(request.client);
    const plain = network.route(from.self, CLIENTS, bytes);
    if (this.tracer !== undefined) tellAnswer(this, kind, from.self, leader, request, result);
    if (plain) this.queueAnswer(kind, from.self, leader, network.arrival, request, result);
    else this.answerInTrouble(kind, from.self, leader, request, result);
  }

  private answerInTrouble(
    kind: number,
    from: NodeId,
    leader: number,
    request: Request,
    result: Result,
  ): void {
    this.asTroubled(tick => this.queueAnswer(kind, from, leader, tick, request, result));
  }

  /** A client's request leaves for a node. */
  ask(to: NodeId, request: Request): void {
    this.asked.note(request);
    const bytes = HEADER_BYTES + requestBytes(request) + this.requestProofBytes;
    this.traffic.countClient(bytes);
    const { network } = this;
    network.departure = this.queue.tick;
    network.forClient(request.client);
    const plain = network.route(CLIENTS, to, bytes);
    if (this.tracer !== undefined) tellRequest(this, to, request);
    if (plain) this.queueRequest(to, network.arrival, bytes, request);
    else this.askInTrouble(to, bytes, request);
  }

  private askInTrouble(to: NodeId, bytes: number, request: Request): void {
    this.asTroubled(tick => this.queueRequest(to, tick, bytes, request));
  }

  isGenuine(request: Request): boolean {
    return this.asked.isGenuine(request);
  }

  /** What the network has done to a message: it comes, once or twice, or is lost, or kept by whoever holds the link. */
  private asTroubled(queueAt: (tick: number) => void): void {
    const { arrival, duplicateAt } = this.network;
    const holder: Trouble | undefined = this.network.holder;
    if (arrival === LOST) return holder?.keep(() => queueAt(this.queue.tick));
    queueAt(arrival);
    if (duplicateAt !== LOST) queueAt(duplicateAt);
  }

  /** Two runs with the same events, the same answers and the same final stores have the same hash. */
  traceHash(): string {
    for (const node of this.nodes) this.hash.fold(node.store.digest() as number);
    return this.hash.text();
  }

  record(event: string, fields: Readonly<Record<string, unknown>>): void {
    this.tracer?.record({ t_ns: this.tick, event, ...fields });
  }

  // --- The loop's parts ------------------------------------------------------------------------------------------

  private dispatch(kind: number, slot: number): void {
    const { queue } = this;
    switch (kind) {
      case DELIVER:
      case BEAT:
      case REQUEST:
        return this.arrive(kind, slot);
      case TIMER:
        return this.nodes[queue.columns[slot * 4 + 2]!]!.timerArrived(queue.columns[slot * 4 + 3]!);
      case SYNCED:
        return this.nodes[queue.columns[slot * 4 + 2]!]!.synced(queue.columns[slot * 4 + 3]!);
      case WAKE:
        return this.nodes[queue.columns[slot * 4 + 2]!]!.wake(queue.columns[slot * 4 + 3]!);
      case CLIENT:
        return this.clients.woke(queue.columns[slot * 4 + 3]!);
      case ACTION:
        return this.act(slot);
      default:
        return this.answered(kind, slot);
    }
  }

  private arrive(kind: number, slot: number): void {
    const { queue } = this;
    const node = this.nodes[queue.columns[slot * 4 + 2]!]!;
    const subject = queue.subject[slot];
    queue.subject[slot] = undefined;
    if (kind !== BEAT) this.inFlight--;
    if (this.tracer !== undefined) tellArrival(this, kind, slot, subject, node.up);
    if (!node.up) return;
    node.arrive(
      kind === REQUEST ? REQUEST : DELIVER,
      queue.columns[slot * 4 + 1]!,
      queue.number[slot]!,
      subject,
    );
  }

  private answered(kind: number, slot: number): void {
    const { queue, clients } = this;
    const request = queue.subject[slot] as Request;
    const result = queue.object[slot] as Result;
    const from = queue.columns[slot * 4 + 1]!;
    const leader = queue.number[slot]!;
    queue.subject[slot] = queue.object[slot] = undefined;
    this.inFlight--;
    if (kind === REDIRECT) clients.side.onRedirect(from, request, leader < 0 ? undefined : leader);
    else if (kind === REFUSE) clients.side.onRefuse(from, request);
    else this.replied(from, request, result, leader, kind === BRIEF_REPLY);
  }

  private replied(from: NodeId, request: Request, result: Result, names: number, digestOnly: boolean): void {
    const { side } = this.clients;
    if (names < 0) return side.onReply(from, request, result, undefined, digestOnly);
    if (names < this.nodes.length) return side.onReply(from, request, result, names, digestOnly);
    const { leader, epoch } = events.named(names, this.nodes.length);
    side.onReply(from, request, result, leader < 0 ? undefined : leader, digestOnly, epoch);
  }

  private act(slot: number): void {
    const action = this.queue.subject[slot] as () => void;
    this.queue.subject[slot] = undefined;
    action();
  }

  private queueMessage(from: NodeId, to: NodeId, tick: number, message: unknown): void {
    const { queue, traffic } = this;
    const slot = queue.push(tick);
    queue.fill(slot, traffic.heartbeat ? BEAT : DELIVER, from, to, traffic.type);
    queue.number[slot] = traffic.bytes;
    queue.subject[slot] = message;
    if (!traffic.heartbeat) this.inFlight++;
  }

  private queueAnswer(
    kind: number,
    from: NodeId,
    leader: number,
    tick: number,
    request: Request,
    result: Result,
  ): void {
    const { queue } = this;
    const slot = queue.push(tick);
    queue.fill(slot, kind, from, 0, request.client);
    queue.number[slot] = leader;
    queue.subject[slot] = request;
    queue.object[slot] = result;
    this.inFlight++;
  }

  private queueRequest(to: NodeId, tick: number, bytes: number, request: Request): void {
    const { queue } = this;
    const slot = queue.push(tick);
    queue.fill(slot, REQUEST, CLIENTS, to, request.client);
    queue.number[slot] = bytes;
    queue.subject[slot] = request;
    this.inFlight++;
  }

  private quiet(): boolean {
    for (const node of this.nodes) if (!node.quiet) return false;
    return true;
  }

  private quietReached(): void {
    const reached = this.onQuiet!;
    this.onQuiet = undefined;
    reached();
  }

  /** Names the culprit when virtual time stops moving, and ends a run that costs more than it may. */
  private guard(kind: number, to: number): void {
    if (this.queue.tick !== this.stillTick) {
      this.stillTick = this.queue.tick;
      this.stillSince = this.events;
    } else if (this.events - this.stillSince > EVENTS_AT_ONE_TICK) {
      const culprit = `${events.kindNames[kind]} at ${kind === CLIENT ? "the clients" : `n${to}`}`;
      throw new Error(`virtual time stands still at ${this.tick} ns; the last event there was: ${culprit}`);
    }
    if (++this.events > this.eventBudget) throw new BudgetSpent(this.eventBudget, this.tick);
  }
}
