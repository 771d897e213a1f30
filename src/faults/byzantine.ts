/**
 * Byzantine nodes: wrappers round the honest protocol, which neither it nor the simulator knows of. A liar's replica is
 * the honest one in a context that tampers with what it says, or in company with a twin, or made to forget. Everybody
 * else gets the protocol untouched, and so do liars while their lie is not active.
 *
 * Lies throw dice of their own, so that those of honest nodes fall as they would without them.
 */
import { type AnyProtocol, assert, type Milliseconds, type NodeId } from "#protocol";
import { type Forgotten, forgetting } from "./lies-forgotten.ts";
import { telling } from "./lies-told.ts";
import { type Company, twinRecordBytes, twins, twinTimers } from "./twins.ts";

/** The lies that any protocol can be told in; `lies` of a protocol's description adds to them. */
export const lieKinds: readonly { readonly name: string; readonly help: string }[] = [
  { name: "silent", help: "sends nothing, to replicas and clients alike" },
  { name: "slow", help: "sends everything late, by `delay`: just within a time-out, say" },
  { name: "withhold", help: "sends nothing to `receivers` (unless named: every second one of the others)" },
  { name: "equivocate", help: "tells `receivers` of another request or digest than the rest" },
  { name: "replay", help: "sends messages again that are long past" },
  {
    name: "mutate",
    help: "changes a number by one, a digest, a request or a saved state for another, here and there",
  },
  { name: "wrong-reply", help: "answers clients with another result" },
  {
    name: "double-vote",
    help: "forgets each vote or promise when it is given, and so gives it again; no leader forgets",
  },
  {
    name: "acknowledge-and-drop",
    help: "forgets commands once it has acknowledged them; under load those of 10 ms together; no leader does",
  },
  { name: "twins", help: "lives twice: a second instance with the same identity talks to `receivers`" },
];

/** What a lie takes no notice of: clients are not `receivers`, what they are told has no type, nor has what is kept. */
const ignored: Readonly<Record<string, readonly ("types" | "receivers" | "rate")[]>> = {
  "wrong-reply": ["types", "receivers"],
  "double-vote": ["types", "receivers"],
  "acknowledge-and-drop": ["types", "receivers"],
  twins: ["types", "rate"],
};

export const ignoredBy = (lie: string) => ignored[lie] ?? [];

/** A node that lies, how, and when. Several may be the same node. */
export interface Liar {
  readonly node: NodeId;
  readonly lie: string; // a name among `lieKinds`, or among the protocol's own lies
  active(nowMs: Milliseconds): boolean; // by the node's own clock
  readonly receivers?: readonly NodeId[] | undefined; // whom it lies to
  readonly types?: readonly string[] | undefined; // only in messages of these types; answers are left alone
  readonly rate?: number | undefined; // the share of occasions on which it lies
  readonly delayMs?: Milliseconds | undefined; // slow: 100 unless given
  readonly incoming?: "split" | "both" | undefined; // twins: who hears what comes in; split unless given
  told?(): void; // called each time that it lies
}

/** Makes a stream of random numbers in [0, 1) from a name. */
export type Dice = (name: string) => { next(): number };

type Create = AnyProtocol["create"];

const forgotten: Readonly<Record<string, Forgotten>> = {
  "double-vote": "votes",
  "acknowledge-and-drop": "commands",
};

/** The protocol, with liars among its replicas. */
export function withLies(protocol: AnyProtocol, liars: readonly Liar[], dice: Dice): AnyProtocol {
  if (liars.length === 0) return protocol;
  const honest: Create = (context, options) => protocol.create(context, options);
  const twinned = liars.filter(({ lie }) => lie === "twins").map(({ node }) => node);
  const timers = [...protocol.timers, ...(twinned.length > 0 ? twinTimers(protocol.timers) : [])];
  const company: Company = { nodes: twinned, speakers: new WeakMap() };
  const creates = new Map<NodeId, Create>();
  const streams = new Map<NodeId, () => number>();
  for (const liar of innermostFirst(liars)) {
    const random = streams.get(liar.node) ?? streamOf(liar.node, dice);
    streams.set(liar.node, random);
    const create = creates.get(liar.node) ?? honest;
    const dress = { protocol, create, liar, random, timers, company };
    creates.set(liar.node, dressed(dress));
  }
  return {
    ...protocol,
    timers,
    recordBytes: twinRecordBytes(record => protocol.recordBytes(record)),
    create: (context, options) => (creates.get(context.self) ?? honest)(context, options),
  };
}

/** Twins are honest each for itself; whatever else the node lies about, both do. */
function innermostFirst(liars: readonly Liar[]): readonly Liar[] {
  const doubled = liars.filter(({ lie }) => lie === "twins");
  assert(new Set(doubled.map(({ node }) => node)).size === doubled.length, "a node has one twin at most");
  return [...doubled, ...liars.filter(({ lie }) => lie !== "twins")];
}

function streamOf(node: NodeId, dice: Dice): () => number {
  const stream = dice(`lies n${node}`);
  return () => stream.next();
}

interface Dress {
  readonly protocol: AnyProtocol;
  readonly create: Create;
  readonly liar: Liar;
  readonly random: () => number;
  readonly timers: string[]; // grows by those that the lie needs itself
  readonly company: Company;
}

function dressed({ protocol, create, liar, random, timers, company }: Dress): Create {
  const { lie } = liar;
  if (lie === "twins") return twins(create, liar, random, company);
  if (forgotten[lie] !== undefined) {
    return forgetting({ liar, forgotten: forgotten[lie], create, timers: [...timers], random });
  }
  const known = lieKinds.some(({ name }) => name === lie) || protocol.lies?.[lie] !== undefined;
  assert(known, `nobody knows the lie ${lie}`);
  const timer = `lie ${timers.length}`;
  if (lie === "slow") timers.push(timer);
  return telling(create, { liar, protocol, random, timer });
}
