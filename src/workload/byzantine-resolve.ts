/** From the checked liars of a file to those that lie. */
import type { Fault } from "../faults/fault.ts";
import { isCast, type LiarFile } from "./byzantine-schema.ts";
import { whenOf } from "./faults-resolve.ts";
import type { LiarChoice } from "./workload.ts";

export function resolveLiar(file: LiarFile, entry: number): LiarChoice {
  const { lie, receivers, types, rate, delay, optional } = file;
  const how = {
    lie,
    receivers: receivers?.map(nodeOf),
    types,
    rate,
    delayMs: delay === undefined ? undefined : delay / 1e6,
    optional: optional || undefined,
  };
  const node = /^n\d+$/.test(file.node) ? nodeOf(file.node) : undefined;
  const fromMs = (file.at ?? 0) / 1e6;
  if (isCast(file)) return { node, fromMs, untilMs: undefined, ...how, cast: castOf(file, entry) };
  return { node, fromMs, untilMs: endOf(file), ...how, cast: undefined };
}

const nodeOf = (name: string): number => Number(name.slice(1));

function endOf({ at = 0, for: lasting = Number.POSITIVE_INFINITY, until }: LiarFile): number | undefined {
  const endNs = Math.min(at + lasting, until ?? Number.POSITIVE_INFINITY);
  return Number.isFinite(endNs) ? endNs / 1e6 : undefined;
}

/** As a fault, which waits for its time and for somebody who plays its role. */
function castOf(file: LiarFile, entry: number): Fault {
  const { node, lie, at, every, strikes, after, when, start } = file;
  const isNamed = /^n\d+$/.test(node);
  const isBounded = isNamed ? file.beyondTolerance === false : file.beyondTolerance !== true;
  const begins = [every, strikes, after, when].every(field => field === undefined) ? (at ?? 0) : undefined;
  return {
    what: { kind: "lie", lie, entry, who: [node] },
    when: whenOf({ at: begins, every, rate: strikes, after, when, start }),
    forNs: file.for,
    untilNs: file.until,
    optional: file.optional || undefined,
    bounded: isBounded || undefined,
  };
}
