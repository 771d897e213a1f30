/** Of keys that are appended to: who looks at a text or at what may become of it. */
import type { Encoded } from "./encode.ts";
import type { Growth } from "./growth.ts";
import { CAS, READ, REFUSED, WRITE } from "./kinds.ts";
import { AFTER_ALL, type Ranks } from "./rank.ts";

/** By state, over the text that it is and all that begin with it. */
export interface Subtrees {
  /** Of the operations that must find one of them the last to return, or NOBODY. */
  readonly lastNeeder: Int32Array;
  /** After how many returns nothing tells them from others. */
  readonly watchedUntil: Int32Array;
  /** Whether something longer can be arrived at without it. */
  readonly avoidable: Uint8Array;
}

export const NOBODY = -1;

export function subtreesOf(encoded: Encoded, growth: Growth, ranks: Ranks): Subtrees {
  const { states, kinds, to } = encoded;
  const subtrees = itselfOf(encoded, ranks);
  const { lastNeeder, watchedUntil, avoidable } = subtrees;
  const written = new Set(to.filter((_, index) => kinds[index] === WRITE || kinds[index] === CAS));
  const { returns } = ranks;
  const path: number[] = [];
  const close = (): void => {
    const state = path.pop()!;
    const above = path.at(-1);
    if (above === undefined) return;
    const needer = lastNeeder[state]!;
    const other = lastNeeder[above]!;
    if (needer !== NOBODY && (other === NOBODY || returns[needer]! > returns[other]!))
      lastNeeder[above] = needer;
    watchedUntil[above] = Math.max(watchedUntil[above]!, watchedUntil[state]!);
    if (avoidable[state] === 1 || written.has(state)) avoidable[above] = 1;
  };
  for (const state of states.inTextOrder()) {
    while (path.length > 0 && !states.begins(path.at(-1)!, state)) close();
    for (const origin of growth.origins[state]!) {
      for (let at = path.length - 1; path[at] !== origin; at--) avoidable[path[at]!] = 1;
    }
    path.push(state);
  }
  while (path.length > 0) close();
  return subtrees;
}

/** The same over each state by itself. */
function itselfOf({ states, kinds, from, required }: Encoded, ranks: Ranks): Subtrees {
  const lastNeeder = new Int32Array(states.size).fill(NOBODY);
  const watchedUntil = new Int32Array(states.size);
  for (const [index, operation] of ranks.byReturn.entries()) {
    const kind = kinds[operation]!;
    const state = from[operation]!;
    if (kind === READ || kind === CAS) lastNeeder[state] = operation;
    if (kind === READ || kind === CAS || kind === REFUSED) watchedUntil[state] = index + 1;
  }
  for (let operation = required; operation < kinds.length; operation++) {
    if (kinds[operation] === CAS) watchedUntil[from[operation]!] = AFTER_ALL;
  }
  return { lastNeeder, watchedUntil, avoidable: new Uint8Array(states.size) };
}
