/**
 * From time to a place along the drawing. On the even axis each instant at which something happens is some pixels
 * beyond the last, silence is shortened, and what was not kept is a gap; on the true one a second is a second.
 */
import { lastAtMost, type Model } from "./model.ts";

export interface Axis {
  readonly kind: "even" | "true";
  readonly length: number;
  to(ns: number): number;
  back(u: number): number;
  /** Stretches in which little or nothing is shown. */
  readonly breaks: readonly Break[];
  /** Instants at which something happens, in order: what a step steps to. */
  readonly instants: readonly number[];
}

export interface Break {
  readonly fromNs: number;
  readonly toNs: number;
  readonly kept: boolean; // true: nothing happened
}

/** With several runs side by side one axis serves all of them. */
export function axisOf(models: readonly Model[], kind: Axis["kind"]): Axis {
  const instants = instantsOf(models);
  const breaks = breaksOf(models, instants);
  const knots = kind === "even" ? evenKnots(instants, breaks) : trueKnots(instants);
  const { ns, u } = knots;
  const along = (from: readonly number[], onto: readonly number[]) => (value: number) => {
    const place = Math.min(
      Math.max(
        lastAtMost(from, value, item => item),
        0,
      ),
      from.length - 2,
    );
    const span = from[place + 1]! - from[place]!;
    const share = span === 0 ? 0 : Math.min(Math.max((value - from[place]!) / span, 0), 1);
    return onto[place]! + share * (onto[place + 1]! - onto[place]!);
  };
  return { kind, length: u.at(-1)!, to: along(ns, u), back: along(u, ns), breaks, instants };
}

/** Of replicas, and of the operations that are told of: other clients come and go in between. */
function instantsOf(models: readonly Model[]): number[] {
  const found = new Set<number>([0]);
  for (const { arrows, marks, faults, standings, header } of models) {
    const told = new Set(header.operations.flatMap(({ path }) => path));
    found.add(header.end_ns);
    for (const { ns } of faults) found.add(ns);
    for (const { ns, kind } of marks) if (kind !== "commit") found.add(ns);
    for (const { departs, arrives, cause, row } of arrows) {
      if (cause === "client" && !told.has(row)) continue;
      found.add(departs);
      if (arrives !== null) found.add(arrives);
    }
    for (const own of standings) {
      for (const [place, { ns, role, epoch }] of own.entries()) {
        const before = own[place - 1];
        if (before?.role !== role || before.epoch !== epoch) found.add(ns);
      }
    }
  }
  return [...found].sort((left, right) => left - right);
}

const SILENCE_NS = 2_000_000;

function breaksOf(models: readonly Model[], instants: readonly number[]): Break[] {
  return instants.slice(1).flatMap((toNs, place) => {
    const fromNs = instants[place]!;
    if (toNs - fromNs < SILENCE_NS) return [];
    const middle = (fromNs + toNs) / 2;
    const kept = models.every(({ header }) =>
      header.windows.some(({ from_ns, to_ns }) => from_ns <= middle && middle <= to_ns),
    );
    return [{ fromNs, toNs, kept }];
  });
}

interface Knots {
  readonly ns: readonly number[];
  readonly u: readonly number[];
}

const trueKnots = (instants: readonly number[]): Knots => {
  const end = instants.at(-1)!;
  return { ns: [0, end], u: [0, end / 1e4] };
};

const LEAST = 3;
const UNIT_NS = 10_000;
const GAP = 90;

/** A message's way is as long as what happens meanwhile needs; ten times the silence is a little more room. */
function evenKnots(instants: readonly number[], breaks: readonly Break[]): Knots {
  const gaps = new Set(breaks.map(({ fromNs }) => fromNs));
  const u: number[] = [0];
  for (let place = 1; place < instants.length; place++) {
    const before = instants[place - 1]!;
    const span = instants[place]! - before;
    u.push(u[place - 1]! + (gaps.has(before) ? GAP : LEAST + 6 * Math.log2(1 + span / UNIT_NS)));
  }
  return { ns: instants, u };
}
