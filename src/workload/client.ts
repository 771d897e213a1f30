/**
 * The clients of a cluster: how many ask what, whom they ask, and when they ask again or give up. One pool plays all
 * of them, against the simulator or over real sockets.
 *
 * A client has one operation outstanding. One that timed out may still take effect at any time, so its client never
 * asks again: its slot goes on under a fresh client id.
 *
 * In a closed loop there are so many slots, and each asks again when it has its answer. In an open loop operations
 * arrive when they do: each takes a slot that is free, or a new one.
 */
import type { ClientId, ClientRules, Command, NodeId, Request, Result } from "#protocol";
import { isRead } from "#protocol";
import {
  ARRIVAL,
  type ClientSide,
  type ClientWorld,
  type OperationSink,
  type Outcome,
  type RandomSource,
} from "../protocol/client.ts";
import { Arrivals } from "./arrivals.ts";
import { drawDelay, isNothing } from "./draws.ts";
import { CommandMaker, NONE, type Operations } from "./mix.ts";
import { Replies } from "./replies.ts";
import { Sessions } from "./sessions.ts";
import { type Nearest, Targets } from "./targets.ts";
import type { DelayChoice, Workload } from "./workload.ts";

export interface PoolRules {
  readonly sendTo: ClientRules["sendTo"];
  asksAll?(read: boolean): boolean;
  matchingReplies(read: boolean): number;
  readonly nearest?: Nearest | undefined; // for clients that are sent to their nearest replica
}

/** A workload has all of these. */
export interface PoolSettings extends Operations {
  readonly clients: Workload["clients"];
  readonly network: Pick<Workload["network"], "duplication">;
}

const NEVER = Number.POSITIVE_INFINITY;
/** Before asking the next replica where the last one knew no leader: an election takes some ten times as long. */
const BACK_OFF_NS = 20e6;

export class ClientPool implements ClientSide {
  /** Operations issued so far. */
  submitted = 0;

  private readonly world: ClientWorld;
  private readonly sink: OperationSink;
  private readonly commands: CommandMaker;
  private readonly arrivals: Arrivals | undefined; // undefined: a closed loop
  private readonly limit: number; // of operations outstanding at once
  private readonly think: DelayChoice | undefined; // undefined: no time at all
  private readonly thinking: RandomSource;
  private readonly retryNs: number;
  private readonly timeoutNs: number;
  // Whether a message may arrive twice. Then a refusal proves nothing, because the other copy may still be
  // accepted, and no operation is ever reported as failed.
  private readonly duplicates: boolean;
  private readonly nodes: number;
  private readonly targets: Targets;
  private readonly replies: Replies;
  private readonly readsToAll: boolean;
  private readonly writesToAll: boolean;

  private running = false;
  private remaining = NEVER; // operations that may still be issued
  private arrivalAt = NEVER; // when the next operation arrives
  private outstanding = 0;
  private readonly sessions = new Sessions();
  private overflow: number | undefined; // the slot, never otherwise used, of what arrives beyond the limit
  private readonly free: number[] = []; // slots without an operation; the last to become free is taken first

  // By slot. Arrays of plain numbers: nothing is allocated for an operation but its request.
  private readonly request: (Request | undefined)[] = []; // outstanding
  private readonly followUpBytes: number[] = []; // of the put that follows an answered get, or `NONE`
  private readonly callNs: number[] = [];
  private readonly everybody: boolean[] = []; // whether this operation is now put to all replicas
  private readonly hops: number[] = []; // redirections followed without a pause
  private readonly open: number[] = []; // requests sent and neither redirected nor refused
  private readonly startAt: number[] = []; // when to start the next operation, after thinking
  private readonly sendAt: number[] = []; // when to send again, after a back-off
  private readonly retryAt: number[] = []; // when to ask elsewhere for want of an answer
  private readonly wakeAt: number[] = []; // when the outstanding wake comes

  constructor(world: ClientWorld, rules: PoolRules, settings: PoolSettings, sink: OperationSink) {
    this.world = world;
    this.sink = sink;
    this.commands = new CommandMaker(settings, world);
    const { clients } = settings;
    const { arrivals, think } = clients;
    this.arrivals = arrivals === undefined ? undefined : new Arrivals(arrivals, world.stream("arrivals"));
    this.limit = clients.count;
    this.think = isNothing(think) ? undefined : think;
    this.thinking = world.stream("thinking");
    this.retryNs = clients.retryNs;
    this.timeoutNs = clients.timeoutNs;
    this.duplicates = settings.network.duplication > 0;
    this.nodes = world.replicas.length;
    this.targets = new Targets(this.nodes, rules.nearest);
    this.readsToAll = rules.sendTo === "all" || rules.asksAll?.(true) === true;
    this.writesToAll = rules.sendTo === "all" || rules.asksAll?.(false) === true;
    this.replies = new Replies(rules.matchingReplies(true), rules.matchingReplies(false), this.nodes);
    if (arrivals === undefined) for (let slot = 0; slot < clients.count; slot++) this.addSlot();
  }

  // --- What the harness says --------------------------------------------------------------------------------------

  /** Nothing is outstanding. */
  get idle(): boolean {
    return this.outstanding === 0;
  }

  /** Nothing is outstanding and nothing will be started. */
  get done(): boolean {
    return this.outstanding === 0 && (!this.running || this.remaining === 0);
  }

  onStart(): void {
    this.resume();
  }

  /** Lets what is outstanding end, and starts nothing new. */
  pause(): void {
    this.running = false;
    this.arrivalAt = NEVER;
    this.startAt.fill(NEVER);
  }

  /**
   * Issues so many operations in total. In a closed loop all slots that have nothing outstanding start at this
   * instant; in an open one the rate's curve begins here.
   */
  resume(limit = NEVER): void {
    this.running = true;
    this.remaining = limit;
    const now = this.world.nowNs();
    if (this.arrivals !== undefined) {
      this.arrivals.start(now);
      this.arrivalAt = this.arrivals.next();
      return this.awaitArrival(now);
    }
    for (let slot = 0; slot < this.request.length; slot++) {
      if (this.request[slot] === undefined) this.begin(slot, now);
    }
  }

  /** The run ends here: what is outstanding may or may not take effect. */
  abandon(): void {
    this.pause();
    const now = this.world.nowNs();
    for (let slot = 0; slot < this.request.length; slot++) {
      if (this.request[slot] !== undefined) this.finish(slot, now, "unknown", undefined);
    }
  }

  // --- What the world says ----------------------------------------------------------------------------------------

  onReply(
    from: NodeId,
    request: Request,
    result: Result,
    leader?: NodeId,
    digestOnly = false,
    epoch?: number,
  ): void {
    const slot = this.slotWaitingFor(request);
    if (slot === undefined) return;
    const outstanding = this.request[slot]!;
    const read = isRead(outstanding);
    this.targets.of[slot] = this.replies.leader(slot, from, read, leader) ?? this.targets.of[slot]!;
    if (!this.replies.believes(slot, from, read, result, digestOnly, epoch)) return;
    const now = this.world.nowNs();
    this.commands.learn(outstanding, result);
    this.finish(slot, now, "ok", result);
    if (this.followUpBytes[slot] === NONE) this.proceed(slot, now);
    else this.followUp(slot, now, outstanding.command.key);
  }

  onRedirect(from: NodeId, request: Request, leader: NodeId | undefined): void {
    const slot = this.slotWaitingFor(request);
    if (slot === undefined) return;
    if (leader === undefined || leader === from) return this.turnedAway(slot, from);
    this.open[slot]!--;
    this.targets.of[slot] = leader;
    // Everybody has been asked already, the leader included.
    if (this.everybody[slot]) return this.backOffIfAllTurnedAway(slot);
    // Replicas that name each other in a circle must not keep a message going round at the speed of the network.
    if (this.hops[slot]! >= this.nodes) return this.backOff(slot);
    this.hops[slot]!++;
    this.ask(slot, this.world.nowNs());
  }

  onRefuse(from: NodeId, request: Request): void {
    const slot = this.slotWaitingFor(request);
    if (slot !== undefined) this.turnedAway(slot, from);
  }

  onWake(slot: ClientId): void {
    if (slot === ARRIVAL) return this.arrive();
    this.wakeAt[slot] = NEVER;
    const now = this.world.nowNs();
    if (this.request[slot] === undefined) {
      const intended = this.startAt[slot]!;
      // The wait for a late wake counts: an operation starts when it was meant to.
      if (intended <= now) return this.begin(slot, intended);
    } else if (this.callNs[slot]! + this.timeoutNs <= now) {
      return this.giveUp(slot, now);
    } else if (this.sendAt[slot]! <= now) {
      this.ask(slot, now);
    } else if (this.retryAt[slot]! <= now) {
      this.retry(slot, now);
    }
    this.arm(slot, now);
  }

  // --- An operation -----------------------------------------------------------------------------------------------

  private begin(slot: number, callNs: number): void {
    this.startAt[slot] = NEVER;
    if (!this.running || this.remaining === 0) return;
    const command = this.commands.make(this.sessions.client[slot]!, this.sessions.sequence[slot]! + 1);
    this.followUpBytes[slot] = this.commands.followUpBytes;
    this.issue(slot, callNs, command);
  }

  /** The put of a read-modify-write begins when its get is answered. */
  private followUp(slot: number, now: number, key: number): void {
    const bytes = this.followUpBytes[slot]!;
    this.followUpBytes[slot] = NONE;
    if (!this.running || this.remaining === 0) return this.proceed(slot, now);
    const { client, sequence } = this.sessions;
    this.issue(slot, now, this.commands.put(key, client[slot]!, sequence[slot]! + 1, bytes));
  }

  private issue(slot: number, callNs: number, command: Command): void {
    this.remaining--;
    this.submitted++;
    this.outstanding++;
    const sequence = ++this.sessions.sequence[slot]!;
    this.request[slot] = { client: this.sessions.client[slot]!, sequence, command };
    this.callNs[slot] = callNs;
    this.everybody[slot] = isRead(this.request[slot]) ? this.readsToAll : this.writesToAll;
    this.targets.renew(slot);
    this.hops[slot] = 0;
    this.open[slot] = 0;
    this.replies.clear(slot);
    const now = this.world.nowNs();
    this.ask(slot, now);
    this.arm(slot, now);
  }

  private ask(slot: number, now: number): void {
    const request = this.request[slot]!;
    this.sendAt[slot] = NEVER;
    this.retryAt[slot] = now + this.retryNs;
    if (!this.everybody[slot]) {
      this.open[slot]!++;
      this.world.send(this.targets.of[slot]!, request);
      return;
    }
    this.open[slot]! += this.nodes;
    for (const node of this.world.replicas) this.world.send(node, request);
  }

  /** For want of an answer: the next replica or, where answers are compared, all of them. */
  private retry(slot: number, now: number): void {
    this.targets.turn(slot);
    this.hops[slot] = 0;
    if (this.replies.compared) this.everybody[slot] = true;
    this.ask(slot, now);
  }

  private turnedAway(slot: number, from: NodeId): void {
    this.open[slot]!--;
    if (this.everybody[slot]) return this.backOffIfAllTurnedAway(slot);
    this.targets.pass(slot, from);
    this.backOff(slot);
  }

  private backOffIfAllTurnedAway(slot: number): void {
    if (this.open[slot]! <= 0) this.backOff(slot);
  }

  private backOff(slot: number): void {
    if (this.sendAt[slot]! !== NEVER) return;
    const now = this.world.nowNs();
    this.hops[slot] = 0;
    this.sendAt[slot] = now + BACK_OFF_NS;
    this.arm(slot, now);
  }

  private giveUp(slot: number, now: number): void {
    const certain = this.open[slot]! <= 0 && !this.duplicates;
    this.finish(slot, now, certain ? "failed" : "unknown", undefined);
    this.followUpBytes[slot] = NONE;
    this.sessions.renew(slot);
    this.targets.replace(slot, this.sessions.client[slot]!);
    this.proceed(slot, now);
  }

  private finish(slot: number, now: number, outcome: Outcome, result: Result): void {
    const request = this.request[slot]!;
    this.request[slot] = undefined;
    this.sendAt[slot] = NEVER;
    this.retryAt[slot] = NEVER;
    this.outstanding--;
    this.commands.end(request.command.key);
    this.sink.onOperation(request, this.callNs[slot]!, now, outcome, result);
  }

  private proceed(slot: number, now: number): void {
    if (this.arrivals !== undefined) {
      this.free.push(slot);
      return;
    }
    if (this.think === undefined) return this.begin(slot, now);
    if (!this.running || this.remaining === 0) return;
    this.startAt[slot] = now + drawDelay(this.think, this.thinking);
    this.arm(slot, now);
  }

  // --- Arrivals ---------------------------------------------------------------------------------------------------

  /** Several may be due at one instant, or be late; each was called when it was meant to be. */
  private arrive(): void {
    const now = this.world.nowNs();
    const arrivals = this.arrivals!;
    while (this.arrivalAt <= now && this.remaining > 0) {
      if (this.outstanding < this.limit) this.begin(this.free.pop() ?? this.addSlot(), this.arrivalAt);
      else this.turnAway(now);
      this.arrivalAt = arrivals.next();
    }
    this.awaitArrival(now);
  }

  private awaitArrival(now: number): void {
    if (this.arrivalAt < NEVER && this.remaining > 0) this.world.wakeAfterNs(ARRIVAL, this.arrivalAt - now);
  }

  /**
   * Beyond the limit an operation is never sent, so it has certainly failed. It takes its draws like any
   * other: the k-th arrival is about the same key whatever became of those before.
   */
  private turnAway(now: number): void {
    this.remaining--;
    this.submitted++;
    this.overflow ??= this.addSlot();
    const client = this.sessions.client[this.overflow]!;
    const sequence = ++this.sessions.sequence[this.overflow]!;
    const command = this.commands.make(client, sequence);
    this.commands.end(command.key);
    this.sink.onOperation({ client, sequence, command }, this.arrivalAt, now, "failed", undefined);
  }

  // --- Slots ------------------------------------------------------------------------------------------------------

  private addSlot(): number {
    const slot = this.sessions.addSlot();
    this.request.push(undefined);
    this.followUpBytes.push(NONE);
    this.callNs.push(0);
    this.targets.addSlot(slot, this.sessions.client[slot]!);
    this.everybody.push(false);
    this.hops.push(0);
    this.open.push(0);
    this.startAt.push(NEVER);
    this.sendAt.push(NEVER);
    this.retryAt.push(NEVER);
    this.wakeAt.push(NEVER);
    this.replies.addSlot();
    return slot;
  }

  private slotWaitingFor(request: Request): number | undefined {
    const slot = this.sessions.slotOfLatest(request);
    return slot === undefined || this.request[slot] === undefined ? undefined : slot;
  }

  /**
   * Asks to be woken for what is due first, unless a wake comes before that anyway. In the common case, an answer
   * within the time of a retry, no operation ever sets a timer: the outstanding one comes, finds nothing due, and is
   * set again.
   */
  private arm(slot: number, now: number): void {
    const due = this.dueAt(slot);
    if (due >= this.wakeAt[slot]!) return;
    this.wakeAt[slot] = due;
    this.world.wakeAfterNs(slot, due > now ? due - now : 0);
  }

  private dueAt(slot: number): number {
    if (this.request[slot] === undefined) return this.startAt[slot]!;
    const giveUpAt = this.callNs[slot]! + this.timeoutNs;
    return Math.min(this.sendAt[slot]!, this.retryAt[slot]!, giveUpAt);
  }
}
