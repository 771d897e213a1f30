/** The data of a chart of terms: a line a node, where it led, and names where the lines end. */
import type { SeriesLine } from "../../results/schema.ts";
import { type Row, someOf } from "./chart.ts";

const MOST_NODES = 9;
const MOST_STEPS = 150; // of a node
const MOST_LEADERS = 300;
const NEAR = 0.08; // of the height: names closer than this are written as one
const NAMED = 0.07; // of the width: who leads for shorter is not named

const seconds = (us: number): number => Number((us / 1e6).toFixed(4));

export function termData({ epochs, leaders }: SeriesLine, a: string, endUs: number) {
  const byNode = Map.groupBy(epochs, ([, node]) => node);
  const shown = [...byNode.entries()].toSorted(byRise).slice(0, MOST_NODES);
  const values = epochs.map(([, , epoch]) => epoch);
  const low = values.reduce((one, two) => Math.min(one, two), values[0] ?? 0);
  const high = values.reduce((one, two) => Math.max(one, two), low + 1);
  const lines = shown.flatMap(([node, steps]) => lineOf(node, thinned(steps), a, endUs));
  const leads = leadsOf(leaders, a, endUs);
  const leaderNames = leads
    .filter(({ t, t2 }) => t2 - t > (NAMED * endUs) / 1e6)
    .map(({ t, e, who }) => ({ a, t, e, label: `${who} leads` }));
  const ends = endNames(shown, high - low).map(({ e, label }) => ({ a, t: seconds(endUs), e, label }));
  const margin = (high - low) * 0.12;
  const data = { lines, leads: someOf(leads, MOST_LEADERS), leaders: leaderNames.slice(0, 12), ends };
  return { ...data, low: Math.max(0, low - margin), high: high + margin };
}

type Step = SeriesLine["epochs"][number];
type NodeSteps = [node: number, steps: readonly Step[]];

/** Those whose terms rose most, the lower number first where they rose alike. */
const byRise = ([one, left]: NodeSteps, [two, right]: NodeSteps): number =>
  right.at(-1)![2] - left.at(-1)![2] || one - two;

/** The last step of each slice of time. */
function thinned(steps: readonly Step[]): readonly Step[] {
  if (steps.length <= MOST_STEPS) return steps;
  const width = steps.length / MOST_STEPS;
  return Array.from({ length: MOST_STEPS }, (_, index) => steps[Math.ceil((index + 1) * width) - 1]!);
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
  const last = nodes
    .map(([node, steps]) => ({ node, e: steps.at(-1)![2] }))
    .toSorted((one, two) => two.e - one.e);
  const groups: { e: number; nodes: number[] }[] = [];
  for (const { node, e } of last) {
    const group = groups.at(-1);
    if (group !== undefined && group.e - e <= NEAR * height) group.nodes.push(node);
    else groups.push({ e, nodes: [node] });
  }
  return groups.map(({ e, nodes }) => ({ e, label: groupName(nodes.toSorted((one, two) => one - two)) }));
}

function groupName(nodes: readonly number[]): string {
  const names = nodes.map(node => `n${node}`);
  return names.length <= 4 ? names.join(" ") : `${names.slice(0, 3).join(" ")} +${names.length - 3}`;
}
