/** The data of a chart of terms: a line a node, where it led, and names where the lines end. */
import type { SeriesLine } from "../../results/schema.ts";
import type { Side } from "../cells.ts";
import { type Row, someOf } from "./chart.ts";

const MOST_NODES = 9;
const MOST_STEPS = 150; // of a node
const MOST_LEADERS = 300;
const NEAR = 0.08; // of the height: names closer than this are written as one
const NAMED = 0.07; // of the width: who leads for shorter is not named

const seconds = (us: number): number => Number((us / 1e6).toFixed(4));

/** A run, and under which name its lines are drawn. */
export interface Risen {
  readonly name: string;
  readonly side: Side | undefined;
  readonly series: Pick<SeriesLine, "epochs" | "leaders">;
}

/** The two sides of a comparison have one drawing. */
export function termData(runs: readonly Risen[], endUs: number) {
  const values = runs.flatMap(({ series }) => series.epochs.map(([, , epoch]) => epoch));
  const low = values.reduce((one, two) => Math.min(one, two), values[0] ?? 0);
  const high = values.reduce((one, two) => Math.max(one, two), low + 1);
  const each = runs.map(run => ({ ...run, nodes: nodesOf(run) }));
  const lines = each.flatMap(({ name, nodes }) =>
    nodes.flatMap(({ node, steps }) => lineOf(node, thinned(steps), name, endUs)),
  );
  const leads = runs.flatMap(({ name, series }) => leadsOf(series.leaders, name, endUs));
  const leaders = leads
    .filter(({ a, t, t2 }) => a === runs.at(-1)!.name && t2 - t > (NAMED * endUs) / 1e6)
    .map(({ a, t, e, who }) => ({ a, t, e, label: `${who} leads` }));
  const named = endNames(
    each.flatMap(({ nodes }) => nodes),
    high - low,
  );
  const ends = named.map(end => ({ a: runs[0]!.name, t: seconds(endUs), ...end }));
  const margin = (high - low) * 0.12;
  const data = { lines, leads: someOf(leads, MOST_LEADERS), leaders: leaders.slice(0, 12), ends };
  return { ...data, low: Math.max(0, low - margin), high: high + margin };
}

type Step = SeriesLine["epochs"][number];

interface NodeSteps {
  readonly node: number;
  readonly side: Side | undefined;
  readonly steps: readonly Step[];
}

/** Those whose terms rose most, the lower number first where they rose alike. */
function nodesOf({ side, series }: Risen): NodeSteps[] {
  const nodes = [...Map.groupBy(series.epochs, ([, node]) => node)].map(([node, steps]) => {
    return { node, side, steps };
  });
  return nodes.sort((one, two) => lastOf(two) - lastOf(one) || one.node - two.node).slice(0, MOST_NODES);
}

const lastOf = ({ steps }: NodeSteps): number => steps.at(-1)![2];

/** The last step of each slice of time. */
function thinned(steps: readonly Step[]): readonly Step[] {
  if (steps.length <= MOST_STEPS) return steps;
  const endOf = (slice: number) => Math.ceil((slice * steps.length) / MOST_STEPS);
  return Array.from({ length: MOST_STEPS }, (_, index) => steps[endOf(index + 1) - 1]!);
}

function lineOf(node: number, steps: readonly Step[], a: string, endUs: number): Row[] {
  const rows = steps.map(([us, , e]) => ({ a, node: `n${node}`, t: seconds(us), e }));
  // A last point at the end, or the line would stop at the last change.
  return [...rows, { ...rows.at(-1)!, t: seconds(endUs) }];
}

function leadsOf(leaders: SeriesLine["leaders"], a: string, endUs: number) {
  const open = new Map<number, { t: number; e: number }>();
  const leads: { a: string; who: string; t: number; t2: number; e: number }[] = [];
  const close = (node: number, us: number) => {
    const lead = open.get(node);
    if (lead !== undefined) leads.push({ a, who: `n${node}`, t: lead.t, t2: seconds(us), e: lead.e });
    open.delete(node);
  };
  for (const [us, node, e, began] of leaders) {
    close(node, us);
    if (began === 1) open.set(node, { t: seconds(us), e });
  }
  for (const node of [...open.keys()]) close(node, endUs);
  return leads;
}

/** Nodes that end at about the same term share a name. */
function endNames(nodes: readonly NodeSteps[], height: number): { e: number; label: string }[] {
  const last = nodes.toSorted((one, two) => lastOf(two) - lastOf(one));
  const groups: { e: number; nodes: NodeSteps[] }[] = [];
  for (const node of last) {
    const group = groups.at(-1);
    if (group !== undefined && group.e - lastOf(node) <= NEAR * height) group.nodes.push(node);
    else groups.push({ e: lastOf(node), nodes: [node] });
  }
  return groups.map(({ e, nodes: near }) => ({ e, label: groupName(near, nodes) }));
}

function groupName(near: readonly NodeSteps[], all: readonly NodeSteps[]): string {
  const sides = [...Map.groupBy(near, ({ side }) => side)].map(([side, own]) => {
    if (side === undefined) return numbersOf(own, 4);
    const isWhole = own.length === all.filter(node => node.side === side).length;
    return isWhole ? side : `${side} ${numbersOf(own, 2)}`;
  });
  return sides.join(", ");
}

function numbersOf(nodes: readonly NodeSteps[], most: number): string {
  const names = nodes.map(({ node }) => node).toSorted((one, two) => one - two);
  const shown = names.length <= most ? names : names.slice(0, most - 1);
  const rest = names.length - shown.length;
  return [...shown.map(node => `n${node}`), ...(rest > 0 ? [`+${rest}`] : [])].join(" ");
}
