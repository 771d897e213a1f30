/**
 * The normal case of each protocol in closed formulas, from the papers: messages and delays of a command where nothing
 * fails, instances of b commands. Every way of counting is behind an option. `test/oracles` and `npm run oracles` hold
 * runs to them, exactly.
 */
import type { AnyProtocol, Options, ReadPath } from "#protocol";
import { multiPaxos } from "../../algorithms/multi-paxos/index.ts";
import { paxos } from "../../algorithms/paxos/index.ts";
import { pbft } from "../../algorithms/pbft/index.ts";
import { primaryBackup } from "../../algorithms/primary-backup/index.ts";
import { raft } from "../../algorithms/raft/index.ts";
import { unreplicated } from "../../algorithms/unreplicated/index.ts";

export interface Formula {
  readonly text: string;
  of(n: number): number;
}

export interface NormalCase {
  readonly protocol: AnyProtocol;
  readonly variant: string;
  readonly options?: Options;
  readonly reads?: ReadPath;
  readonly kind?: "put" | "get";
  readonly sizes: readonly number[];
  readonly batches: readonly number[];
  /** Between replicas, of one instance. */
  readonly messages: Formula;
  /** With the client, of one command. */
  readonly withClient: Formula;
  /** One-way delays from the request to the answer that the client needs. */
  readonly delays: Formula;
  /** Nodes besides the n. */
  readonly besides?: number;
  /** Of these so many are down, from the first on: the last ones. */
  down?(n: number): number;
  /** Replicas that were not asked hear later of what was chosen: that is recovery, and papers do not count it. */
  readonly thrifty?: boolean;
}

const crashSizes = [1, 3, 4, 5, 6, 7, 9];
const byzantineSizes = [4, 5, 6, 7, 8, 9, 10, 13];
const batches = [1, 2, 8, 64];
const alone = [1];

const formula = (text: string, of: Formula["of"]): Formula => ({ text, of });
const constant = (value: number): Formula => formula(`${value}`, () => value);
const nothing = constant(0);

/** From a client to the leader and back, and from the leader to the others and back, where there are others. */
const roundTrips = (trips: number): Formula => {
  const delays = 2 + 2 * trips;
  return formula(`${delays}, alone 2`, n => (n === 1 ? 2 : delays));
};
const others = (times: number): Formula => formula(`${times}(n-1)`, n => times * (n - 1));
const remoteAcknowledgements = (n: number): number => Math.floor(n / 2);

interface Leading {
  readonly options?: Options;
  readonly messages: Formula;
  readonly delays?: Formula;
  readonly sizes?: readonly number[];
}

/** A crash-tolerant protocol: one request, one answer. */
const ordered = (protocol: AnyProtocol, variant: string, given: Leading): NormalCase => ({
  protocol,
  variant,
  sizes: crashSizes,
  batches,
  withClient: constant(2),
  delays: roundTrips(1),
  ...given,
});

/** A get, which no other shares its round with. */
const read = (protocol: AnyProtocol, reads: ReadPath, messages: Formula, delays: Formula): NormalCase => ({
  ...ordered(protocol, `a get, reads: ${reads}`, { messages, delays }),
  kind: "get",
  reads,
  batches: alone,
});

const readsOfLeader = (protocol: AnyProtocol): readonly NormalCase[] => [
  { ...read(protocol, "log", others(2), roundTrips(1)), batches },
  read(protocol, "index", others(2), roundTrips(1)),
  { ...read(protocol, "lease", nothing, constant(2)), batches },
  { ...read(protocol, "local", nothing, constant(2)), batches },
];

const notice = (commitNotice: string) => ({ options: { commitNotice } });

const baselineCases: readonly NormalCase[] = [
  { ...ordered(unreplicated, "", { messages: nothing, delays: constant(2) }), batches: alone },
  { ...ordered(primaryBackup, "", { messages: others(2) }), batches: alone },
];

const raftCases: readonly NormalCase[] = [
  ordered(raft, "the commit index travels along", { messages: others(2) }),
  ordered(raft, "commitNotice: notice", { ...notice("notice"), messages: others(3) }),
  ordered(raft, "commitNotice: append", { ...notice("append"), messages: others(4) }),
  ...readsOfLeader(raft),
];

/** Flexible Paxos: so many in phase 2, the leader among them. */
const flexible = (phase2Quorum: number): NormalCase => ({
  ...ordered(multiPaxos, `thrifty, phase2Quorum: ${phase2Quorum}`, {
    options: { thrifty: true, phase2Quorum },
    messages: formula("2(q2-1)", () => 2 * (phase2Quorum - 1)),
    delays: constant(phase2Quorum === 1 ? 2 : 4),
    sizes: [3, 4, 5, 7, 9].filter(n => n >= phase2Quorum),
  }),
  thrifty: true,
});

/** Not thrifty: all are asked, and fewer or more have to answer. */
const flexibleToAll = (phase2Quorum: number): NormalCase =>
  ordered(multiPaxos, `phase2Quorum: ${phase2Quorum}`, {
    options: { phase2Quorum },
    messages: others(2),
    delays: constant(phase2Quorum === 1 ? 2 : 4),
    sizes: [3, 4, 5, 7, 9].filter(n => n >= phase2Quorum),
  });

const multiPaxosCases: readonly NormalCase[] = [
  ordered(multiPaxos, "the commit index travels along", { messages: others(2) }),
  ordered(multiPaxos, "commitNotice: notice", { ...notice("notice"), messages: others(3) }),
  ordered(multiPaxos, "commitNotice: accepted", {
    ...notice("accepted"),
    messages: formula("n(n-1)", n => n * (n - 1)),
  }),
  ordered(multiPaxos, "commitNotice: accepted-own", {
    ...notice("accepted-own"),
    messages: formula("n²-1", n => n * n - 1),
  }),
  {
    ...ordered(multiPaxos, "thrifty", {
      options: { thrifty: true },
      messages: formula("2⌊n/2⌋", n => 2 * remoteAcknowledgements(n)),
    }),
    thrifty: true,
  },
  ...[1, 2, 3, 4, 5, 7, 9].map(flexible),
  ...[1, 2, 3].map(flexibleToAll),
  ...readsOfLeader(multiPaxos),
];

const paxosCases: readonly NormalCase[] = [
  ordered(paxos, "proposers: one, learn: proposer", {
    options: { proposers: "one", learn: "proposer" },
    messages: others(4),
    delays: roundTrips(2),
  }),
  ordered(paxos, "proposers: one", {
    options: { proposers: "one" },
    messages: others(5),
    delays: roundTrips(2),
  }),
  {
    ...ordered(paxos, "proposers: external, learn: proposer", {
      options: { proposers: "external", learn: "proposer" },
      messages: formula("4n", n => 4 * n),
      delays: constant(6),
      sizes: crashSizes.filter(n => n > 1),
    }),
    besides: 1,
  },
  { ...ordered(paxos, "proposers: all", { messages: others(5), delays: roundTrips(2) }), batches: alone },
];

/** A PrePrepare to each backup, a Prepare of each backup and a Commit of everybody to all others. */
const agreement = formula("2n(n-1)", n => n - 1 + (n - 1) * (n - 1) + n * (n - 1));
const everyAnswer = formula("1+n", n => 1 + n);
const bothByAll = formula("2n", n => 2 * n);

/** So rare that none falls into a run. */
const noCheckpoints = { checkpointEvery: 1000, logSize: 1000 };
const CHECKPOINT_EVERY = 4;

function agreed(variant: string, options: Options, given: Partial<NormalCase> = {}): NormalCase {
  return {
    protocol: pbft,
    variant,
    options: { ...noCheckpoints, ...options },
    sizes: byzantineSizes,
    batches,
    messages: agreement,
    withClient: everyAnswer,
    delays: constant(5),
    ...given,
  };
}

const getOfPbft = (reads: ReadPath, given: Partial<NormalCase> = {}): NormalCase =>
  agreed(`a get, reads: ${reads}`, {}, { kind: "get", reads, ...given });

/** Each instance takes the commits of the one before along, and the last one's are still to leave. */
const piggyback = { execution: "tentative", commits: "piggyback", commitDelayMs: 1000 };

const pbftCases: readonly NormalCase[] = [
  agreed("MACs", {}),
  agreed("authentication: signature", { authentication: "signature" }),
  agreed(
    "primaryPrepares",
    { primaryPrepares: true },
    { messages: formula("2n(n-1) + n-1", n => agreement.of(n) + n - 1) },
  ),
  agreed("requests: all", { requests: "all" }, { withClient: bothByAll }),
  agreed("execution: tentative", { execution: "tentative" }, { delays: constant(4) }),
  agreed("… and commits: piggyback", piggyback, {
    messages: formula("n(n-1)", n => n * (n - 1)),
    delays: constant(4),
  }),
  agreed("replies: digest", { replies: "digest" }),
  agreed(
    `checkpointEvery: ${CHECKPOINT_EVERY}`,
    { checkpointEvery: CHECKPOINT_EVERY, logSize: 64 },
    { messages: formula("2n(n-1) + n(n-1)/K", n => agreement.of(n) + (n * (n - 1)) / CHECKPOINT_EVERY) },
  ),
  agreed("no f: two or three replicas", {}, { sizes: [2, 3], batches: alone, delays: constant(4) }),
  agreed("no f: one replica", {}, { sizes: [1], batches: alone, delays: constant(2) }),
  getOfPbft("log", { batches }),
  getOfPbft("lease", { batches }), // among liars there are none
  getOfPbft("index", { batches, messages: nothing, withClient: bothByAll, delays: constant(2) }),
  getOfPbft("local", { batches, messages: nothing, withClient: constant(2), delays: constant(2) }),
  agreed("a put, reads: index", {}, { reads: "index", batches: alone }),
];

/** Who is down is still sent what the others are, and answers nothing: a of the n are alive. */
interface Lacking {
  readonly text: string;
  of(n: number, a: number): number;
}

const lacking = (text: string, of: Lacking["of"]): Lacking => ({ text, of });

function withDown(given: NormalCase, { text, of }: Lacking): NormalCase[] {
  const { protocol, variant, sizes } = given;
  const some = (name: string, least: number, down: (n: number) => number): NormalCase => ({
    ...given,
    variant: `${variant}, ${name} down`,
    sizes: sizes.filter(n => protocol.tolerates(n) >= least),
    messages: formula(text, n => of(n, n - down(n))),
    withClient: protocol === pbft ? formula("1+a", n => 1 + n - down(n)) : given.withClient,
    down,
  });
  return [some("one", 1, () => 1), some("f", 2, n => protocol.tolerates(n))];
}

const variantOf = (all: readonly NormalCase[], name: string): NormalCase =>
  all.find(({ variant }) => variant === name)!;

const crashed: readonly NormalCase[] = [
  [variantOf(raftCases, "the commit index travels along"), lacking("n-1 + a-1", (n, a) => n - 1 + a - 1)],
  [variantOf(raftCases, "commitNotice: notice"), lacking("2(n-1) + a-1", (n, a) => 2 * (n - 1) + a - 1)],
  [
    variantOf(paxosCases, "proposers: one, learn: proposer"),
    lacking("2(n-1) + 2(a-1)", (n, a) => 2 * (n - 1) + 2 * (a - 1)),
  ],
  [variantOf(paxosCases, "proposers: one"), lacking("3(n-1) + 2(a-1)", (n, a) => 3 * (n - 1) + 2 * (a - 1))],
  [
    variantOf(multiPaxosCases, "the commit index travels along"),
    lacking("n-1 + a-1", (n, a) => n - 1 + a - 1),
  ],
  [
    variantOf(multiPaxosCases, "commitNotice: notice"),
    lacking("2(n-1) + a-1", (n, a) => 2 * (n - 1) + a - 1),
  ],
  [variantOf(multiPaxosCases, "commitNotice: accepted"), lacking("a(n-1)", (n, a) => a * (n - 1))],
  [variantOf(pbftCases, "MACs"), lacking("2a(n-1)", (n, a) => (1 + a - 1 + a) * (n - 1))],
].flatMap(([given, messages]) => withDown(given as NormalCase, messages as Lacking));

export const normalCases: readonly NormalCase[] = [
  ...baselineCases,
  ...raftCases,
  ...paxosCases,
  ...multiPaxosCases,
  ...pbftCases,
  ...crashed,
];
