/** Whom each slot asks, and whom next for want of an answer. */
import type { NodeId } from "#protocol";

const NOBODY = -1;

export class Targets {
  readonly of: NodeId[] = []; // by slot: who answered last, or was named as leader
  private readonly triedLast: NodeId[] = []; // by slot: whom the last retry of its operation went to, or nobody
  private readonly nodes: number;

  constructor(nodes: number) {
    this.nodes = nodes;
  }

  addSlot(slot: number): void {
    this.of.push(slot % this.nodes);
    this.triedLast.push(NOBODY);
  }

  /** Another operation: who kept silent before may answer now. */
  renew(slot: number): void {
    this.triedLast[slot] = NOBODY;
  }

  /**
   * Round the replicas from the one tried last, not from the one that keeps silent: whoever hears of no other leader
   * sends a client back to that one every time. It is passed over, unless there is nobody else.
   */
  turn(slot: number): void {
    const silent = this.of[slot]!;
    const last = this.triedLast[slot]!;
    const next = ((last === NOBODY ? silent : last) + 1) % this.nodes;
    const chosen = next === silent ? (next + 1) % this.nodes : next;
    this.triedLast[slot] = chosen;
    this.of[slot] = chosen;
  }
}
