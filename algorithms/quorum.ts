/** Bookkeeping of votes, shared by all protocols: who has voted, and what so many of them have reached. */
import type { NodeId } from "#protocol";

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
