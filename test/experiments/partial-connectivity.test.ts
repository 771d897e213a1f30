/** Who makes progress where servers reach some others and not all, from the shipped workloads with short runs. */
import { describe, expect, test } from "vitest";
import { raft } from "../../algorithms/raft/index.ts";
import { runOnce } from "../../src/harness/run.ts";
import type { RunLine } from "../../src/results/schema.ts";
import { loadWorkload } from "../../src/workload/load.ts";

/** At time-outs of T = 500 ms, in a run that ends 20 s after the partition of 60 s. */
function runs(name: string, n: number, preVote: boolean, seeds = 2, seconds = 100): RunLine[] {
  const { points } = loadWorkload(name).sweep!;
  const { at, workload } = points.find(point => {
    const options = point.workload.pinned.options.raft!;
    return options.electionTimeoutMinMs === 500 && (options.preVote === true) === preVote;
  })!;
  const identity = { key: "key", pairKey: "pair", rerun: "", traceFile: undefined, point: at };
  const options = workload.pinned.options.raft!;
  const spec = {
    algo: "raft",
    n,
    options,
    workload: { ...workload, durationNs: seconds * 1e9 },
    ...identity,
  };
  return Array.from({ length: seeds }, (_, index) => runOnce({ ...spec, seed: index + 1 }, raft).line);
}

const gaps = (lines: readonly RunLine[]) => lines.map(line => line.availability!.longest_gap_us! / 1e6);

describe("partial connectivity", () => {
  test.each([false, true])("quorum-loss, pre-vote and check-quorum %s: the hub takes over", preVote => {
    const lines = runs("omni-quorum-loss", 5, preVote);
    for (const gap of gaps(lines)) expect(gap).toBeLessThan(4);
    for (const { epochs, faults } of lines) expect([epochs!.elections, faults!.struck]).toEqual([1, 3]);
  });

  test("quorum-loss, down-time on average: as published, in time-outs of T = 500 ms", () => {
    const mean = (preVote: boolean, seeds: number) => {
      const longest = gaps(runs("omni-quorum-loss-down-time", 5, preVote, seeds, 42));
      return longest.reduce((sum, gap) => sum + gap / 0.5, 0) / seeds;
    };
    // Three standard errors of so few runs about 3.5 T and 2.9 T.
    expect(Math.abs(mean(false, 40) - 3.5)).toBeLessThan(0.9);
    expect(Math.abs(mean(true, 20) - 2.9)).toBeLessThan(0.25);
  });

  test.each([false, true])("constrained, pre-vote and check-quorum %s: nobody can win", preVote => {
    const lines = runs("omni-constrained", 5, preVote);
    for (const gap of gaps(lines)) {
      expect(gap).toBeGreaterThan(59.9);
      expect(gap).toBeLessThan(62.5);
    }
    for (const { faults } of lines) expect(faults!.struck).toBe(4);
  });

  test("chained: under load the middle soon leads; with pre-vote and check-quorum nothing happens", () => {
    for (const gap of gaps(runs("omni-chained", 3, false))) expect(gap).toBeLessThan(2.1);
    const quiet = runs("omni-chained", 3, true);
    for (const gap of gaps(quiet)) expect(gap).toBeLessThan(0.1);
    for (const { epochs } of quiet) expect([epochs!.elections, epochs!.growth]).toEqual([0, 0]);
  });
});
