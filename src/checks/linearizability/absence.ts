/**
 * Where clients compare what several replicas say to a read that has no place in the log (PBFT, 4.1), they compare
 * values. Each value is written once, so equal ones are of one state, but for one: a key holds nothing before it is
 * written, and again after each time that it is deleted. A replica that is behind may say so of the one time, and
 * another of the other. What a client makes of it is no older than what had ended when it asked; but who asks later may
 * learn of something earlier, and nobody promised otherwise.
 */
import type { History } from "../history.ts";
import { linearizable, type Verdict } from "./linearizable.ts";

/**
 * What contradicts even so, if anything does: reads that found nothing, among themselves and with all that was written;
 * or all others, likewise. Of keys that were never deleted, everything together.
 */
export function contradictsDespiteAbsences(history: History): Verdict | undefined {
  const deleted = new Set<number>();
  for (let operation = 0; operation < history.length; operation++) {
    if (history.kind[operation] === "delete") deleted.add(history.key[operation]!);
  }
  const reads = (operation: number) =>
    history.kind[operation] === "get" && deleted.has(history.key[operation]!);
  const foundNothing = (operation: number) => history.result[operation] === undefined;
  const parts = [
    history.without(operation => reads(operation) && foundNothing(operation)),
    history.without(operation => reads(operation) && !foundNothing(operation)),
  ];
  return parts.map(part => linearizable(part)).find(({ verdict }) => verdict !== "valid");
}
