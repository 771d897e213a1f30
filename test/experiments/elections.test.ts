/** Published election times, from the shipped workloads with fewer trials and wider margins. */
import { describe, expect, test } from "vitest";
import { raft } from "../../algorithms/raft/index.ts";
import { runOnce } from "../../src/harness/run.ts";
import type { RunLine } from "../../src/results/schema.ts";
import { loadWorkload } from "../../src/workload/load.ts";
import type { Point } from "../../src/workload/sweep.ts";

const identity = { key: "key", pairKey: "pair", rerun: "", traceFile: undefined };

/** One trial a seed of a point, if wanted no longer than so many seconds. */
function trials({ at, workload }: Point, n: number, count: number, seconds?: number): RunLine[] {
  const durationNs = seconds === undefined ? workload.durationNs : seconds * 1e9;
  const options = workload.pinned.options.raft ?? {};
  const spec = { algo: "raft", n, options, workload: { ...workload, durationNs }, point: at, ...identity };
  return Array.from({ length: count }, (_, index) => runOnce({ ...spec, seed: index + 1 }, raft).line);
}

const sorted = (numbers: readonly number[]) => numbers.toSorted((left, right) => left - right);
const median = (numbers: readonly number[]): number => sorted(numbers)[Math.floor(numbers.length / 2)]!;
const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
const leaderless = (lines: readonly RunLine[]) => lines.map(line => line.availability!.leaderless_us / 1e3);

describe("raft-fig16", () => {
  const { points } = loadWorkload("raft-fig16").sweep!;
  const at = (least: number, most: number): Point =>
    points.find(({ workload }) => {
      const { electionTimeoutMinMs, electionTimeoutMaxMs } = workload.pinned.options.raft!;
      return electionTimeoutMinMs === least && electionTimeoutMaxMs === most;
    })!;

  // Published medians, less the 2.7 ms that the first heartbeat takes.
  test.each([
    { least: 12, most: 24, published: 27.3 },
    { least: 150, most: 155, published: 284.6 },
    { least: 150, most: 200, published: 143.8 },
    { least: 150, most: 300, published: 168.6 },
  ])(
    "time-outs of $least to $most ms: the median of the paper, within 20 %",
    ({ least, most, published }) => {
      const lines = trials(at(least, most), 5, 80, 1.5);
      expect(Math.abs(median(leaderless(lines)) / published - 1)).toBeLessThan(0.2);
      for (const { faults, epochs } of lines) {
        expect([faults!.struck, faults!.never_struck, epochs!.start]).toEqual([7, [], 1]);
        expect(epochs!.raised_by.some(({ node }) => node === 0)).toBe(false);
      }
    },
  );

  test("two of the four survivors can win, and both do", () => {
    const winners = new Set<number>();
    const { at: point, workload } = at(150, 300);
    const options = workload.pinned.options.raft!;
    for (let seed = 1; seed <= 20; seed++) {
      const spec = { algo: "raft", n: 5, seed, options, workload, point, ...identity };
      const { series } = runOnce({ ...spec, workload: { ...workload, durationNs: 3e9 } }, raft);
      for (const [micros, node, , begins] of series.leaders)
        if (micros > 700_000 && begins) winners.add(node);
    }
    expect(sorted([...winners])).toEqual([1, 2]);
  });

  test("equal time-outs elect nobody, and a millisecond is hardly better", () => {
    for (const { epochs, availability } of trials(at(150, 150), 5, 3)) {
      expect([epochs!.elections, availability!.leaderless_us]).toEqual([0, 10_000_000]);
    }
    const narrow = mean(leaderless(trials(at(150, 151), 5, 60)));
    expect(narrow).toBeGreaterThan(4 * mean(leaderless(trials(at(150, 155), 5, 60, 4))));
  });
});

describe("raft-fig16-jitter", () => {
  const { points } = loadWorkload("raft-fig16-jitter").sweep!;
  const at = (jitter: string, most: number): Point =>
    points.find(({ at, workload }) => {
      const { electionTimeoutMaxMs } = workload.pinned.options.raft!;
      return at["clock.jitter"] === jitter && electionTimeoutMaxMs === most;
    })!;

  test("a jitter of a millisecond does for equal time-outs what drawing them from one does without it", () => {
    const jittery = leaderless(trials(at("1ms", 150), 5, 120));
    const drawn = loadWorkload("raft-fig16").sweep!.points.find(
      ({ workload }) => workload.pinned.options.raft!.electionTimeoutMaxMs === 151,
    )!;
    const ratio = mean(jittery) / mean(leaderless(trials(drawn, 5, 120)));
    expect(Math.abs(ratio - 1)).toBeLessThan(0.3);
    expect(jittery.filter(ms => ms < 9999).length).toBeGreaterThan(100);
  });

  test("with a millisecond and a half 150-151 is as published, and 150-155 still is", () => {
    expect(Math.abs(median(leaderless(trials(at("1.5ms", 151), 5, 150))) / 1196 - 1)).toBeLessThan(0.3);
    expect(Math.abs(median(leaderless(trials(at("1.5ms", 155), 5, 100, 4))) / 284.6 - 1)).toBeLessThan(0.2);
  });
});

test("split-vote-fixed: as often as the formula says", () => {
  const { points } = loadWorkload("split-vote-fixed").sweep!;
  const expected = [0.000592, 0.0523, 0.1808, 0.0298, 0.271, 0.488];
  for (const [index, point] of points.entries()) {
    const lines = trials(point, 5, 300);
    const split = lines.filter(({ epochs }) => epochs!.max > 1).length / lines.length;
    const share = expected[index]!;
    const deviation = Math.sqrt((share * (1 - share)) / lines.length);
    expect(Math.abs(split - share)).toBeLessThan(3.5 * deviation + 1 / lines.length);
  }
});

test("election-time-knee: neither the narrowest range is best nor the widest", () => {
  const { points } = loadWorkload("election-time-knee").sweep!;
  const oneFailed = points.filter(({ at }) => at["faults.0.crash"] === "n0");
  const times = oneFailed.map(point => mean(leaderless(trials(point, 5, 150, 2))));
  const best = times.indexOf(Math.min(...times));
  const { electionTimeoutMinMs } = oneFailed[best]!.workload.pinned.options.raft!;
  expect(electionTimeoutMinMs).toBeGreaterThanOrEqual(30);
  expect(electionTimeoutMinMs).toBeLessThanOrEqual(80);
  expect(times[0]).toBeGreaterThan(1.1 * times[best]!);
  expect(times.at(-1)).toBeGreaterThan(2 * times[best]!);
});

test("election-time-nine: at a range of ten latencies, less than twenty, though nobody else may fail", () => {
  const { points } = loadWorkload("election-time-nine").sweep!;
  const ten = points.find(({ workload }) => workload.pinned.options.raft!.electionTimeoutMinMs === 100)!;
  const lines = trials(ten, 9, 300);
  expect(new Set(lines.map(({ epochs }) => epochs!.start))).toEqual(new Set([1])); // n0 led in the first term
  const times = leaderless(lines);
  const deviation = Math.sqrt(mean(times.map(ms => (ms - mean(times)) ** 2)) / times.length);
  expect(Math.abs(mean(times) - 199.5)).toBeLessThan(3 * deviation);
});

test("raft-prevote-rejoin: one election without pre-vote, nothing at all with it", () => {
  const [without, withPreVote] = loadWorkload("raft-prevote-rejoin").sweep!.points as [Point, Point];
  for (const { epochs } of trials(without, 5, 5)) {
    expect(epochs!.elections).toBe(1);
    expect(epochs!.growth).toBeGreaterThanOrEqual(10);
  }
  for (const { epochs } of trials(withPreVote, 5, 5)) {
    expect([epochs!.elections, epochs!.growth]).toEqual([0, 0]);
  }
});
