/** Stretches of time: how long a node was what it was, and how long a fault lasted. */
import type { Model, Standing } from "./model.ts";

export interface Span {
  readonly fromNs: number;
  readonly toNs: number;
}

export interface RoleSpan extends Span {
  readonly standing: Standing; // at its beginning
}

/** Of one node, one after another. */
export function roleSpans({ standings, header }: Model, node: number): RoleSpan[] {
  const spans: RoleSpan[] = [];
  for (const standing of standings[node]!) {
    const last = spans.at(-1)?.standing;
    if (last?.role === standing.role && last.epoch === standing.epoch) continue;
    spans.push({ fromNs: standing.ns, toNs: header.end_ns, standing });
  }
  return spans.map((span, place) => ({ ...span, toNs: spans[place + 1]?.fromNs ?? span.toNs }));
}

export interface FaultSpan extends Span {
  readonly what: string;
  readonly effect: string; // what its end says of it: how many messages it touched
  readonly groups: readonly (readonly number[])[]; // of a partition: the nodes on each side
  readonly row: number; // of the drawing: faults that overlap lie below each other
}

export function faultSpans({ faults, header }: Model): FaultSpan[] {
  const spans: Draft[] = [];
  for (const { ns, what } of faults) {
    if (what === "heal all" || what === "end of chaos") {
      for (const span of spans) if (span.open) close(span, ns, "");
    } else if (what.startsWith("end of ")) {
      const span = spans.find(({ open, what: begun }) => open && what.startsWith(`end of ${begun}`));
      if (span !== undefined) close(span, ns, what.slice(`end of ${span.what}`.length).trim());
    } else {
      const row = [0, 1].find(free => !spans.some(span => span.open && span.row === free)) ?? 2;
      const groups = groupsIn(what);
      spans.push({ fromNs: ns, toNs: header.end_ns, what, effect: "", groups, row, open: true });
    }
  }
  return spans;
}

/** A fault whose end has not been met yet. */
interface Draft extends FaultSpan {
  toNs: number;
  effect: string;
  open: boolean;
}

function close(span: Draft, ns: number, effect: string): void {
  span.toNs = ns;
  span.effect = effect;
  span.open = false;
}

/** `partition [n2,n0] | [n1,n3,n4]`, `isolate n2`. */
function groupsIn(what: string): number[][] {
  if (/^(isolate|crash|wipe|pause)\b/.test(what)) return [nodesIn(what)];
  if (!what.startsWith("partition")) return [];
  return [...what.matchAll(/\[([^\]]*)\]/g)].map(([, group]) => nodesIn(group!));
}

const nodesIn = (text: string): number[] => [...text.matchAll(/\bn(\d+)/g)].map(([, node]) => Number(node));
