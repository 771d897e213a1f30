/**
 * Unequal links and disks: when a command is answered is an order statistic of what lies between the replicas. Each
 * case says when the answers to one command reach the client; a run has to agree to the nanosecond.
 */
import type { AnyProtocol, NodeId, Options, Policy } from "#protocol";
import { multiPaxos } from "../../algorithms/multi-paxos/index.ts";
import { paxos } from "../../algorithms/paxos/index.ts";
import { pbft } from "../../algorithms/pbft/index.ts";
import { primaryBackup } from "../../algorithms/primary-backup/index.ts";
import { majority } from "../../algorithms/quorum.ts";
import { raft } from "../../algorithms/raft/index.ts";
import { unreplicated } from "../../algorithms/unreplicated/index.ts";
import { defaultPolicy } from "../../src/protocol/recording.ts";
import { CLIENTS } from "../../src/simulation/models.ts";
import { RandomStream } from "../../src/simulation/random.ts";
import { cluster, freeCost, MILLISECOND, steadyLink } from "../simulation/cluster.ts";
import type { Comparison } from "./comparison.ts";
import { followRedirects, leaderOf, patient } from "./quiet.ts";

export interface Place {
  /** Whole microseconds from one place to another, in nanoseconds; nothing to oneself. */
  delay(from: number, to: number): number;
  syncNs(node: number): number;
}

/** Delays of 1 to 40 ms, different in each direction, and disks of 1 to 30 ms or none. */
export function place(seed: number, disks: boolean): Place {
  const draw = (name: string, most: number) => Math.floor(new RandomStream(seed, name).next() * most) * 1000;
  return {
    delay: (from, to) => (from === to ? 0 : MILLISECOND + draw(`${from} ${to}`, 39_000)),
    syncNs: node => (disks ? MILLISECOND + draw(`disk ${node}`, 29_000) : 0),
  };
}

export const even = (delayNs: number, syncNs: number): Place => ({
  delay: (from, to) => (from === to ? 0 : delayNs),
  syncNs: () => syncNs,
});

export interface LinkCase {
  readonly protocol: AnyProtocol;
  readonly variant: string;
  readonly formula: string;
  readonly disks: boolean;
  readonly options?: Options;
  readonly reads?: Policy["reads"];
  readonly kind?: "put" | "get";
  readonly sizes: readonly number[];
  /** A follower is asked, and not the leader. */
  readonly elsewhere?: true;
  /** When the answer comes that the client needs, after it asked the leader, or that follower. */
  answeredNs(n: number, leader: NodeId, where: Place, follower: NodeId): number;
  /** How many answers the client needs for that. */
  needed?(n: number): number;
}

/** How long it takes from the request at the leader until it knows the command to be chosen. */
type Chosen = (n: number, leader: NodeId, where: Place) => number;

const crashSizes = [3, 4, 5, 6, 7, 9];
const byzantineSizes = [4, 5, 6, 7, 8, 9, 10, 13];

export const kth = (values: readonly number[], rank: number): number =>
  values.toSorted((a, b) => a - b)[rank - 1]!;
export const nodesOf = (n: number): NodeId[] => Array.from({ length: n }, (_, node) => node);

/** There, onto the disk, and back; oneself: onto the disk. */
const trip = ({ delay, syncNs }: Place, from: NodeId, to: NodeId): number =>
  delay(from, to) + syncNs(to) + delay(to, from);
const tripsToOthers = (n: number, from: NodeId, where: Place): number[] =>
  nodesOf(n).flatMap(to => (to === from ? [] : [trip(where, from, to)]));
const tripsToAll = (n: number, from: NodeId, where: Place): number[] =>
  nodesOf(n).map(to => trip(where, from, to));

/** The client asks that node, which answers once it knows the command to be chosen. */
const asked = (
  protocol: AnyProtocol,
  formula: string,
  chosenNs: Chosen,
  given: Partial<LinkCase> = {},
): LinkCase => ({
  protocol,
  variant: given.disks === true ? "unequal links and disks" : "unequal links",
  formula,
  disks: false,
  sizes: crashSizes,
  answeredNs: (n, node, where) =>
    where.delay(CLIENTS, node) + chosenNs(n, node, where) + where.delay(node, CLIENTS),
  ...given,
});

const disks = { disks: true };

/** The leader's disk works while those of the others do. */
const storedByMajority: Chosen = (n, leader, where) => kth(tripsToAll(n, leader, where), majority(n));
const nearestOthers: Chosen = (n, leader, where) => kth(tripsToOthers(n, leader, where), majority(n) - 1);
const overlapping = "maj-th of { W_L } ∪ { d + W_j + d }";
const nearest = "q-th of RTT(L, j)";

/** Of the leader, at once or after a round; or of a follower, which asks the leader for the read index. */
const readsOfLeader = (protocol: AnyProtocol): readonly LinkCase[] => {
  const read = { kind: "get", variant: "a get, reads: index", reads: "index" } as const;
  const leased = { ...read, variant: "a get, reads: lease", reads: "lease" } as const;
  return [asked(protocol, nearest, nearestOthers, read), asked(protocol, "RTT(c, L)", () => 0, leased)];
};

const toLeaderAndBack = ({ delay }: Place, leader: NodeId, follower: NodeId): number =>
  delay(CLIENTS, follower) + delay(follower, leader) + delay(leader, follower) + delay(follower, CLIENTS);

const followerReads = (reads: "index" | "lease", formula: string, roundNs: Chosen): LinkCase => ({
  protocol: raft,
  variant: `a get, followerReads, reads: ${reads}`,
  formula,
  disks: false,
  sizes: crashSizes,
  options: { followerReads: true },
  reads,
  kind: "get",
  elsewhere: true,
  answeredNs: (n, leader, where, follower) =>
    toLeaderAndBack(where, leader, follower) + roundNs(n, leader, where),
});

/** The client of a follower is told whom to ask. */
const redirected = (protocol: AnyProtocol, formula: string, chosenNs: Chosen): LinkCase => ({
  ...asked(protocol, `RTT(c, F) + ${formula}`, chosenNs),
  variant: "a follower is asked, and redirects",
  options: protocol === paxos ? { proposers: "one" } : {},
  elsewhere: true,
  answeredNs: (n, leader, where, follower) =>
    where.delay(CLIENTS, follower) +
    where.delay(follower, CLIENTS) +
    where.delay(CLIENTS, leader) +
    chosenNs(n, leader, where) +
    where.delay(leader, CLIENTS),
});

const twiceNearest: Chosen = (n, proposer, where) => 2 * nearestOthers(n, proposer, where);

/** Flexible Paxos: so many in phase 2, the leader among them. */
const flexible = (phase2Quorum: number): LinkCase =>
  asked(
    multiPaxos,
    "(q2-1)-st of RTT(L, j)",
    (n, leader, where) => (phase2Quorum === 1 ? 0 : kth(tripsToOthers(n, leader, where), phase2Quorum - 1)),
    {
      variant: `phase2Quorum: ${phase2Quorum}`,
      options: { phase2Quorum },
      sizes: crashSizes.filter(n => n >= phase2Quorum),
    },
  );

const crashCases: readonly LinkCase[] = [
  asked(unreplicated, "W", (_n, server, where) => where.syncNs(server), disks),
  asked(primaryBackup, "greatest RTT(P, j)", (n, primary, where) =>
    Math.max(...tripsToOthers(n, primary, where)),
  ),
  asked(
    primaryBackup,
    "W_P + greatest (d + W_j + d)",
    (n, primary, where) => where.syncNs(primary) + Math.max(...tripsToOthers(n, primary, where)),
    disks,
  ),
  asked(raft, nearest, nearestOthers),
  asked(raft, overlapping, storedByMajority, disks),
  asked(paxos, "2 q-th of RTT(P, j)", twiceNearest),
  // Each phase waits for disks, the first for the proposer's own in any case.
  asked(
    paxos,
    "max(W_P, q-th of (d + W_j + d)) + maj-th of { W_P } ∪ { d + W_j + d }",
    (n, proposer, where) =>
      Math.max(where.syncNs(proposer), nearestOthers(n, proposer, where)) +
      storedByMajority(n, proposer, where),
    disks,
  ),
  asked(multiPaxos, nearest, nearestOthers),
  asked(multiPaxos, overlapping, storedByMajority, disks),
  ...[1, 2, 3, 4].map(flexible),
  // Its Accept stands for its Accepted, so it may not leave before it is stored.
  asked(
    multiPaxos,
    "W_L + q-th of (d + W_j + d)",
    (n, leader, where) => where.syncNs(leader) + nearestOthers(n, leader, where),
    { ...disks, variant: "commitNotice: accepted, and disks", options: { commitNotice: "accepted" } },
  ),
  ...[raft, multiPaxos].flatMap(readsOfLeader),
  followerReads("index", `d(c,F) + d(F,L) + ${nearest} + d(L,F) + d(F,c)`, nearestOthers),
  followerReads("lease", "d(c,F) + d(F,L) + d(L,F) + d(F,c)", () => 0),
  redirected(raft, nearest, nearestOthers),
  redirected(multiPaxos, nearest, nearestOthers),
  redirected(paxos, "2 q-th of RTT(P, j)", twiceNearest),
];

/** When each replica's answers to a put reach the client: once it has vouched that it prepared, and once committed. */
export function pbftAnswers(n: number, primary: NodeId, { delay, syncNs }: Place) {
  const quorum = pbft.quorum(n);
  const nodes = nodesOf(n);
  const backups = nodes.filter(node => node !== primary);
  const reached = delay(CLIENTS, primary);
  const proposed = reached + syncNs(primary);
  const accepted = nodes.map(node => (node === primary ? reached : proposed + delay(primary, node)));
  const stored = nodes.map(node => accepted[node]! + syncNs(node)); // a backup's Prepare leaves
  const prepared = nodes.map(to => {
    const votes = backups.map(from => stored[from]! + delay(from, to));
    return Math.max(accepted[to]!, kth(votes, quorum - 1));
  });
  // One write after the other.
  const vouched = nodes.map(node => Math.max(prepared[node]!, stored[node]!) + syncNs(node));
  const committed = nodes.map(to => {
    const votes = nodes.map(from => vouched[from]! + delay(from, to));
    return Math.max(vouched[to]!, kth(votes, quorum));
  });
  const answers = (times: readonly number[]) => nodes.map(node => times[node]! + delay(node, CLIENTS));
  return { committed: answers(committed), vouched: answers(vouched) };
}

const oneHonest = (n: number): number => pbft.tolerates(n) + 1;
const quorumOf = (n: number): number => pbft.quorum(n);

const agreed = (
  variant: string,
  formula: string,
  given: Pick<LinkCase, "answeredNs"> & Partial<LinkCase>,
) => ({
  protocol: pbft,
  variant,
  formula,
  disks: false,
  sizes: byzantineSizes,
  needed: oneHonest,
  ...given,
});

const committedBy: LinkCase["answeredNs"] = (n, primary, where) =>
  kth(pbftAnswers(n, primary, where).committed, oneHonest(n));

const pbftCases: readonly LinkCase[] = [
  agreed("unequal links", "(f+1)-st of com(j) + d(j, c)", { answeredNs: committedBy }),
  agreed("unequal links and disks", "(f+1)-st of com(j) + d(j, c)", { ...disks, answeredNs: committedBy }),
  agreed("execution: tentative", "Q-th of prep(j) + d(j, c)", {
    options: { execution: "tentative" },
    needed: quorumOf,
    answeredNs: (n, primary, where) => kth(pbftAnswers(n, primary, where).vouched, quorumOf(n)),
  }),
  agreed("a get, reads: index", "Q-th of RTT(c, j)", {
    kind: "get",
    reads: "index",
    needed: quorumOf,
    answeredNs: (n, _primary, where) => kth(tripsToAll(n, CLIENTS, where).slice(0, n), quorumOf(n)),
  }),
];

export const linkCases: readonly LinkCase[] = [...crashCases, ...pbftCases];

interface Answered {
  readonly leader: NodeId;
  readonly follower: NodeId; // the next one
  readonly answersNs: readonly number[]; // after it was asked, in order
}

/** One command, put to a cluster that has been left alone since somebody leads. */
export function answersOn(
  where: Place,
  n: number,
  {
    protocol,
    options = {},
    reads = "log",
    kind = "put",
    elsewhere,
  }: Pick<LinkCase, "protocol"> & Partial<LinkCase>,
): Answered {
  const link = (from: number, to: number) => ({
    ...steadyLink,
    latency: { distribution: "constant", meanNs: where.delay(from, to) } as const,
  });
  const cost = (node: NodeId) => ({
    ...freeCost,
    disk: { sync: { distribution: "constant", meanNs: where.syncNs(node) } as const, byteNs: 0 },
  });
  const policy = { ...defaultPolicy, reads };
  const made = cluster(protocol, n, {
    network: { link, bandwidthBitsPerSecond: Infinity },
    cost,
    options: { ...patient[protocol.name], ...options },
    policy,
    tracer: undefined,
  });
  const { simulation, client, run } = made;
  followRedirects(made);
  run(20_000);
  const leader = leaderOf(made);
  const follower = (leader + 1) % n;
  const asked = elsewhere === true ? follower : leader;
  const askedNs = simulation.tick;
  const request = client.ask(asked, kind, 1, "value");
  if (protocol.clients.asksAll?.(kind === "get", policy, options) === true) {
    for (const node of simulation.replicas) if (node !== asked) simulation.clients.send(node, request);
  }
  run(1000);
  const answers = client.answers.filter(({ result }) => result !== "redirect");
  return { leader, follower, answersNs: answers.map(({ atNs }) => atNs - askedNs) };
}

export function unequalLinks(one: LinkCase, n: number, matrix: number): Comparison {
  const where = place(matrix, one.disks);
  const { leader, follower, answersNs } = answersOn(where, n, one);
  const { protocol, variant, formula, needed = () => 1 } = one;
  return {
    section: "3",
    protocol: protocol.name,
    variant: `${variant}, matrix ${matrix}`,
    quantity: "latency in ms",
    formula,
    n,
    batch: undefined,
    expected: one.answeredNs(n, leader, where, follower) / MILLISECOND,
    measured: answersNs[needed(n) - 1]! / MILLISECOND,
    tolerance: 0,
  };
}

export interface EvenCase {
  readonly protocol: AnyProtocol;
  readonly variant: string;
  readonly options?: Options;
  readonly sizes: readonly number[];
  readonly delays: number;
  readonly writes: number; // that wait for each other
}

/** Which disks work at the same time is the order of two lines in a protocol. */
export const evenCases: readonly EvenCase[] = [
  { protocol: raft, variant: "a disk at each", sizes: crashSizes, delays: 4, writes: 1 },
  { protocol: multiPaxos, variant: "a disk at each", sizes: crashSizes, delays: 4, writes: 1 },
  {
    protocol: multiPaxos,
    variant: "a disk at each, the leader's before the others'",
    options: { commitNotice: "accepted" },
    sizes: crashSizes,
    delays: 4,
    writes: 2,
  },
  { protocol: paxos, variant: "a disk at each", sizes: crashSizes, delays: 6, writes: 2 },
  { protocol: pbft, variant: "a disk at each", sizes: byzantineSizes, delays: 5, writes: 3 },
];

const [EVEN_MS, WRITE_MS] = [5, 3];

export function evenLinks(one: EvenCase, n: number): Comparison {
  const { protocol, variant, options = {}, delays, writes } = one;
  const { answersNs } = answersOn(even(EVEN_MS * MILLISECOND, WRITE_MS * MILLISECOND), n, {
    protocol,
    options,
  });
  return {
    section: "2",
    protocol: protocol.name,
    variant,
    quantity: `latency in ms, d = ${EVEN_MS}, W = ${WRITE_MS}`,
    formula: `${delays}d + ${writes === 1 ? "" : writes}W`,
    n,
    batch: 1,
    expected: delays * EVEN_MS + writes * WRITE_MS,
    measured: answersNs[(protocol === pbft ? oneHonest(n) : 1) - 1]! / MILLISECOND,
    tolerance: 0,
  };
}
