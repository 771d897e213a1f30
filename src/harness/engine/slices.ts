/** Two sides measured in slices that take turns, so that whatever slows the machine down slows both. */

/** How much was done, and how long that took. */
export interface Slice {
  readonly events: number;
  readonly ms: number;
}

export type Pair = readonly [left: Slice, right: Slice];

export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly greatest: number;
}

export const ratePerSecond = ({ events, ms }: Slice): number => (events / ms) * 1000;

/**
 * Does something that says how many events it took, and clocks it: the thread's own time on a processor. On a quiet
 * machine that is the time on the wall; on a busy one it leaves out the time of others.
 */
export function clocked(work: () => number): Slice {
  const started = process.threadCpuUsage();
  const events = work();
  const { user, system } = process.threadCpuUsage(started);
  return { events, ms: Math.max(user + system, 1) / 1000 };
}

/** Who goes first changes from pair to pair: neither side always inherits the other's garbage. */
export function alternate(left: () => number, right: () => number, pairs: number): Pair[] {
  return Array.from({ length: pairs }, (_, pair) => {
    if (pair % 2 === 0) {
      const first = clocked(left);
      return [first, clocked(right)] as const;
    }
    const first = clocked(right);
    return [clocked(left), first] as const;
  });
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, least: sorted[0]!, greatest: sorted.at(-1)! };
}
