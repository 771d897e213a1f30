/** Elections are driven by timers, which makes them good oracles: first time-outs, split votes, the growth of terms. */
import { describe, expect, test } from "vitest";
import type { Fact } from "#protocol";
import { raft } from "../../algorithms/raft/index.ts";
import { unobserved } from "../../src/simulation/observer.ts";
import { cluster, MILLISECOND, steadyLink } from "../simulation/cluster.ts";

interface Seen {
  readonly tick: number;
  readonly node: number;
  readonly fact: Fact;
  readonly epoch: number;
}

/** A cluster that starts without a leader, some nodes down from the first, and everything it observed. */
function start(
  n: number,
  latencyMs: number,
  seed: number,
  options: Record<string, boolean | number>,
  down = 0,
) {
  const facts: Seen[] = [];
  const clock = { tick: () => 0 };
  const observer = {
    ...unobserved,
    onFact: (node: number, fact: Fact, epoch: number) =>
      facts.push({ tick: clock.tick(), node, fact, epoch }),
  };
  const latency = { distribution: "constant", meanNs: latencyMs * MILLISECOND } as const;
  const network = { link: () => ({ ...steadyLink, latency }), bandwidthBitsPerSecond: Infinity };
  const made = cluster(raft, n, { seed, network, observer: observer as never, options, tracer: undefined });
  clock.tick = () => made.simulation.tick;
  for (let node = 0; node < down; node++) made.simulation.crash(n - 1 - node);
  return { ...made, facts };
}

const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k);
const power = (base: number, exponent: number) => base ** exponent;

/** Thesis 9.2: so many of s candidates within one latency l of the first that none gets a majority of n. */
function splitProbability(n: number, s: number, l: number): number {
  const candidates = s - Math.floor(n / 2) + 1;
  let sum = 0;
  for (let k = candidates - 1; k <= s; k++) sum += choose(s, k) * power(l, k) * power(1 - l, s - k);
  return sum;
}

const ranges = { electionTimeoutMinMs: 100, electionTimeoutMaxMs: 200 };

describe("Raft, the first election", () => {
  test.each([3, 5, 9])("n=%i: the first of so many time-outs comes after 1/(n+1) of their range", n => {
    const trials = 2000;
    let sum = 0;
    for (let seed = 1; seed <= trials; seed++) {
      const { facts, run } = start(n, 1, seed, ranges);
      run(200);
      sum += facts[0]!.tick / MILLISECOND - 100;
    }
    const expected = 100 / (n + 1);
    const standardError = (100 * Math.sqrt(n / (n + 2))) / (n + 1) / Math.sqrt(trials);
    expect(Math.abs(sum / trials - expected)).toBeLessThan(3 * standardError);
  });

  test.each([3, 4, 5, 7])(
    "n=%i, undisturbed: n-1 requests, n-1 votes, n-1 first entries and their answers",
    n => {
      const { simulation, run } = start(n, 1, 1, { electionTimeoutMinMs: 100, electionTimeoutMaxMs: 5000 });
      simulation.onQuiet = undefined;
      run(5200);
      const { byType } = simulation.traffic.read();
      const elected = simulation.nodes.filter(node => node.replica!.status().role === "leader");
      expect(elected).toHaveLength(1);
      expect(elected[0]!.replica!.status().epoch).toBe(1);
      expect([byType.RequestVote!.count, byType.Vote!.count]).toEqual([n - 1, n - 1]);
      expect(simulation.traffic.read().byCause.election).toBe(4 * (n - 1));
    },
  );
});

describe("Raft, split votes (thesis 9.2)", () => {
  // Time-outs over a range of 100 ms, so that a latency of 10 ms is l = 0.1.
  const cells = [
    { n: 5, alive: 4, l: 0.01 },
    { n: 5, alive: 4, l: 0.1 },
    { n: 5, alive: 4, l: 0.2 },
    { n: 5, alive: 3, l: 0.2 },
    { n: 3, alive: 2, l: 0.1 },
    { n: 9, alive: 5, l: 0.2 },
  ];
  test.each(cells)(
    "n=$n, $alive alive, latency $l of the range: as often as the formula says",
    ({ n, alive, l }) => {
      const trials = 3000;
      let split = 0;
      for (let seed = 1; seed <= trials; seed++) {
        const { facts, run } = start(n, l * 100, seed, ranges, n - alive);
        run(200 + 3 * l * 100);
        if (!facts.some(({ fact, epoch }) => fact === "leads" && epoch === 1)) split++;
      }
      const expected = splitProbability(n, alive, l);
      const standardError = Math.sqrt((expected * (1 - expected)) / trials);
      expect(Math.abs(split / trials - expected)).toBeLessThan(3 * standardError + 1 / trials);
    },
  );
});

describe("Raft, a node cut off from everyone", () => {
  const growth = (seed: number, seconds: number, options: Record<string, boolean | number>) => {
    const { simulation, run } = start(3, 1, seed, {
      electionTimeoutMinMs: 150,
      electionTimeoutMaxMs: 300,
      ...options,
    });
    simulation.isolate([2]);
    run(seconds * 1000);
    return simulation.nodes[2]!.replica!.status().epoch;
  };

  test("climbs at the rate of its time-outs: D/225 - 0.4815 terms in D ms, by renewal theory", () => {
    const trials = 200;
    const duration = 20_000;
    let sum = 0;
    for (let seed = 1; seed <= trials; seed++) sum += growth(seed, duration / 1000, {});
    const mean = 225;
    const variance = power(150, 2) / 12;
    const expected = duration / mean + (variance - power(mean, 2)) / (2 * power(mean, 2));
    const standardError = Math.sqrt((variance * duration) / power(mean, 3) / trials);
    expect(expected).toBeCloseTo(duration / 225 - 0.4815, 3);
    expect(Math.abs(sum / trials - expected)).toBeLessThan(3 * standardError);
  });

  test("does not climb at all with pre-vote", () => {
    for (let seed = 1; seed <= 20; seed++) expect(growth(seed, 20, { preVote: true })).toBe(0);
  });

  test("the majority elects its leader meanwhile, and follows the higher term once they meet again", () => {
    const { simulation, run } = start(3, 1, 4, { electionTimeoutMinMs: 150, electionTimeoutMaxMs: 300 });
    simulation.isolate([2]);
    run(10_000);
    const epochs = () => simulation.nodes.map(node => node.replica!.status().epoch);
    const [first, second, cutOff] = epochs();
    expect(first).toBe(second);
    expect(cutOff).toBeGreaterThan(first! + 20);
    simulation.isolate([2], false);
    run(2000);
    expect(Math.min(...epochs())).toBeGreaterThanOrEqual(cutOff!);
    expect(new Set(epochs()).size).toBe(1);
  });
});
