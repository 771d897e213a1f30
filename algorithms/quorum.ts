/** Bookkeeping of quorums, shared by all protocols: who has voted, what so many have reached, who was heard when. */
import type { Milliseconds, NodeId } from "#protocol";

/** The smallest number of nodes of which any two sets have a member in common. Right for even n too. */
export const majority = (n: number): number => (n >> 1) + 1;

/** A set of nodes as a bit mask: a voter counts once, however often its vote arrives. */
export class Votes {
  count = 0;
  private low = 0; // nodes 0 to 31
  private high: Int32Array | undefined = undefined; // the others, 32 a word; most clusters have none

  /** Returns whether this is the node's first vote. */
  add(node: NodeId): boolean {
    if (this.has(node)) return false;
    this.count++;
    const bit = 1 << (node & 31);
    if (node < 32) this.low |= bit;
    else this.wordsFor(node)[(node >> 5) - 1]! |= bit;
    return true;
  }

  has(node: NodeId): boolean {
    const bit = 1 << (node & 31);
    if (node < 32) return (this.low & bit) !== 0;
    return ((this.high?.[(node >> 5) - 1] ?? 0) & bit) !== 0;
  }

  clear(): void {
    this.count = 0;
    this.low = 0;
    this.high?.fill(0);
  }

  private wordsFor(node: NodeId): Int32Array {
    const words = node >> 5;
    const high = this.high;
    if (high !== undefined && high.length >= words) return high;
    const grown = new Int32Array(words);
    if (high !== undefined) grown.set(high);
    this.high = grown;
    return grown;
  }
}

/**
 * Finds the k-th largest of a few numbers: with k = quorum and the numbers being how far each node has got,
 * that is how far a quorum has got. It runs for every acknowledgement, so it neither allocates nor sorts the
 * whole.
 */
export class Ranking {
  private readonly largest: number[] = []; // reused; the k largest so far, in descending order

  kthLargest(values: readonly number[], k: number): number {
    const { largest } = this;
    let held = 0;
    for (let index = 0; index < values.length; index++) {
      const value = values[index]!;
      if (held === k && value <= largest[k - 1]!) continue;
      let place = held < k ? held++ : k - 1;
      for (; place > 0 && largest[place - 1]! < value; place--) largest[place] = largest[place - 1]!;
      largest[place] = value;
    }
    return largest[k - 1]!;
  }
}

/** Whether so many of the numbers are that large: quicker than a ranking where the answer is mostly no. */
export function reachedBy(values: readonly number[], least: number, count: number): boolean {
  let reached = 0;
  for (let index = 0; index < values.length; index++) if (values[index]! >= least) reached++;
  return reached >= count;
}

/** How many rounds are remembered: far more than begin within a lease. */
const ROUNDS = 64;

/** What a leader goes by to know that it still leads: when it last heard the others, and in which of its rounds. */
export class Rounds {
  round = 0; // the latest; each message carries it, and each answer gives it back
  readonly ranking = new Ranking();
  // By node
  readonly heardAt: Milliseconds[];
  readonly ackedRound: number[]; // the latest that the node has answered in
  private readonly beganAt: Milliseconds[];

  constructor(n: number, self: NodeId, now: Milliseconds) {
    this.heardAt = filled(n, now);
    this.ackedRound = filled(n, -1);
    this.ackedRound[self] = Number.MAX_SAFE_INTEGER; // a leader follows itself
    this.beganAt = filled(ROUNDS, now);
  }

  beginRound(now: Milliseconds): void {
    this.round++;
    this.beganAt[this.round % ROUNDS] = now;
  }

  /** When the latest round began that a quorum has answered in. */
  confirmedSince(quorum: number): Milliseconds {
    const confirmed = Math.min(this.round, this.ranking.kthLargest(this.ackedRound, quorum));
    if (confirmed < 0 || this.round - confirmed >= ROUNDS) return -Infinity;
    return this.beganAt[confirmed % ROUNDS]!;
  }

  /** When a quorum, the leader included, was last heard. */
  quorumHeardAt(self: NodeId, quorum: number, now: Milliseconds): Milliseconds {
    this.heardAt[self] = now;
    return this.ranking.kthLargest(this.heardAt, quorum);
  }
}

/** An array that was never sparse, which the engine reads faster. */
export function filled<Value>(length: number, value: Value): Value[] {
  const values: Value[] = [];
  while (values.length < length) values.push(value);
  return values;
}
