/**
 * The operations on one key as the search wants them: numbers in typed arrays.
 *
 * Operations 0 … required-1 were answered and must find a place; they are in the order of their calls. Others have
 * an unknown outcome and may find one; those with the same effect stand together, in the order of their calls.
 */
import type { History, Value } from "../history.ts";
import { type Encoded, encode } from "./encode.ts";
import { KINDS, pick, WRITE } from "./kinds.ts";
import { type Ranks, rank } from "./rank.ts";
import { type Subtrees, subtreesOf } from "./subtrees.ts";

export interface Problem extends Encoded, Ranks {
  readonly effects: Int32Array; // equal where kind, from and to are; 0 for what has none
  readonly effectCount: number;
  readonly groups: Int32Array; // where the optional operations of each effect begin, and then where the last end
  readonly subtrees: Subtrees | undefined; // where nothing is appended
}

/** Of operations on one key, which holds `start` before them. */
export function problemOf(history: History, operations: ArrayLike<number>, start: Value): Problem {
  const grouped = groupedByEffect(encode(history, operations, start));
  const { required, growth } = grouped;
  const ranks = rank(history, grouped.operations, required);
  const subtrees = growth === undefined ? undefined : subtreesOf(grouped, growth, ranks);
  return { ...grouped, ...ranks, subtrees };
}

/** Brings optional operations of the same effect together. */
function groupedByEffect(encoded: Encoded) {
  const { effects, effectCount } = effectsOf(encoded);
  const { required, operations, kinds, from, to } = encoded;
  const indices = [...operations.keys()];
  const optional = indices
    .slice(required)
    .sort((left, right) => effects[left]! - effects[right]! || left - right);
  const starts = optional
    .keys()
    .filter(at => at === 0 || effects[optional[at]!] !== effects[optional[at - 1]!]);
  const order = indices.slice(0, required).concat(optional);
  return {
    ...encoded,
    operations: pick(operations, order),
    kinds: pick(kinds, order),
    from: pick(from, order),
    to: pick(to, order),
    effects: pick(effects, order),
    effectCount,
    groups: Int32Array.from([...starts.map(at => required + at), order.length]),
  };
}

const MOST_STATES = 0x4000000; // what fits into memory is fewer

function effectsOf({ kinds, from, to }: Encoded) {
  const numbers = new Map<number, number>();
  const effects = kinds.map((kind, index) => {
    if (kind < WRITE) return 0;
    const effect = (from[index]! * MOST_STATES + to[index]!) * KINDS + kind;
    const number = numbers.get(effect) ?? numbers.size + 1;
    numbers.set(effect, number);
    return number;
  });
  return { effects, effectCount: numbers.size + 1 };
}
