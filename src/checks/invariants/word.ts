/**
 * What a replica has given its word on: a number that must not fall, such as its epoch, its vote or its promise. What
 * was said is vouched for once the disk has the records handed over by then; a crash before that takes it back.
 */
import type { NodeId } from "#protocol";

export const UNSAID = -1;
const NODES = 4096;

export class Word {
  said = UNSAID;
  private vouched = UNSAID;
  private barrier = 0;

  say(value: number, barrier: number, stored: number): void {
    this.settle(stored);
    this.said = value;
    this.barrier = barrier;
  }

  /** What of it is left with so many records on the disk. */
  crash(stored: number): void {
    this.settle(stored);
    this.said = this.vouched;
    this.barrier = 0;
  }

  private settle(stored: number): void {
    if (this.barrier <= stored) this.vouched = this.said;
  }
}

/** An epoch and a node of it as one number: epochs first. */
export const ranked = (epoch: number, node: NodeId | undefined): number =>
  epoch * NODES + (node === undefined ? 0 : node + 1);
export const epochOf = (rank: number): number => Math.floor(rank / NODES);
export const nodeOf = (rank: number): NodeId | undefined => {
  const node = (rank % NODES) - 1;
  return node < 0 ? undefined : node;
};
