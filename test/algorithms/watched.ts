/** A simulated cluster whose facts are written down, with what a test asks of them. */
import type { AnyProtocol, Fact, NodeId, Request, Status } from "#protocol";
import { unobserved } from "../../src/simulation/observer.ts";
import type { SimulationSettings } from "../../src/simulation/simulation.ts";
import { type Cluster, cluster } from "../simulation/cluster.ts";

export interface Seen {
  readonly tick: number;
  readonly node: NodeId;
  readonly fact: Fact;
  readonly epoch: number;
  readonly position: number;
  readonly subject: unknown;
}

export interface Watched extends Cluster {
  readonly facts: Seen[];
  statuses(): Status[];
  /** The node that leads in the latest epoch. */
  leader(): NodeId;
  cut(one: NodeId, other: NodeId): void;
}

export function watched(
  protocol: AnyProtocol,
  n: number,
  given: Partial<Omit<SimulationSettings, "observer">> = {},
): Watched {
  const facts: Seen[] = [];
  const clock = { tick: () => 0 };
  const observer = {
    ...unobserved,
    onFact: (node: NodeId, fact: Fact, epoch: number, position: number, subject: unknown) =>
      facts.push({ tick: clock.tick(), node, fact, epoch, position, subject }),
    onCommitAndExecute: (node: NodeId, epoch: number, position: number, subject: Request) =>
      facts.push({ tick: clock.tick(), node, fact: "committed", epoch, position, subject }),
  };
  const made = cluster(protocol, n, { ...given, observer: observer as never });
  const { simulation } = made;
  clock.tick = () => simulation.tick;
  return {
    ...made,
    facts,
    statuses: () => simulation.nodes.map(node => node.replica!.status()),
    leader: () =>
      facts
        .filter(({ fact }) => fact === "leads")
        .sort((a, b) => a.epoch - b.epoch)
        .at(-1)!.node,
    cut(one, other) {
      simulation.network.setCut(one, other, true);
      simulation.network.setCut(other, one, true);
    },
  };
}

/** Terms that more than one node has led. */
export function contestedTerms(facts: readonly Seen[]): number[] {
  const leaders = new Map<number, Set<NodeId>>();
  for (const { node, epoch } of facts.filter(({ fact }) => fact === "leads"))
    leaders.set(epoch, (leaders.get(epoch) ?? new Set()).add(node));
  return [...leaders].filter(([, nodes]) => nodes.size > 1).map(([epoch]) => epoch);
}

/** Positions at which these nodes know different requests to be chosen. */
export function divergence(facts: readonly Seen[], nodes: readonly NodeId[]): number[] {
  const chosen = new Map<number, Set<unknown>>();
  for (const { fact, node, position, subject } of facts) {
    if (fact !== "committed" || !nodes.includes(node)) continue;
    chosen.set(position, (chosen.get(position) ?? new Set()).add(subject));
  }
  return [...chosen].filter(([, subjects]) => subjects.size > 1).map(([position]) => position);
}

/** Pairs of node and term in which the node voted for two different candidates. */
export function doubleVotes(facts: readonly Seen[]): string[] {
  const votes = new Map<string, Set<unknown>>();
  for (const { fact, node, epoch, subject } of facts) {
    const vote = `n${node} in term ${epoch}`;
    if (fact === "voted") votes.set(vote, (votes.get(vote) ?? new Set()).add(subject));
  }
  return [...votes].filter(([, candidates]) => candidates.size > 1).map(([vote]) => vote);
}

/** The first of these seeds with which something happens, and fails to otherwise. */
export function firstSeed(count: number, happens: (seed: number) => boolean): number {
  for (let seed = 1; seed <= count; seed++) if (happens(seed)) return seed;
  throw new Error(`it happens with none of ${count} seeds`);
}

export const isCommitted = (facts: readonly Seen[], node: NodeId, request: Request): boolean =>
  facts.some(seen => seen.fact === "committed" && seen.node === node && seen.subject === request);
