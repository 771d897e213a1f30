/** The vocabulary of faults, as plain data: what goes wrong, with whom, when, and for how long. Times are in ns. */
import type { Fact } from "#protocol";

/** Roles or ids of nodes and clients: `leader`, `n2`, `rest`, `c0` … See `casting.ts`. */
export type Names = readonly string[];

export type FaultKind = (typeof faultKinds)[number]["name"];

export interface What {
  readonly kind: FaultKind | "lie";
  readonly lie?: string | undefined; // lie: which one …
  readonly entry?: number | undefined; // … and which of the liars that a workload has
  readonly who?: Names; // the nodes, where it is about nodes
  readonly groups?: readonly Names[] | "ring" | "bridge"; // partition: who still talk to each other
  readonly from?: Names; // the links, where it is about links …
  readonly to?: Names;
  readonly both?: boolean; // … in both directions
  readonly direction?: Direction | undefined; // partition, isolate: what is lost; both unless given
  readonly amount?: number | undefined; // a probability, ns, or a factor, as the kind has it
  readonly torn?: boolean | undefined; // crash: part of what was being written survives
  readonly types?: Names | undefined; // only messages of these types …
  readonly count?: number | undefined; // … and only the first so many
}

/** out: what the first group says is lost. in: what is said to it. */
export type Direction = "both" | "out" | "in";

export type When =
  | { readonly on: "time"; readonly atNs: number }
  | { readonly on: "every"; readonly everyNs: number; readonly startNs: number }
  | { readonly on: "rate"; readonly perSecond: number; readonly startNs: number }
  /** The k-th time since the start that a replica observes the fact: `leads` for elections. */
  | {
      readonly on: "fact";
      readonly fact: Fact;
      readonly count: number;
      readonly delayNs: number;
      readonly startNs: number;
    }
  /** An entry is held by the leader and, after the delay, still by nobody else. */
  | { readonly on: "alone"; readonly delayNs: number; readonly startNs: number };

export interface Fault {
  readonly what: What;
  readonly when: When;
  readonly forNs: number | undefined;
  readonly untilNs: number | undefined; // it ends by then, and does not strike any more
  readonly optional?: true | undefined; // it need not strike
  readonly bounded?: true | undefined; // withheld where it would hit more than f nodes at once
}

/** Faults drawn from the seed until `untilNs`; then everything heals. */
export interface Chaos {
  readonly startNs: number;
  readonly untilNs: number;
  readonly perSecond: Readonly<Partial<Record<FaultKind, number>>>;
  readonly shortestNs: number;
  readonly longestNs: number;
  readonly beyondTolerance: boolean; // may hit more than f nodes at once
}

interface KindHelp {
  readonly name: string;
  readonly help: string;
  readonly example: string;
}

export const faultKinds = [
  {
    name: "crash",
    help: "the node is gone, with all that its disk had not synced; when it ends, the node restarts",
    example: "{ at: 10s, for: 2s, crash: leader }",
  },
  {
    name: "restart",
    help: "crashed nodes start again",
    example: "{ at: 20s, restart: all }",
  },
  {
    name: "wipe",
    help: "as crash, and its disk is lost too: outside the fault model of crash-tolerant protocols",
    example: "{ at: 10s, for: 2s, wipe: follower }",
  },
  {
    name: "pause",
    help: "the process stands still, as in a garbage collection; what reaches it waits",
    example: "{ every: 5s, for: 300ms, pause: any }",
  },
  {
    name: "partition",
    help: "only those who share a group hear each other; ring and bridge are ready-made shapes",
    example: "{ at: 10s, for: 30s, partition: [[leader, follower], [rest]] }",
  },
  {
    name: "isolate",
    help: "nodes are cut off from every other replica",
    example: "{ at: 10s, for: 5s, isolate: leader, direction: out }",
  },
  {
    name: "cut",
    help: "single links carry nothing",
    example: "{ at: 10s, for: 5s, cut: [leader, follower] }",
  },
  {
    name: "delay",
    help: "messages take longer",
    example: "{ at: 10s, for: 5s, delay: 20ms, of: follower }",
  },
  {
    name: "jitter",
    help: "messages take longer by an exponential time of this mean",
    example: "{ at: 10s, for: 5s, jitter: 5ms }",
  },
  {
    name: "loss",
    help: "messages are lost with this probability",
    example: "{ at: 10s, for: 5s, loss: 20%, between: [leader, followers] }",
  },
  {
    name: "duplication",
    help: "messages arrive twice with this probability",
    example: "{ at: 10s, for: 5s, duplication: 10% }",
  },
  {
    name: "reordering",
    help: "messages may overtake, or be overtaken, with this probability",
    example: "{ at: 10s, for: 5s, reordering: 10% }",
  },
  {
    name: "hold",
    help: "messages are kept back, and arrive when it ends",
    example: "{ at: 10s, for: 1s, hold: true, from: leader, to: n2 }",
  },
  {
    name: "slowCpu",
    help: "the processor takes so many times as long",
    example: "{ at: 10s, for: 5s, slowCpu: leader, factor: 10 }",
  },
  {
    name: "slowDisk",
    help: "syncs take so many times as long",
    example: "{ at: 10s, for: 5s, slowDisk: follower, factor: 20 }",
  },
  {
    name: "diskStall",
    help: "no sync ends before the stall does",
    example: "{ at: 10s, for: 500ms, diskStall: leader }",
  },
  {
    name: "fsyncFailure",
    help: "the next sync fails: the node cannot vouch for anything any more, and stops",
    example: "{ at: 10s, for: 5s, fsyncFailure: leader }",
  },
  {
    name: "diskFull",
    help: "the next record does not fit: the node stops, and cannot store anything while it lasts",
    example: "{ at: 10s, for: 5s, diskFull: follower }",
  },
  {
    name: "clockRate",
    help: "the node's clock runs so many times as fast; timers notice when they are set next",
    example: "{ at: 10s, for: 20s, clockRate: follower, factor: 1.1 }",
  },
  {
    name: "clockJump",
    help: "the node's clock jumps, and back when it ends",
    example: "{ at: 10s, clockJump: leader, by: -2s }",
  },
  {
    name: "heal",
    help: "ends every fault that lasts, and restarts crashed nodes; a pause runs out by itself",
    example: "{ after: { elections: 3 }, heal: all }",
  },
] as const satisfies readonly KindHelp[];

/** What happens to links. */
export const linkKinds: readonly What["kind"][] = [
  "partition",
  "isolate",
  "cut",
  "delay",
  "jitter",
  "loss",
  "duplication",
  "reordering",
  "hold",
];

/** A node that is hit by these does nothing for the others, or may as well … */
const disabling: readonly What["kind"][] = [
  "lie",
  "crash",
  "wipe",
  "pause",
  "partition",
  "isolate",
  "diskStall",
  "fsyncFailure",
  "diskFull",
];
/** … and by these does it late. */
const slowing: readonly What["kind"][] = ["slowCpu", "slowDisk", "clockRate", "clockJump"];

export const disables = (kind: What["kind"]): boolean => disabling.includes(kind);
export const hitsNodes = (kind: What["kind"]): boolean => disables(kind) || slowing.includes(kind);

/** A node may be hit by these too, if what they lose is all: it hears too few others to be of use. */
const silencing: readonly What["kind"][] = ["cut", "loss", "hold"];
export const silences = (kind: What["kind"]): boolean => disables(kind) || silencing.includes(kind);

const probabilities: readonly What["kind"][] = ["loss", "duplication", "reordering"];

/** As the results have it: `crash leader`, `loss 20%`; `who` may be the names, or whom they turned out to be. */
export function textOf({ kind, lie, amount, direction, torn, types, count }: What, who: string): string {
  if (lie !== undefined) return `${kind} ${lie} ${who}`;
  const aimed = direction === undefined || direction === "both" ? "" : ` (${direction} only)`;
  const only = types === undefined ? "" : ` of ${types.join(", ")}`;
  const first = count === undefined ? "" : ` (the first ${count})`;
  return `${kind}${amountText(kind, amount)} ${who}${torn ? " torn" : ""}${only}${first}${aimed}`;
}

function amountText(kind: What["kind"], amount: number | undefined): string {
  if (amount === undefined) return "";
  if (probabilities.includes(kind)) return ` ${Number((amount * 100).toPrecision(6))}%`;
  if (kind === "delay" || kind === "jitter" || kind === "clockJump") return ` ${amount / 1e6}ms`;
  return ` x${amount}`;
}
