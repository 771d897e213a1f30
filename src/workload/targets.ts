/**
 * Whom each slot asks, and whom next for want of an answer. Clients that look for a leader stay with whoever answered
 * last. Those that go to their nearest replica begin every operation with it, whomever the last one was sent on to;
 * where it keeps silent the next nearest takes its place, until that one does.
 */
import type { ClientId, NodeId } from "#protocol";

const NOBODY = -1;

/** All replicas in the order in which a client prefers them, the nearest first. */
export type Nearest = (client: ClientId) => readonly NodeId[];

export class Targets {
  readonly of: NodeId[] = []; // by slot: whom to ask
  private readonly triedLast: NodeId[] = []; // by slot: whom the last retry of its operation went to, or nobody
  private readonly order: (readonly NodeId[])[] = []; // by slot, where clients go to the nearest …
  private readonly home: NodeId[] = []; // … by slot: the nearest that answers
  private readonly nodes: number;
  private readonly nearest: Nearest | undefined;

  constructor(nodes: number, nearest?: Nearest) {
    this.nodes = nodes;
    this.nearest = nearest;
  }

  addSlot(slot: number, client: ClientId = slot): void {
    this.triedLast.push(NOBODY);
    if (this.nearest === undefined) this.of.push(slot % this.nodes);
    else this.settle(slot, client);
  }

  /** Another operation: who kept silent before may answer now. */
  renew(slot: number): void {
    this.triedLast[slot] = NOBODY;
    if (this.nearest !== undefined) this.of[slot] = this.home[slot]!;
  }

  /** The client of this slot has given up, and a new one takes its place. */
  replace(slot: number, client: ClientId): void {
    if (this.nearest === undefined) this.of[slot] = (this.of[slot]! + 1) % this.nodes;
    else this.settle(slot, client);
  }

  /** Somebody turned the operation away and knows nobody better. */
  pass(slot: number, from: NodeId): void {
    this.of[slot] = this.after(slot, from);
  }

  /**
   * Round the replicas from the one tried last, not from the one that keeps silent: whoever hears of no other leader
   * sends a client back to that one every time. It is passed over, unless there is nobody else.
   */
  turn(slot: number): void {
    const silent = this.of[slot]!;
    const last = this.triedLast[slot]!;
    const next = this.after(slot, last === NOBODY ? silent : last);
    const chosen = next === silent ? this.after(slot, next) : next;
    this.triedLast[slot] = chosen;
    this.of[slot] = chosen;
    if (this.home[slot] === silent) this.home[slot] = chosen;
  }

  private settle(slot: number, client: ClientId): void {
    const order = this.nearest!(client);
    this.order[slot] = order;
    this.home[slot] = order[0]!;
    this.of[slot] = order[0]!;
  }

  private after(slot: number, node: NodeId): NodeId {
    const order = this.order[slot];
    if (order === undefined) return (node + 1) % this.nodes;
    return order[(order.indexOf(node) + 1) % this.nodes]!;
  }
}
