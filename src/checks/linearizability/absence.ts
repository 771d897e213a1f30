/**
 * Where clients compare what several replicas say to a read that has no place in the log (PBFT, 4.1), they compare
 * values. Each value is written once, so equal ones are of one state, but for one: a key holds nothing before it is
 * written, and again after each time that it is deleted. A replica that is behind may say so of the one time, and
 * another of the other. What a client makes of it is no older than what had ended when it asked; but who asks later may
 * still find what was deleted by then, and nobody promised otherwise.
 *
 * Nothing else can come of it. Let every read need as many equal answers as writes do. Place what is ordered where it
 * stands in the log; a read that found a value while the key held it; one that found nothing, R, as early as all that
 * had ended when it was called lets it be. Of that, whatever forces R furthest shares an honest replica with R, which
 * had executed it and said "nothing": so the key held nothing at some time between that and R's return. Every order
 * between operations holds then, but for one: that R comes before a value found by somebody who asked later.
 */
import { History } from "../history.ts";
import { linearizable, type Verdict } from "./linearizable.ts";

/** How reads are believed that have no place in the log. */
export interface Comparing {
  readonly replicas: number;
  readonly needed: number; // equal answers, to reads and to writes
  readonly faulty: number; // replicas that lied, or forgot
}

/** What contradicts even so, if anything does. */
export function contradictsDespiteAbsences(history: History, comparing: Comparing): Verdict | undefined {
  if (!mayMatchByChance(comparing)) return linearizable(history);
  const deleted = deletedKeys(history);
  const isRead = (operation: number) =>
    history.kind[operation] === "get" && deleted.has(history.key[operation]!);
  const foundNothing = (operation: number) => history.result[operation] === undefined;
  // Reads that found nothing, with all that was written; and all others, likewise.
  const parts = [
    history.without(operation => isRead(operation) && foundNothing(operation)),
    history.without(operation => isRead(operation) && !foundNothing(operation)),
  ];
  return firstContradiction(parts) ?? firstContradiction(withEachAbsence(history, deleted));
}

/**
 * For a later value to contradict R, some X must force R past the time of that value. Of the honest replicas those
 * that are in both quorums, 2Q - n - F of them, are beyond it for good: Q - F of the other 2n - 2Q have to find it.
 */
const mayMatchByChance = ({ replicas, needed, faulty }: Comparing): boolean =>
  faulty >= 3 * needed - 2 * replicas;

function deletedKeys(history: History): ReadonlySet<number> {
  const deleted = new Set<number>();
  for (let operation = 0; operation < history.length; operation++) {
    const { kind, status, key } = history;
    if (kind[operation] === "delete" && status[operation] !== "failed") deleted.add(key[operation]!);
  }
  return deleted;
}

/** One key and one read that found nothing in it, beside all that was written and found. */
function* withEachAbsence(history: History, deleted: ReadonlySet<number>): Generator<History> {
  const { kind, key, status, result } = history;
  const isAbsence = (operation: number) =>
    kind[operation] === "get" && status[operation] === "ok" && result[operation] === undefined;
  for (const one of deleted) {
    if (linearizable(history.without(operation => key[operation] !== one)).verdict === "valid") continue;
    for (let absence = 0; absence < history.length; absence++) {
      if (key[absence] !== one || !isAbsence(absence)) continue;
      const leftOut = (operation: number) =>
        key[operation] !== one || (operation !== absence && isAbsence(operation));
      yield foundEarlier(history.without(leftOut), absence);
    }
  }
}

/** Whoever found a value may have asked before that read had ended; but not who looked when all was over. */
function foundEarlier(history: History, absence: number): History {
  const until = history.return[absence]!;
  const call = history.call.map((ns, operation) => {
    const atEnd = ns === history.return[operation];
    const isOther = history.kind[operation] === "get" && operation !== absence;
    return isOther && !atEnd ? Math.min(ns, until) : ns;
  });
  return new History({ ...history, call }, history);
}

function firstContradiction(histories: Iterable<History>): Verdict | undefined {
  for (const history of histories) {
    const verdict = linearizable(history);
    if (verdict.verdict !== "valid") return verdict;
  }
  return undefined;
}
