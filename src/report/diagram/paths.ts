/** What an operation waited for, from its call to its answer. */
import type { KeptRow } from "../../results/kept-trace.ts";
import { CLIENTS, type Model } from "./model.ts";
import { durationText, placeName } from "./text.ts";

export interface Path {
  readonly op: string;
  readonly says: string;
  readonly fromNs: number;
  readonly toNs: number;
  readonly rows: ReadonlySet<number>; // all that belongs to it
  readonly steps: readonly Step[];
}

export interface Step {
  readonly fromNs: number;
  readonly toNs: number;
  readonly says: string;
}

/** Undefined where too little of the operation was kept. */
export function pathOf(model: Model, op: string): Path | undefined {
  const own = model.arrows.filter(arrow => arrow.op === op);
  if (own.length === 0) return undefined;
  const kept = model.header.operations.find(operation => operation.op === op);
  const chain = kept?.path ?? chainTo(model, op);
  const first = own[0]!;
  const fromNs = kept?.call_ns ?? first.departs;
  const last = chain.length === 0 ? undefined : arrivalOf(model.rows[chain.at(-1)!]!);
  const toNs = kept?.return_ns ?? last ?? own.at(-1)!.departs;
  const asked = own.find(({ from, says }) => from === CLIENTS && says !== "");
  return {
    op,
    says: kept?.says ?? (asked ?? first).says.slice(op.length + 1),
    fromNs,
    toNs,
    rows: new Set([...own.map(({ row }) => row), ...chain]),
    steps: stepsOf(model, chain, fromNs, toNs),
  };
}

/** The last answer, and backwards from cause to cause. */
function chainTo({ rows, arrows }: Model, op: string): number[] {
  const answer = arrows.findLast(arrow => arrow.op === op && arrow.type === "reply");
  const chain: number[] = [];
  let next: number | null = answer?.row ?? null;
  while (next !== null && chain.length < 64) {
    chain.unshift(next);
    next = causeOf(rows[next]!);
  }
  return chain;
}

function causeOf(row: KeptRow): number | null {
  if (row[0] === "send" || row[0] === "answer" || row[0] === "disk" || row[0] === "fact") return row[2];
  return null;
}

const departureOf = (row: KeptRow): number => (row[0] === "disk" ? row[4] : row[1]);

function arrivalOf(row: KeptRow): number {
  if (row[0] === "send") return row[5] ?? row[1];
  if (row[0] === "ask") return row[3] ?? row[1];
  return row[0] === "answer" ? (row[4] ?? row[1]) : row[1];
}

function stepsOf({ rows }: Model, chain: readonly number[], fromNs: number, toNs: number): Step[] {
  const steps: Step[] = [];
  let now = fromNs;
  let at = CLIENTS;
  for (const place of chain) {
    const row = rows[place]!;
    const [departs, arrives] = [departureOf(row), arrivalOf(row)];
    if (departs - now >= 1_000) steps.push({ fromNs: now, toNs: departs, says: waiting(at, departs - now) });
    steps.push({ fromNs: Math.max(now, departs), toNs: arrives, says: stepText(row) });
    now = arrives;
    at = placeAfter(row);
  }
  if (chain.length === 0) steps.push({ fromNs, toNs, says: "what it waited for was not kept" });
  return steps;
}

const HANDLING_NS = 30_000;

function waiting(place: number, ns: number): string {
  if (place === CLIENTS) return "the client asks in vain, or waits";
  return ns <= HANDLING_NS
    ? `${placeName(place)} handles it`
    : `${placeName(place)} is busy, or lets it wait`;
}

/** Where the operation is once this has happened. */
function placeAfter(row: KeptRow): number {
  if (row[0] === "send") return row[4];
  if (row[0] === "disk" || row[0] === "fact") return row[3];
  return row[0] === "ask" || row[0] === "timer" ? row[2] : CLIENTS;
}

function stepText(row: KeptRow): string {
  switch (row[0]) {
    case "ask":
      return `request to n${row[2]}`;
    case "send":
      return `${row[6]} from n${row[3]} to n${row[4]}`;
    case "answer":
      return `${row[6]} from n${row[3]}`;
    case "disk":
      return `n${row[3]} writes to its disk`;
    case "timer":
      return `timer ${row[3]} of n${row[2]}`;
    default:
      return row[0];
  }
}

/** The operation that a message is about, if it names one. */
export const operationIn = (says: string): string | undefined => /\bc\d+#\d+/.exec(says)?.[0];

export const summaryOf = ({ op, says, fromNs, toNs }: Path): string =>
  `${op} ${says} · ${durationText(toNs - fromNs)}`;
