/** A kept trace as what is to be drawn: how nodes stood, arrows between places, marks on lanes. */
import type { KeptRow, KeptTrace } from "../../results/kept-trace.ts";

export const CLIENTS = -1; // the place of all clients

export type Role = "leader" | "follower" | "candidate" | "down";

export interface Standing {
  readonly ns: number;
  readonly node: number;
  readonly role: Role;
  readonly epoch: number;
  readonly leader: number | null;
  readonly log: number;
  readonly committed: number;
  readonly applied: number;
  readonly epochs: readonly number[]; // of the last entries of its log; those before are as the first
}

/** A message between places. */
export interface Arrow {
  readonly row: number;
  readonly from: number;
  readonly to: number;
  readonly departs: number;
  readonly arrives: number | null; // null: it is lost
  readonly type: string;
  readonly cause: string; // why it was sent; `client` where a client takes part
  readonly says: string;
  readonly down: boolean; // nobody was there to receive it
  readonly op: string | undefined; // of a client's request or its answer
}

export type MarkKind = "timer" | "disk" | "leads" | "yields" | "voted" | "late" | "commit" | "done";

/** Something that happens at a node. */
export interface Mark {
  readonly row: number;
  readonly ns: number;
  readonly node: number;
  readonly kind: MarkKind;
  readonly says: string;
  readonly sinceNs: number; // of a sync: when it began
}

export interface Model extends KeptTrace {
  readonly standings: readonly (readonly Standing[])[]; // by node, in the order of time
  readonly arrows: readonly Arrow[];
  readonly marks: readonly Mark[];
  readonly faults: readonly { readonly ns: number; readonly what: string }[];
}

export function modelOf({ header, rows }: KeptTrace): Model {
  const standings: Standing[][] = Array.from({ length: header.n }, () => []);
  const arrows: Arrow[] = [];
  const marks: Mark[] = [];
  const faults: { ns: number; what: string }[] = [];
  for (const [row, columns] of rows.entries()) {
    if (columns[0] === "status") {
      const mark = addStanding(standings, columns, row);
      if (
        mark !== undefined &&
        header.windows.some(({ from_ns, to_ns }) => from_ns <= mark.ns && mark.ns <= to_ns)
      ) {
        marks.push(mark);
      }
    } else if (columns[0] === "fault") faults.push({ ns: columns[1], what: columns[2] });
    else {
      const arrow = arrowOf(columns, row);
      const mark = arrow === undefined ? markOf(columns, row) : undefined;
      if (arrow !== undefined) arrows.push(arrow);
      if (mark !== undefined) marks.push(mark);
    }
  }
  return { header, rows, standings, arrows, marks, faults };
}

/** Returns the mark of a commit, if that is what is new. Between the windows growth is told from time to time only. */
function addStanding(
  standings: Standing[][],
  columns: KeptRow & { 0: "status" },
  row: number,
): Mark | undefined {
  const [, ns, node, role, epoch, leader, log, committed, applied, epochs = []] = columns;
  const own = standings[node]!;
  const before = own.at(-1);
  own.push({ ns, node, role, epoch, leader, log, committed, applied, epochs });
  if (before === undefined || before.role === "down" || committed <= before.committed) return undefined;
  return { row, ns, node, kind: "commit", says: `n${node} knows ${committed} to be committed`, sinceNs: ns };
}

function arrowOf(columns: KeptRow, row: number): Arrow | undefined {
  if (columns[0] === "send") {
    const [, departs, , from, to, arrives, type, cause, says, fate] = columns;
    return { row, from, to, departs, arrives, type, cause, says, down: fate === "down", op: undefined };
  }
  if (columns[0] === "ask") {
    const [, departs, to, arrives, op, says, fate] = columns;
    const common = { from: CLIENTS, to, departs, arrives, type: "request", cause: "client" };
    return { row, ...common, says: `${op} ${says}`, down: fate === "down", op };
  }
  if (columns[0] !== "answer") return undefined;
  const [, departs, , from, arrives, op, type, says] = columns;
  const common = { from, to: CLIENTS, departs, arrives, type, cause: "client" };
  return { row, ...common, says: `${op} ${says}`, down: false, op };
}

function markOf(columns: KeptRow, row: number): Mark | undefined {
  const mark = (kind: MarkKind, ns: number, node: number, says: string, sinceNs = ns): Mark => {
    return { row, ns, node, kind, says, sinceNs };
  };
  switch (columns[0]) {
    case "timer":
      return mark("timer", columns[1], columns[2], `timer ${columns[3]} of n${columns[2]} runs out`);
    case "disk":
      return mark("disk", columns[1], columns[3], `n${columns[3]} writes to its disk`, columns[4]);
    case "late":
      return mark("late", columns[1], columns[3], `${columns[4]} of n${columns[2]} arrives again, or late`);
    case "node":
      return mark("done", columns[1], columns[2], columns[3]);
    case "fact":
      return mark(columns[4], columns[1], columns[3], `n${columns[3]} ${columns[4]} ${columns[5]}`);
    default:
      return undefined;
  }
}

/** How a node stood at that moment. */
export function standingAt(own: readonly Standing[], ns: number): Standing | undefined {
  return own[lastAtMost(own, ns, ({ ns: at }) => at)];
}

/** The place of the last item that is not beyond the limit, or -1; the items ascend. */
export function lastAtMost<Item>(items: readonly Item[], limit: number, of: (item: Item) => number): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (of(items[middle]!) <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
