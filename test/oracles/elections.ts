/** Elections are driven by timers, which makes them good oracles: first time-outs, messages, the growth of terms. */
import type { AnyProtocol, Fact, NodeId, Options } from "#protocol";
import { multiPaxos } from "../../algorithms/multi-paxos/index.ts";
import { raft } from "../../algorithms/raft/index.ts";
import { unobserved } from "../../src/simulation/observer.ts";
import { type Cluster, cluster, freeCost, MILLISECOND, steadyLink } from "../simulation/cluster.ts";
import { byChance, type Comparison, mean } from "./comparison.ts";

interface Seen {
  readonly tick: number;
  readonly node: NodeId;
  readonly fact: Fact;
  readonly epoch: number;
}

export interface Start {
  readonly protocol?: AnyProtocol;
  readonly n: number;
  readonly latencyMs: number;
  readonly syncMs?: number; // of a disk
  readonly seed: number;
  readonly options: Options;
  readonly down?: number;
  readonly onFact?: (fact: Fact) => void;
}

export interface Started extends Cluster {
  readonly facts: Seen[];
}

/** A cluster that starts without a leader, some nodes down from the first, and everything it observed. */
export function start(given: Start): Started {
  const { protocol = raft, n, latencyMs, syncMs = 0, seed, options, down = 0 } = given;
  const facts: Seen[] = [];
  const clock = { tick: () => 0 };
  const observer = {
    ...unobserved,
    onFact: (node: NodeId, fact: Fact, epoch: number) => {
      facts.push({ tick: clock.tick(), node, fact, epoch });
      given.onFact?.(fact);
    },
  };
  const latency = { distribution: "constant", meanNs: latencyMs * MILLISECOND } as const;
  const network = { link: () => ({ ...steadyLink, latency }), bandwidthBitsPerSecond: Infinity };
  const sync = { distribution: "constant", meanNs: syncMs * MILLISECOND } as const;
  const cost = () => ({ ...freeCost, disk: { sync, byteNs: 0 } });
  const made = cluster(protocol, n, { seed, network, cost, observer, options, tracer: undefined });
  clock.tick = () => made.simulation.tick;
  for (let node = 0; node < down; node++) made.simulation.crash(n - 1 - node);
  return { ...made, facts };
}

/** Time-outs over a range of 100 ms, so that a latency of 10 ms is l = 0.1. */
export const ranges = { electionTimeoutMinMs: 100, electionTimeoutMaxMs: 200 };
export const RANGE_MS = 100;

export const seedsOf = (trials: number): number[] => Array.from({ length: trials }, (_, index) => index + 1);

/** Those who have elections by time-outs, and how they find out that there is one to be held. */
export interface Electing {
  readonly protocol: AnyProtocol;
  readonly name: string; // in the tables, after a comma
  readonly options: Options;
  readonly asksFirst: boolean; // whether a quorum misses a leader too: a round more before the election
  readonly splits: boolean; // whether votes can be split; a promise is given to any higher ballot
}

export const electing: readonly Electing[] = [
  { protocol: raft, name: "", options: {}, asksFirst: false, splits: true },
  { protocol: raft, name: ", preVote", options: { preVote: true }, asksFirst: true, splits: true },
  { protocol: multiPaxos, name: ", detector: plain", options: {}, asksFirst: false, splits: false },
  {
    protocol: multiPaxos,
    name: ", detector: connectivity",
    options: { detector: "connectivity" },
    asksFirst: true,
    splits: false,
  },
];

// --- The first time-out ---------------------------------------------------------------------------------------------

export const firstTimeoutSizes = [3, 5, 7, 9];
const LATENCY_MS = 1;

/** The least of n numbers drawn from a range. */
export function firstTimeout(one: Electing, n: number, trials: number): Comparison {
  const { protocol, name, options, asksFirst } = one;
  const times = seedsOf(trials).map(seed => {
    const made = start({ protocol, n, latencyMs: LATENCY_MS, seed, options: { ...ranges, ...options } });
    made.run(ranges.electionTimeoutMinMs);
    while (made.facts.length === 0) made.run(20);
    return made.facts[0]!.tick / MILLISECOND - ranges.electionTimeoutMinMs;
  });
  return {
    section: "4",
    protocol: protocol.name,
    variant: `the first election${name}`,
    quantity: "it begins after, in ms",
    formula: `R/(n+1)${asksFirst ? " + 2d" : ""}`,
    n,
    batch: undefined,
    expected: RANGE_MS / (n + 1) + (asksFirst ? 2 * LATENCY_MS : 0),
    measured: mean(times),
    ...byChance((RANGE_MS * Math.sqrt(n / (n + 2))) / (n + 1) / Math.sqrt(trials)),
  };
}

// --- Messages -------------------------------------------------------------------------------------------------------

export interface Alive {
  readonly n: number;
  readonly alive: number;
}

export const electorates: readonly Alive[] = [3, 4, 5, 7, 9].flatMap(n => {
  const majority = Math.floor(n / 2) + 1;
  return Array.from({ length: n - majority + 1 }, (_, down) => ({ n, alive: n - down }));
});

const CALM = { electionTimeoutMinMs: 100, electionTimeoutMaxMs: 5000 };

/** Requests and votes, and the first entries with their answers: those who are down are asked too. */
export function electionMessages(one: Electing, { n, alive }: Alive): Comparison[] {
  const { protocol, name, asksFirst } = one;
  const options = { ...CALM, ...one.options };
  let elected = 0;
  const counted = (): number => made.simulation.traffic.read().byCause.election!;
  const onFact = (fact: Fact): void => {
    if (fact === "leads") elected = counted();
  };
  const made = start({ protocol, n, latencyMs: 1, seed: 1, options, down: n - alive, onFact });
  made.run(CALM.electionTimeoutMaxMs);
  const leaders = made.facts.filter(({ fact }) => fact === "leads");
  if (leaders.length !== 1) throw new Error(`${leaders.length} leaders were elected`);
  const rounds = asksFirst ? 3 : 2;
  const common = { section: "4", protocol: protocol.name, n, batch: undefined, tolerance: 0 };
  const variant = `uncontested${name}, ${n === alive ? "all" : `all but ${n - alive}`} alive`;
  const round = n - 1 + alive - 1;
  const text = (count: number): string => `${count === 1 ? "" : count}(n-1 + a-1)`;
  return [
    {
      ...common,
      variant,
      quantity: "messages until elected",
      formula: text(rounds - 1),
      expected: (rounds - 1) * round,
      measured: elected,
    },
    {
      ...common,
      variant,
      quantity: "… and to be heard",
      formula: text(rounds),
      expected: rounds * round,
      measured: counted(),
    },
  ];
}

// --- A node that is cut off -----------------------------------------------------------------------------------------

const CUT_OFF_MS = 20_000;

export interface CutOff {
  readonly protocol: AnyProtocol;
  readonly name: string;
  readonly options: Options;
  readonly climbs: boolean;
}

export const cutOff: readonly CutOff[] = [
  { protocol: raft, name: "", options: {}, climbs: true },
  { protocol: raft, name: ", preVote", options: { preVote: true }, climbs: false },
  {
    protocol: multiPaxos,
    name: ", detector: plain, backoffLimit: 1",
    options: { backoffLimit: 1 },
    climbs: true,
  },
  {
    protocol: multiPaxos,
    name: ", detector: connectivity",
    options: { detector: "connectivity" },
    climbs: false,
  },
];

/** How far the term of a node has come that has been cut off for so long. */
export function termsOf(seed: number, durationMs: number, options: Options = {}, protocol = raft): number {
  const timeouts = { electionTimeoutMinMs: 150, electionTimeoutMaxMs: 300 };
  const given = { protocol, n: 3, latencyMs: 1, seed, options: { ...timeouts, ...options } };
  const { simulation, run } = start(given);
  simulation.isolate([2]);
  run(durationMs);
  return simulation.nodes[2]!.replica!.status().epoch;
}

/** Renewal theory: D/μ + (σ² - μ²)/(2 μ²), with a variance of σ² D/μ³. Exactly none where a quorum is asked first. */
export function termsWhileCutOff({ protocol, name, options, climbs }: CutOff, trials: number): Comparison {
  const [middle, variance] = [225, (150 * 150) / 12];
  const expected = CUT_OFF_MS / middle + (variance - middle * middle) / (2 * middle * middle);
  const terms = seedsOf(trials).map(seed => termsOf(seed, CUT_OFF_MS, options, protocol));
  const error = Math.sqrt((variance * CUT_OFF_MS) / (middle * middle * middle) / trials);
  return {
    section: "4",
    protocol: protocol.name,
    variant: `a node cut off for 20 s${name}`,
    quantity: "terms",
    formula: climbs ? "D/225 - 0.4815" : "0",
    n: 3,
    batch: undefined,
    expected: climbs ? expected : 0,
    measured: mean(terms),
    ...(climbs ? byChance(error) : { tolerance: 0 }),
  };
}
