/**
 * A simulated machine that runs one replica: a processor that does one thing at a time, a disk with group commit, a
 * clock of its own, named timers. To the replica it is the `Context`.
 *
 * A handler runs at the instant its message is taken up; what it costs moves `cursor`, and what it sends leaves when
 * the cursor has passed its cost. What arrives before the cursor's end waits in the inbox.
 */
import type { AnyReplica, Context, Fact, Milliseconds, NodeId, Policy, Request, Result } from "#protocol";
import { Store } from "../protocol/store.ts";
import { Backlog } from "./backlog.ts";
import { Disk } from "./disk.ts";
import { BRIEF_REPLY, DELIVER, naming, REDIRECT, REFUSE, REPLY, REQUEST, TIMER } from "./events.ts";
import { withHandlers } from "./handlers.ts";
import type { ClockModel } from "./models.ts";
import { clientProofsOf, OwnContext } from "./own-context.ts";
import { RandomStream } from "./random.ts";
import type { NodeSettings } from "./settings.ts";
import { Timers } from "./timers.ts";
import type { World } from "./world.ts";

/** A result on the wire: session, sequence and status, besides the value or its digest. */
const REPLY_BYTES = 24;
const DIGEST_BYTES = 32;
const NOBODY = -1;
const SELF_MESSAGES_AT_ONCE = 1_000_000;

interface Typed {
  readonly type: string;
}

export class SimulatedNode extends OwnContext implements Context<Typed, string, unknown> {
  readonly faults: number;
  readonly quorum: number;
  readonly policy: Policy;

  up = false;
  incarnation = 0;
  busyNs = 0; // time the processor has worked
  busyUntil = 0;
  readonly disk: Disk;
  replica: AnyReplica | undefined;
  clock: ClockModel;
  /** Paused, or its disk is stalled or failing: what a sync sets free has to wait, or never comes. */
  hindered = false;

  private began = 0; // when that handler started
  private wakeQueued = false;
  private readonly inbox = new Backlog();
  private readonly held = new Backlog(); // outputs behind a sync; their `number` is the barrier
  private readonly toSelf: Typed[] = []; // of these, the first so many count
  private toSelfCount = 0;
  private readonly timers: Timers;
  private readonly stream: RandomStream;
  private readonly settings: NodeSettings;
  private readonly world: World;
  private pausedUntil = 0;

  constructor(id: NodeId, settings: NodeSettings, world: World) {
    const { protocol, options, cost } = settings;
    super(id, world.replicas, cost.cpu, clientProofsOf(protocol, options));
    this.settings = settings;
    this.world = world;
    this.faults = protocol.tolerates(settings.n, options);
    this.quorum = protocol.quorum(settings.n, options);
    this.policy = settings.policy;
    this.clock = settings.clock;
    this.timers = new Timers(settings.protocol.timers, settings.clock, settings.seed, id);
    this.stream = new RandomStream(settings.seed, `node n${id}`);
    this.disk = new Disk(settings.cost.disk, settings.durability, settings.seed, id);
  }

  // --- What the world does to a node -----------------------------------------------------------------------------

  /** Boots, for the first time or after a crash. */
  start(): void {
    this.up = true;
    this.store = new Store();
    const { protocol, options } = this.settings;
    this.replica = withHandlers(protocol.create(this, options), protocol.name);
    this.began = this.world.queue.tick;
    this.cursor = this.began;
    this.replica.onStart(this.disk.contents());
    this.settle();
  }

  /** Everything that is not on the disk is gone; of a batch under way, this share may have got there. */
  crash(written = 0): void {
    this.up = false;
    this.incarnation++;
    this.replica = undefined;
    this.disk.crash(written);
    this.inbox.clear();
    this.held.clear();
    this.toSelfCount = 0;
    this.timers.clear();
    this.wakeQueued = false;
    this.busyUntil = 0;
    this.pausedUntil = 0;
    this.reassess();
  }

  /** Nothing is handled or sent before that tick: a garbage collection, a stopped process. Then, `resume`. */
  pauseUntil(tick: number): void {
    if (tick > this.busyUntil) this.busyUntil = tick;
    if (tick > this.pausedUntil) this.pausedUntil = tick;
    this.hindered = true;
  }

  /** Returns whether the last of its pauses is over. What was written meanwhile lets its messages go. */
  resume(): boolean {
    if (!this.up || this.pausedUntil !== this.world.queue.tick) return false;
    this.pausedUntil = 0;
    this.reassess();
    this.release();
    return true;
  }

  /** To be called when the disk's obstacle has come or gone. */
  reassess(): void {
    this.hindered = this.pausedUntil > this.world.queue.tick || this.disk.obstacle !== undefined;
  }

  /** From now on whatever the processor does takes so many times as long. */
  slowDown(factor: number): void {
    const cpu = { ...this.settings.cost.cpu };
    for (const name of Object.keys(cpu) as (keyof typeof cpu)[]) cpu[name] *= factor;
    this.cpu = cpu;
  }

  /** A message, a request or a due timer reaches this node. */
  arrive(kind: number, place: number, number: number, subject: unknown): void {
    if (this.busyUntil > this.world.queue.tick || this.inbox.length > 0) {
      this.inbox.push(kind, place, number, subject, undefined);
      if (kind !== TIMER) this.trace("waits");
      this.queueWake();
      return;
    }
    this.handle(kind, place, number, subject);
    this.settle();
  }

  /** The processor should be free: take up the next thing that waits. */
  wake(incarnation: number): void {
    if (incarnation !== this.incarnation) return;
    this.wakeQueued = false;
    const { inbox } = this;
    if (this.busyUntil <= this.world.queue.tick && inbox.length > 0) {
      const { kind, place, number, subject } = inbox;
      inbox.drop();
      if (kind !== TIMER) this.trace("taken");
      this.handle(kind, place, number, subject);
      this.settle();
    }
    if (inbox.length > 0) this.queueWake();
  }

  timerArrived(timer: number): void {
    const tick = this.world.queue.tick;
    const deadline = this.timers.arrived(timer, tick);
    if (deadline <= tick) this.arrive(TIMER, timer, 0, undefined);
    else if (deadline !== Infinity) this.world.queueTimer(this.self, timer, deadline);
  }

  /** The disk has written a batch. */
  synced(incarnation: number): void {
    if (incarnation !== this.incarnation) return;
    if (this.hindered && this.disk.obstacle !== undefined) return this.world.obstructed(this);
    const { disk, world } = this;
    disk.finishSync();
    world.tracer?.record({
      t_ns: world.queue.tick,
      event: "durable",
      node: this.self,
      records: disk.durable,
    });
    if (!this.hindered) this.release();
  }

  /** What waited for the disk leaves, and the next batch starts. */
  private release(): void {
    const { held, disk } = this;
    this.began = Math.max(this.world.queue.tick, this.busyUntil);
    this.cursor = this.began;
    while (held.length > 0 && held.number <= disk.durable) {
      const { kind, place, subject, object } = held;
      held.drop();
      this.emit(kind, place, subject, object);
    }
    this.settle();
  }

  get quiet(): boolean {
    return this.inbox.length === 0 && this.held.length === 0 && this.disk.idle;
  }

  // --- The processor ---------------------------------------------------------------------------------------------

  private handle(kind: number, place: number, number: number, subject: unknown): void {
    const tick = this.world.queue.tick;
    this.began = tick;
    this.cursor = tick;
    if (kind === TIMER) {
      if (!this.timers.take(place, tick)) return;
      const name = this.timers.names[place]!;
      this.world.tracer?.record({ t_ns: tick, event: "timer", node: this.self, timer: name });
      this.replica!.onTimeout(name);
      return;
    }
    const { receiveNs, byteNs } = this.cpu;
    this.cursor = tick + receiveNs + number * byteNs;
    if (kind === REQUEST) this.replica!.onRequest(subject as Request);
    else this.replica!.onMessage(place, subject);
  }

  /** The end of a handler: messages to itself are handled, the disk is set to work, the time is accounted for. */
  private settle(): void {
    const { disk } = this;
    if (this.toSelfCount > 0) this.handleOwn();
    if (disk.issued > disk.durable && disk.startSync()) this.world.queueSync(this);
    const end = Math.ceil(this.cursor);
    this.busyNs += end - this.began;
    if (end > this.busyUntil) this.busyUntil = end;
  }

  private handleOwn(): void {
    const { toSelf } = this;
    for (let index = 0; index < this.toSelfCount; index++) {
      if (index > SELF_MESSAGES_AT_ONCE) {
        throw new Error(`n${this.self} keeps sending messages to itself: ${toSelf[index]!.type}`);
      }
      this.replica!.onMessage(this.self, toSelf[index]);
    }
    this.toSelfCount = 0;
  }

  /** Of a message or a request that comes while the processor is busy. */
  private trace(event: "waits" | "taken"): void {
    const { tracer, queue } = this.world;
    tracer?.record({ t_ns: queue.tick, event, node: this.self });
  }

  private queueWake(): void {
    if (this.wakeQueued) return;
    this.wakeQueued = true;
    this.world.queueWake(this);
  }

  // --- Context: messages and answers -----------------------------------------------------------------------------

  now(): Milliseconds {
    const { rate, offsetNs } = this.clock;
    return (this.world.queue.tick * rate + offsetNs) / 1e6;
  }

  random(): number {
    return this.stream.next();
  }

  send(to: NodeId, message: Typed): void {
    if (!this.isReplica(to)) this.refuseTo(to, message);
    if (this.disk.issued > this.disk.durable) this.hold(DELIVER, to, message, undefined);
    else this.emit(DELIVER, to, message, undefined);
  }

  broadcast(message: Typed): void {
    for (let to = 0; to < this.replicas.length; to++) this.send(to, message);
  }

  sendNow(to: NodeId, message: Typed): void {
    if (!this.isReplica(to)) this.refuseTo(to, message);
    this.emit(DELIVER, to, message, undefined);
  }

  reply(request: Request, result: Result, leader = NOBODY, digestOnly = false, epoch?: number): void {
    const kind = digestOnly ? BRIEF_REPLY : REPLY;
    const names = naming(leader, epoch, this.replicas.length);
    if (this.disk.issued > this.disk.durable) this.hold(kind, names, request, result);
    else this.emit(kind, names, request, result);
  }

  replyNow(request: Request, result: Result, leader = NOBODY, digestOnly = false): void {
    this.emit(digestOnly ? BRIEF_REPLY : REPLY, leader, request, result);
  }

  redirect(request: Request, leader: NodeId | undefined): void {
    if (leader !== undefined && !this.isReplica(leader)) {
      throw new Error(`n${this.self} redirects a client to ${leader}, which is no replica`);
    }
    this.emit(REDIRECT, leader ?? NOBODY, request, undefined);
  }

  refuse(request: Request): void {
    this.emit(REFUSE, NOBODY, request, undefined);
  }

  private hold(kind: number, place: number, subject: unknown, object: unknown): void {
    this.held.push(kind, place, this.disk.issued, subject, object);
  }

  private emit(kind: number, place: number, subject: unknown, object: unknown): void {
    if (kind === DELIVER) {
      if (place === this.self) this.toSelf[this.toSelfCount++] = subject as Typed;
      else this.transmit(place, subject as Typed);
    } else {
      this.answer(kind, place, subject as Request, object as Result);
    }
  }

  private transmit(to: NodeId, message: Typed): void {
    const { traffic } = this.world;
    traffic.count(message);
    this.cursor += this.cpu.sendNs + traffic.bytes * this.cpu.byteNs;
    this.world.deliver(this, to, message);
  }

  /** Typed arrays are addressed by it: what is no node would be cut to another, or looked up beside them. */
  private isReplica(id: NodeId): boolean {
    return id >>> 0 === id && id < this.replicas.length;
  }

  private refuseTo(to: NodeId, { type }: Typed): never {
    throw new Error(`n${this.self} sends a ${type} to ${to}, which is no replica`);
  }

  private answer(kind: number, leader: number, request: Request, result: Result): void {
    const { kind: command, key } = request.command;
    let bytes = REPLY_BYTES + this.proveAnswer();
    if (command === "get")
      bytes += kind === REPLY ? this.store.bytesOf(key) : kind === BRIEF_REPLY ? DIGEST_BYTES : 0;
    this.cursor += this.cpu.sendNs + bytes * this.cpu.byteNs;
    this.world.answer(kind, this, leader, bytes, request, result);
  }

  // --- Context: storage and the store ----------------------------------------------------------------------------

  persist(record: unknown): void {
    this.world.tracer?.record({ t_ns: this.world.queue.tick, event: "persist", node: this.self, record });
    this.disk.append(record, this.settings.protocol.recordBytes(record));
  }

  snapshot(record: unknown): void {
    this.world.tracer?.record({ t_ns: this.world.queue.tick, event: "snapshot", node: this.self });
    this.disk.replace(record, this.settings.protocol.recordBytes(record));
  }

  execute(position: number, request: Request, epoch?: number): Result {
    const { world, self } = this;
    const result = this.store.execute(request);
    if (epoch === undefined) {
      world.observer.onExecute(self, position, request);
    } else {
      world.observer.onCommitAndExecute(self, epoch, position, request);
      if (world.tracer !== undefined) this.traceFact("committed", epoch, position, request);
    }
    return result;
  }

  protected override isGenuine(request: Request): boolean {
    return this.world.isGenuine(request);
  }

  // --- Context: timers, facts ------------------------------------------------------------------------------------

  setTimer(name: string, delay: Milliseconds): void {
    const timer = this.timers.indexOf(name);
    const { rate } = this.clock;
    const ticks = Math.ceil(rate === 1 ? delay * 1e6 : (delay * 1e6) / rate);
    const due = this.world.queue.tick + Math.max(ticks, 1) + this.timers.late();
    if (!(due < Infinity)) throw new Error(`timer ${name} was set to ${delay} ms`);
    if (this.timers.set(timer, due)) this.world.queueTimer(this.self, timer, due);
  }

  cancelTimer(name: string): void {
    this.timers.cancel(this.timers.indexOf(name));
  }

  observe(fact: Fact, epoch: number, position = 0, subject: unknown = undefined): void {
    const { world, self } = this;
    world.observer.onFact(self, fact, epoch, position, subject);
    if (world.tracer !== undefined) this.traceFact(fact, epoch, position, subject);
  }

  private traceFact(fact: Fact, epoch: number, position: number, subject: unknown): void {
    const { tracer, queue } = this.world;
    tracer?.record({ t_ns: queue.tick, event: "fact", node: this.self, fact, epoch, position, subject });
  }
}
