/**
 * Split votes, and how long a cluster has no leader (thesis 9.2). The formulas are about servers that all start anew
 * together after a term that elected nobody. Raft's candidates and voters do so earlier, each by itself, which makes
 * elections shorter the more terms are split (test/experiments/election-times.test.ts): what rests on a second term is
 * held to 5 %, and the time besides to trials of Raft's own timers.
 */
import { raft } from "../../algorithms/raft/index.ts";
import { RandomStream } from "../../src/simulation/random.ts";
import { asInRaft, formula, type Setting, splitShare, trialsOf } from "../experiments/election-model.ts";
import { MILLISECOND } from "../simulation/cluster.ts";
import { byChance, type Comparison, mean, standardErrorOf } from "./comparison.ts";
import { type Electing, electing, RANGE_MS, ranges, seedsOf, start } from "./elections.ts";

export const splits: readonly Setting[] = [
  { n: 5, alive: 4, latency: 0.01 },
  { n: 5, alive: 4, latency: 0.1 },
  { n: 5, alive: 4, latency: 0.2 },
  { n: 5, alive: 3, latency: 0.1 },
  { n: 5, alive: 3, latency: 0.2 },
  { n: 3, alive: 2, latency: 0.1 },
  { n: 7, alive: 6, latency: 0.2 },
  { n: 9, alive: 6, latency: 0.2 },
  { n: 9, alive: 5, latency: 0.1 },
  { n: 9, alive: 5, latency: 0.2 },
];

/** Of so many elections from a cold start, in which term somebody was elected, and when, in ranges. */
interface Elected {
  readonly terms: readonly number[];
  readonly times: readonly number[];
}

function elections({ n, alive, latency }: Setting, trials: number): Elected {
  const latencyMs = latency * RANGE_MS;
  const elected = seedsOf(trials).map(seed => {
    const { facts, run } = start({ n, latencyMs, seed, options: ranges, down: n - alive });
    const leads = () => facts.find(({ fact }) => fact === "leads");
    while (leads() === undefined) run(200);
    return leads()!;
  });
  return {
    terms: elected.map(({ epoch }) => epoch),
    times: elected.map(({ tick }) => tick / MILLISECOND / RANGE_MS),
  };
}

const WITHIN = 0.05;

export function splitVotes(setting: Setting, trials: number): Comparison[] {
  const { n, alive, latency } = setting;
  const { terms, times } = elections(setting, trials);
  const share = splitShare(setting);
  const model = trialsOf(asInRaft, setting, trials);
  const common = {
    section: "4",
    protocol: raft.name,
    variant: `${alive} alive, latency ${latency} of R`,
    n,
    batch: undefined,
  };
  const loosely = (quantity: string, text: string, expected: number, values: readonly number[]) => ({
    ...common,
    quantity,
    formula: text,
    expected,
    measured: mean(values),
    tolerance: WITHIN * expected,
  });
  const rows: Comparison[] = [
    {
      ...common,
      quantity: "share of first terms that split",
      formula: "P = Σ C(s,k) l^k (1-l)^(s-k)",
      expected: share,
      measured: terms.filter(term => term > 1).length / trials,
      ...byChance(Math.sqrt((share * (1 - share)) / trials)),
    },
    {
      ...common,
      quantity: "time to a leader, in R",
      formula: "Raft's timers, by trials",
      expected: mean(model),
      measured: mean(times),
      ...byChance(Math.hypot(standardErrorOf(model), standardErrorOf(times))),
    },
  ];
  if (share > MANY) return rows;
  rows.push({
    ...loosely("terms to a leader", "1/(1-P)", 1 / (1 - share), terms),
    standardError: Math.sqrt(share / trials) / (1 - share),
  });
  rows.push({
    ...loosely("… by the formula", "(T + 1/(s+1) + l)/(1-P) + l", formula(setting), times),
    standardError: standardErrorOf(times),
  });
  return rows;
}

/** Where so many terms split, Raft is more than 5 % faster than the formulas: 8 to 11 %. */
const MANY = 0.4;

// --- The leader crashes ---------------------------------------------------------------------------------------------

const HEARTBEAT_MS = 50;
const STEADY_MS = 1000;

export interface DownTime {
  readonly electing: Electing;
  readonly n: number;
  readonly latencyMs: number;
  readonly syncMs: number;
  readonly writes: number; // disks that wait for each other until somebody is elected
}

const crashesOf = (one: Electing, writes = 0, syncMs = 0): DownTime[] =>
  [3, 5, 9].map(n => ({ electing: one, n, latencyMs: 1, syncMs, writes }));

const ofRaft = (name: string, options: Electing["options"]): Electing => ({
  protocol: raft,
  name,
  options,
  asksFirst: false,
  splits: true,
});

export const downTimes: readonly DownTime[] = [
  ...electing.flatMap(one => crashesOf(one)),
  ...crashesOf(ofRaft(", disks", {}), 2, 3),
  ...crashesOf(ofRaft(", disks, campaignBeforeDurable", { campaignBeforeDurable: true }), 1, 3),
];

/**
 * From the crash, at any instant between two heartbeats, until somebody leads. The last heartbeat has to arrive before
 * the time-outs begin, which is one delay more than in the formula; so is each round that asks first two.
 */
export function downTime(given: DownTime, trials: number): Comparison {
  const { electing: one, n, latencyMs, syncMs, writes } = given;
  const times = seedsOf(trials).map(seed => withoutLeaderMs(given, seed));
  const requested = latencyMs + (writes === 2 ? syncMs : 0); // until the others hear of a candidate
  const setting = { n, alive: n - 1, latency: requested / RANGE_MS };
  const answered = latencyMs + (writes > 0 ? syncMs : 0);
  const asked = one.asksFirst ? 2 * latencyMs : 0;
  const attempt = (RANGE_MS * (1 + 1 / n) + requested) / (one.splits ? 1 - splitShare(setting) : 1);
  const expected = attempt + answered + latencyMs + asked - HEARTBEAT_MS / 2;
  const delays = (one.asksFirst ? 4 : 2) + (one.splits ? 0 : 1);
  const attempts = one.splits ? "(T + R/(s+1) + l)/(1-P)" : "T + R/(s+1)";
  const again = one.splits && splitShare(setting) > RARE;
  return {
    section: "4",
    protocol: one.protocol.name,
    variant: `the leader crashes${one.name}`,
    quantity: "no leader, in ms",
    formula: `${attempts} + ${delays}l${["", " + W", " + 2W"][writes]} - h/2`,
    n,
    batch: undefined,
    expected,
    measured: mean(times),
    ...byChance(standardErrorOf(times)),
    ...(again ? { tolerance: WITHIN * expected } : {}),
  };
}

/** So few second terms do not show. */
const RARE = 0.02;

function withoutLeaderMs({ electing: one, n, latencyMs, syncMs }: DownTime, seed: number): number {
  const options = { ...ranges, heartbeatMs: HEARTBEAT_MS, ...one.options };
  const { simulation, facts, run } = start({ protocol: one.protocol, n, latencyMs, syncMs, seed, options });
  run(STEADY_MS + HEARTBEAT_MS * new RandomStream(seed, "crash").next());
  const crashed = simulation.nodes.findIndex(node => node.replica!.status().role === "leader");
  const crashedAt = simulation.tick;
  const before = facts.length;
  simulation.crash(crashed);
  const successor = () => facts.slice(before).find(({ fact }) => fact === "leads");
  while (successor() === undefined) run(100);
  return (successor()!.tick - crashedAt) / MILLISECOND;
}
