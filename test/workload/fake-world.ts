/** A world for a pool of clients: time that stands still until it is told to pass, and replicas that are scripted. */
import type { ClientId, NodeId, Request, Result } from "#protocol";
import type {
  ClientPurpose,
  ClientWorld,
  OperationSink,
  Outcome,
  RandomSource,
} from "../../src/protocol/client.ts";
import { ClientPool, type PoolRules, type PoolSettings } from "../../src/workload/client.ts";

export const MS = 1_000_000;

/** A small generator of its own (mulberry32), so that nothing here depends on the simulator. */
export function fakeRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export interface Sent {
  readonly at: number; // ms
  readonly to: NodeId;
  readonly request: Request;
}

export interface Ended {
  readonly request: Request;
  readonly call: number; // ms
  readonly end: number; // ms
  readonly outcome: Outcome;
  readonly result: Result;
}

type Script = (world: FakeWorld, to: NodeId, request: Request) => void;

export class FakeWorld implements ClientWorld, OperationSink {
  readonly replicas: readonly NodeId[];
  readonly sent: Sent[] = [];
  readonly ended: Ended[] = [];
  timersSet = 0;
  pool!: ClientPool;
  private now = 0;
  private readonly wakes = new Map<ClientId, number>();
  private readonly events: { at: number; act: () => void }[] = [];
  private readonly script: Script;

  constructor(nodes: number, script: Script = () => {}) {
    this.replicas = Array.from({ length: nodes }, (_, node) => node);
    this.script = script;
  }

  nowNs(): number {
    return this.now;
  }

  stream(purpose: ClientPurpose): RandomSource {
    return { random: fakeRandom(7 + purpose.length) };
  }

  send(to: NodeId, request: Request): void {
    this.sent.push({ at: this.now / MS, to, request });
    this.script(this, to, request);
  }

  wakeAfterNs(client: ClientId, delayNs: number): void {
    this.timersSet++;
    this.wakes.set(client, this.now + delayNs);
  }

  onOperation(request: Request, callNs: number, returnNs: number, outcome: Outcome, result: Result): void {
    this.ended.push({ request, call: callNs / MS, end: returnNs / MS, outcome, result });
  }

  after(ms: number, act: () => void): void {
    this.events.push({ at: this.now + ms * MS, act });
  }

  reply(ms: number, from: NodeId, request: Request, result: Result = undefined): void {
    this.after(ms, () => this.pool.onReply(from, request, result));
  }

  redirect(ms: number, from: NodeId, request: Request, leader: NodeId | undefined): void {
    this.after(ms, () => this.pool.onRedirect(from, request, leader));
  }

  refuse(ms: number, from: NodeId, request: Request): void {
    this.after(ms, () => this.pool.onRefuse(from, request));
  }

  /** Lets time pass, events before wakes of the same instant. */
  runUntil(ms: number): void {
    for (;;) {
      const event = this.events.reduce<(typeof this.events)[number] | undefined>(
        (first, next) => (first === undefined || next.at < first.at ? next : first),
        undefined,
      );
      const wake = [...this.wakes].sort((left, right) => left[1] - right[1])[0];
      const next = Math.min(event?.at ?? Number.POSITIVE_INFINITY, wake?.[1] ?? Number.POSITIVE_INFINITY);
      if (next > ms * MS) break;
      this.now = next;
      if (event !== undefined && event.at === next) {
        this.events.splice(this.events.indexOf(event), 1);
        event.act();
      } else {
        this.wakes.delete(wake![0]);
        this.pool.onWake(wake![0]);
      }
    }
    this.now = ms * MS;
  }
}

export const constant = (meanNs: number) => ({ distribution: "constant", meanNs }) as const;

export interface Changes {
  readonly clients?: Partial<PoolSettings["clients"]>;
  readonly mix?: Partial<PoolSettings["mix"]>;
  readonly duplication?: number;
  readonly sendTo?: PoolRules["sendTo"];
  readonly nearest?: PoolRules["nearest"];
  readonly matching?: (read: boolean) => number;
  readonly asksAll?: (read: boolean) => boolean;
  readonly keys?: number | PoolSettings["keys"];
  readonly value?: PoolSettings["value"];
}

/** A pool of one client that writes, unless changed, in a cluster that does as the script says. */
export function poolIn(nodes: number, script: Script, changes: Changes = {}): FakeWorld {
  const world = new FakeWorld(nodes, script);
  const { keys = 10 } = changes;
  const settings: PoolSettings = {
    clients: {
      mode: "closed",
      count: 1,
      think: constant(0),
      arrivals: undefined,
      retryNs: 500 * MS,
      timeoutNs: 5000 * MS,
      ...changes.clients,
    },
    mix: { get: 0, put: 1, append: 0, cas: 0, delete: 0, ...changes.mix },
    keys: typeof keys === "number" ? { distribution: "uniform", count: keys } : keys,
    value: changes.value ?? { distribution: "constant", bytes: 100 },
    network: { duplication: changes.duplication ?? 0 },
  };
  const { sendTo = "leader", matching = () => 1, asksAll = () => false, nearest } = changes;
  const rules = { sendTo, matchingReplies: matching, asksAll, nearest };
  world.pool = new ClientPool(world, rules, settings, world);
  return world;
}
