/**
 * Whether a run came out the same. Equal traces say that every event was the same one; equal numbers, that something
 * else happened inside which nothing measured shows.
 */
import { canonical } from "../results/keys.ts";
import type { RunLine } from "../results/schema.ts";
import type { Pair } from "./pairing.ts";

/** How many pairs of a row are alike, and how. */
export interface Sameness {
  readonly pairs: number;
  readonly identical: number; // equal traces and equal numbers
  readonly recounted: number; // equal traces and other numbers: what measures has changed
  readonly equal: number; // other traces and equal numbers
}

export function samenessOf(pairs: readonly Pair[]): Sameness {
  const alike = pairs.map(({ base, next }) => ({
    trace: base.trace_hash !== null && base.trace_hash === next.trace_hash,
    numbers: numbersOf(base) === numbersOf(next),
  }));
  const count = (trace: boolean, numbers: boolean) =>
    alike.filter(one => one.trace === trace && one.numbers === numbers).length;
  return {
    pairs: pairs.length,
    identical: count(true, true),
    recounted: count(true, false),
    equal: count(false, true),
  };
}

/** The same experiment by the same code, and yet another outcome. */
export const notReproduced = ({ base, next }: Pair): boolean =>
  base.key === next.key && (base.trace_hash !== next.trace_hash || numbersOf(base) !== numbersOf(next));

/** What was measured. How many events the simulator needed for it is the engine's affair. */
function numbersOf(line: RunLine): string {
  const { status, ops, throughput_ops_s, latency_us, messages, bytes, epochs, availability, batch_mean } =
    line;
  const { linearizable, invariants, live } = line.checks;
  const measured = {
    status,
    ops,
    throughput_ops_s,
    latency_us,
    messages,
    bytes,
    epochs,
    availability,
    batch_mean,
  };
  return canonical({ ...measured, linearizable, invariants, live });
}

export function samenessText({ pairs, identical, recounted, equal }: Sameness): string {
  const parts = [
    [identical, "identical"],
    [recounted, "same trace, recounted"],
    [equal, "equal numbers"],
  ] as const;
  const found = parts.filter(([count]) => count > 0);
  if (found.length === 0) return "differ";
  return found.map(([count, text]) => (count === pairs ? text : `${count}/${pairs} ${text}`)).join(", ");
}
