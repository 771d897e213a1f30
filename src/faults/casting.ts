/**
 * Who plays the roles that a fault names, at the moment it strikes. Within one strike a role stays with whom it was
 * given to: `follower` is the same node wherever it stands, `another-follower` is not that one. So it does among faults
 * that strike at the same instant.
 */
import type { NodeId } from "#protocol";
import type { Names } from "./fault.ts";
import type { Dice, FaultTarget } from "./target.ts";

/** The names that stand for nodes or clients, besides n0, n1 … and c0, c1 … */
export const roles = [
  "leader",
  "primary",
  "follower",
  "another-follower",
  "followers",
  "candidate",
  "any",
  "another",
  "some",
  "all",
  "rest",
  "minority-with-leader",
  "majority-without-leader",
  "majority-with-leader",
  "minority-without-leader",
  "clients",
] as const;

/** The leader is the live one of the highest epoch. */
export function leaderOf(target: FaultTarget): NodeId | undefined {
  let leader: NodeId | undefined;
  let highest = -1;
  for (const node of target.replicas) {
    const status = target.status(node);
    if (status?.role !== "leader" || status.epoch <= highest) continue;
    leader = node;
    highest = status.epoch;
  }
  return leader;
}

/** Nodes, and perhaps clients: single ones, or all but those that the fault names singly. */
export interface Party {
  readonly nodes: readonly NodeId[];
  readonly clients: readonly number[] | "others" | undefined;
}

export class Casting {
  private readonly target: FaultTarget;
  private readonly dice: Dice;
  private readonly eligible: readonly NodeId[]; // for roles that may fall to any of several
  private readonly parts: Map<string, readonly NodeId[]>;
  private readonly leader: NodeId | undefined;
  private readonly most: number; // for `some`

  constructor(
    target: FaultTarget,
    dice: Dice,
    eligible: readonly NodeId[],
    most: number,
    parts: Map<string, readonly NodeId[]>,
  ) {
    this.target = target;
    this.dice = dice;
    this.eligible = eligible;
    this.most = most;
    this.parts = parts;
    this.leader = leaderOf(target);
  }

  /** Each list of names as a party, or undefined where a role is played by nobody now. */
  cast(lists: readonly Names[]): readonly Party[] | undefined {
    const named = lists.flat().filter(name => name !== "rest");
    for (const name of named) if (!isClients(name) && this.part(name).length === 0) return undefined;
    const taken = new Set(named.flatMap(name => (isClients(name) ? [] : this.part(name))));
    this.parts.set(
      "rest",
      this.target.replicas.filter(node => !taken.has(node)),
    );
    return lists.map(names => this.party(names));
  }

  private party(names: Names): Party {
    const nodes = [...new Set(names.filter(name => !isClients(name)).flatMap(name => this.part(name)))];
    const single = names.filter(name => /^c\d+$/.test(name)).map(name => Number(name.slice(1)));
    return { nodes, clients: names.includes("clients") ? "others" : single.length > 0 ? single : undefined };
  }

  private part(name: string): readonly NodeId[] {
    const known = this.parts.get(name);
    if (known !== undefined) return known;
    const nodes = this.assign(name);
    this.parts.set(name, nodes);
    return nodes;
  }

  private assign(name: string): readonly NodeId[] {
    const { target, leader } = this;
    const followers = () => this.eligible.filter(node => node !== leader);
    const roleless = (role: string) => this.eligible.filter(node => target.status(node)?.role === role);
    switch (name) {
      case "leader":
      case "primary":
        return leader === undefined ? [] : [leader];
      case "follower":
        return this.pick(followers(), 1);
      case "another-follower":
        return this.pick(without(followers(), this.part("follower")), 1);
      case "followers":
        return followers();
      case "candidate":
        return this.pick(roleless("candidate"), 1);
      case "any":
        return this.pick(this.eligible, 1);
      case "another":
        return this.pick(without(this.eligible, this.part("any")), 1);
      case "some":
        return this.pick(this.eligible, 1 + Math.floor(this.dice.next() * this.most));
      case "all":
        return target.replicas;
      default:
        return /^n\d+$/.test(name) ? this.single(Number(name.slice(1))) : this.share(name);
    }
  }

  private single(node: NodeId): readonly NodeId[] {
    return this.target.replicas.includes(node) ? [node] : [];
  }

  /** The larger or the smaller part of the cluster, with the leader or without. */
  private share(name: string): readonly NodeId[] {
    const { leader, target } = this;
    if (leader === undefined) return [];
    const n = target.replicas.length;
    const few = Math.floor((n - 1) / 2);
    const ofLeader = name.startsWith("minority") === name.endsWith("with-leader") ? few : n - few;
    const side = `with leader ${ofLeader}`;
    const company = this.parts.get(side) ?? [
      leader,
      ...this.pick(without(target.replicas, [leader]), ofLeader - 1),
    ];
    this.parts.set(side, company);
    return name.endsWith("with-leader") ? company : without(target.replicas, company);
  }

  private pick(nodes: readonly NodeId[], count: number): readonly NodeId[] {
    const left = [...nodes];
    const picked: NodeId[] = [];
    while (picked.length < count && left.length > 0) {
      picked.push(...left.splice(Math.floor(this.dice.next() * left.length), 1));
    }
    return picked;
  }
}

const isClients = (name: string): boolean => name === "clients" || /^c\d+$/.test(name);

const without = (nodes: readonly NodeId[], others: readonly NodeId[]): readonly NodeId[] =>
  nodes.filter(node => !others.includes(node));

export const nodesText = (nodes: readonly NodeId[]): string => nodes.map(node => `n${node}`).join(",");

export function partyText({ nodes, clients }: Party): string {
  const named = clients === "others" ? ["clients"] : (clients ?? []).map(client => `c${client}`);
  return [...nodes.map(node => `n${node}`), ...named].join(",");
}
