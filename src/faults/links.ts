/** Which links a fault concerns, once its roles are cast, and what happens on them. */
import type { NodeId } from "#protocol";
import { type Casting, nodesText, type Party, partyText } from "./casting.ts";
import type { Direction, What } from "./fault.ts";
import type { Dice, FaultTarget, Link, LinkTrouble, Place } from "./target.ts";

/** Some links, and what is wrong with them; several where some clients are concerned and others not. */
export interface LinkEffect {
  readonly links: readonly Link[];
  readonly trouble: LinkTrouble;
}

export interface LinkPlan {
  readonly effects: readonly LinkEffect[];
  readonly text: string; // whom it concerns
  readonly hits: readonly NodeId[]; // nodes that are left with too few others to be of use
}

/** Undefined where a role is played by nobody now. */
export function planLinks(
  what: What,
  casting: Casting,
  target: FaultTarget,
  dice: Dice,
): LinkPlan | undefined {
  if (what.kind === "partition") return planPartition(what, casting, target, dice);
  if (what.kind === "isolate") return planIsolation(what, casting, target);
  const parties = casting.cast([what.from ?? ["all"], what.to ?? ["all"]]);
  if (parties === undefined) return undefined;
  const [from, to] = parties as [Party, Party];
  const trouble = troubleOf(what);
  const effects = effectsBetween(from, to, what.both === true, trouble);
  const everywhere = what.from === undefined && what.to === undefined;
  const arrow = what.both ? "<->" : "->";
  const text = everywhere ? "on every link" : `${partyText(from)} ${arrow} ${partyText(beyond(from, to))}`;
  return { effects, text, hits: isSilence(what) ? leftAlone(effects, target) : [] };
}

/** Whether nothing at all gets through. */
const isSilence = ({ kind, amount, types, count }: What): boolean =>
  types === undefined &&
  count === undefined &&
  (kind === "cut" || kind === "hold" || (kind === "loss" && amount === 1));

/** Nobody has a link to itself. */
function beyond({ nodes }: Party, to: Party): Party {
  return nodes.length > 1 ? to : { ...to, nodes: to.nodes.filter(node => !nodes.includes(node)) };
}

function troubleOf({ kind, amount, types, count }: What): LinkTrouble {
  const common = { types, count };
  switch (kind) {
    case "delay":
      return { ...common, delayNs: amount ?? 0 };
    case "jitter":
      return { ...common, jitterNs: amount ?? 0 };
    case "duplication":
      return { ...common, duplication: amount ?? 1 };
    case "reordering":
      return { ...common, reordering: amount ?? 1 };
    case "hold":
      return { ...common, hold: true };
    default:
      return { ...common, loss: amount ?? 1 };
  }
}

// --- Who talks to whom -------------------------------------------------------------------------------------------

/** A place, or one client or all those that are not named singly. */
interface Entity {
  readonly place: Place;
  readonly client: number | "others" | undefined;
}

function entitiesOf({ nodes, clients }: Party): Entity[] {
  const singles = clients === "others" ? ["others" as const] : (clients ?? []);
  return [
    ...nodes.map(place => ({ place, client: undefined })),
    ...singles.map(client => ({ place: "clients" as const, client })),
  ];
}

const same = (left: Entity, right: Entity): boolean =>
  left.place === right.place && left.client === right.client;

const has = (party: readonly Entity[], entity: Entity): boolean => party.some(other => same(other, entity));

/** Groups the links by whose messages they concern: those of nodes, of each client, of the other clients. */
function gather(
  pairs: readonly (readonly [Entity, Entity])[],
  named: readonly Entity[],
  trouble: LinkTrouble,
): LinkEffect[] {
  const between = pairs.filter(([from, to]) => from.place !== "clients" || to.place !== "clients");
  const singles = named.map(({ client }) => client).filter(client => typeof client === "number");
  const byClient = Map.groupBy(between, ([from, to]) => from.client ?? to.client);
  return [...byClient].map(([client, some]) => {
    const links = some.map(([from, to]) => ({ from: from.place, to: to.place }));
    if (client === undefined) return { links, trouble };
    const concerned = (asking: number) =>
      client === "others" ? !singles.includes(asking) : asking === client;
    return { links, trouble: { ...trouble, clients: concerned } };
  });
}

function effectsBetween(from: Party, to: Party, both: boolean, trouble: LinkTrouble): LinkEffect[] {
  const pairs: [Entity, Entity][] = [];
  const add = (left: Entity, right: Entity) => {
    if (same(left, right) || pairs.some(([one, other]) => same(one, left) && same(other, right))) return;
    pairs.push([left, right]);
  };
  for (const left of entitiesOf(from)) {
    for (const right of entitiesOf(to)) {
      add(left, right);
      if (both) add(right, left);
    }
  }
  return gather(pairs, pairs.flat(), trouble);
}

// --- Partitions --------------------------------------------------------------------------------------------------

function planPartition(what: What, casting: Casting, target: FaultTarget, dice: Dice): LinkPlan | undefined {
  const { groups } = what;
  const shape = groups === "ring" || groups === "bridge" ? groups : undefined;
  const parties = shape === undefined ? casting.cast(groups as []) : shaped(shape, target, dice);
  if (parties === undefined) return undefined;
  const sides = parties.map(entitiesOf);
  const named = sides.flat().filter((entity, at, all) => all.findIndex(other => same(other, entity)) === at);
  const apart = named.flatMap(left =>
    named
      .filter(right => !same(left, right) && !sides.some(side => has(side, left) && has(side, right)))
      .map(right => [left, right] as const),
  );
  const lost = apart.filter(([left, right]) =>
    isLost(what.direction, has(sides[0] ?? [], left), has(sides[0] ?? [], right)),
  );
  const effects = gather(lost, named, troubleOf(what));
  const text = parties.map(party => `[${partyText(party)}]`).join(" | ");
  return { effects, text, hits: leftAlone(effects, target) };
}

function isLost(direction: Direction | undefined, fromFirst: boolean, toFirst: boolean): boolean {
  if (direction === "out") return fromFirst;
  return direction === "in" ? toFirst : true;
}

/**
 * ring: everybody stands on a circle and hears a majority, but nobody the same one (Jepsen's majorities ring). bridge:
 * two halves that hear each other's not, and one node that hears both.
 */
function shaped(shape: "ring" | "bridge", { replicas }: FaultTarget, dice: Dice): Party[] {
  const n = replicas.length;
  const order = shuffled(replicas, dice);
  if (shape === "bridge") {
    const [middle, ...others] = order as [NodeId, ...NodeId[]];
    const half = Math.ceil(others.length / 2);
    return [others.slice(0, half), others.slice(half)].map(side => ({
      nodes: [middle, ...side],
      clients: undefined,
    }));
  }
  const reach = Math.ceil(Math.floor(n / 2) / 2); // neighbours on either side
  return order.map((_, at) => ({
    nodes: Array.from({ length: reach + 1 }, (_unused, step) => order[(at + step) % n]!),
    clients: undefined,
  }));
}

function shuffled(nodes: readonly NodeId[], dice: Dice): NodeId[] {
  const left = [...nodes];
  return nodes.map(() => left.splice(Math.floor(dice.next() * left.length), 1)[0]!);
}

function planIsolation(what: What, casting: Casting, target: FaultTarget): LinkPlan | undefined {
  const parties = casting.cast([what.who ?? []]);
  if (parties === undefined) return undefined;
  const { nodes } = parties[0]!;
  const links = target.replicas.flatMap(from =>
    target.replicas
      .filter(
        to =>
          from !== to &&
          ((nodes.includes(from) && what.direction !== "in") ||
            (nodes.includes(to) && what.direction !== "out")),
      )
      .map(to => ({ from, to })),
  );
  return { effects: [{ links, trouble: troubleOf(what) }], text: nodesText(nodes), hits: nodes };
}

/** The nodes that no longer hear and are heard by n - f, themselves included. */
function leftAlone(effects: readonly LinkEffect[], { replicas, tolerated }: FaultTarget): NodeId[] {
  const lost = effects.flatMap(({ links }) => links);
  const cutOff = (node: NodeId, other: NodeId) =>
    lost.some(({ from, to }) => (from === node && to === other) || (from === other && to === node));
  const company = (node: NodeId) => replicas.filter(other => !cutOff(node, other)).length;
  return replicas.filter(node => company(node) < replicas.length - tolerated);
}
