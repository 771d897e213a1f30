/**
 * Where each value is written once and there are reads and writes only, an order is found or refuted without a search
 * (Gibbons and Korach 1997, section 4): a value is held from its write to its last read, and nothing else comes
 * between. So of two values one comes wholly before the other, and that is impossible only if something about each
 * ended before something about the other began.
 */
import { READ, WRITE } from "./kinds.ts";
import type { Problem } from "./problem.ts";
import { AFTER_ALL } from "./rank.ts";
import { UNSEEN } from "./states.ts";

const BEFORE_ALL = -1;

/** A write with the reads of its value: when the first of them ends, and when the last begins. */
interface Cluster {
  firstReturn: number;
  lastCall: number;
}

/** Whether an order exists, if nothing was seen before its write; undefined where this cannot tell. */
export function zoned(problem: Problem): boolean | undefined {
  const clusters = clustersOf(problem);
  if (clusters === undefined) return undefined;
  const { kinds, from, calls, returns, operations } = problem;
  for (let operation = 0; operation < operations.length; operation++) {
    if (kinds[operation] !== READ) continue;
    const cluster = clusters.of[from[operation]!]!;
    cluster.firstReturn = Math.min(cluster.firstReturn, returns[operation]!);
    cluster.lastCall = Math.max(cluster.lastCall, calls[operation]!);
  }
  return compatible(clusters.all);
}

/** All of them, with their writes alone, and by state; undefined where a value is written twice, or otherwise. */
function clustersOf({ kinds, to, calls, returns, operations, initial, states }: Problem) {
  const all: Cluster[] = [];
  const of: Cluster[] = new Array(states.size);
  const start = (state: number, lastCall: number, firstReturn: number): boolean => {
    const cluster = { firstReturn, lastCall };
    all.push(cluster);
    if (state === UNSEEN) return true;
    const isFirst = of[state] === undefined;
    of[state] = cluster;
    return isFirst;
  };
  start(initial, BEFORE_ALL, BEFORE_ALL);
  for (let operation = 0; operation < operations.length; operation++) {
    if (kinds[operation] === READ) continue;
    if (kinds[operation] !== WRITE) return undefined;
    if (!start(to[operation]!, calls[operation]!, returns[operation]!)) return undefined;
  }
  return { all, of };
}

function compatible(clusters: readonly Cluster[]): boolean {
  const spans = clusters.filter(({ firstReturn, lastCall }) => firstReturn < lastCall);
  spans.sort((left, right) => left.firstReturn - right.firstReturn);
  // A value is certainly held from the first return to the last call; no two at once.
  for (let index = 1; index < spans.length; index++) {
    if (spans[index]!.firstReturn < spans[index - 1]!.lastCall) return false;
  }
  return clusters.every(({ firstReturn, lastCall }) => {
    if (firstReturn < lastCall || firstReturn === AFTER_ALL) return true;
    const span = spans[lastBefore(spans, lastCall)];
    return span === undefined || firstReturn >= span.lastCall;
  });
}

/** The last span that begins before the instant; -1 if none does. */
function lastBefore(spans: readonly Cluster[], instant: number): number {
  let [least, most] = [0, spans.length];
  while (least < most) {
    const middle = (least + most) >>> 1;
    if (spans[middle]!.firstReturn < instant) least = middle + 1;
    else most = middle;
  }
  return least - 1;
}
