/** Multi-Paxos beside Raft, and with both its failure detectors, from the shipped workloads with few or short runs. */
import { describe, expect, test } from "vitest";
import { multiPaxos } from "../../algorithms/multi-paxos/index.ts";
import { runOnce } from "../../src/harness/run.ts";
import type { RunLine } from "../../src/results/schema.ts";
import { loadWorkload } from "../../src/workload/load.ts";
import { judged } from "./lab-runs.ts";

const SEEDS = [1, 2];

/** At time-outs of T = 500 ms, in a run that ends 20 s after the partition of 60 s, or during one. */
function runs(name: string, n: number, detector: "plain" | "connectivity", seconds = 100): RunLine[] {
  const { points } = loadWorkload(name).sweep!;
  const { at, workload } = points.find(point => {
    const options = point.workload.pinned.options["multi-paxos"]!;
    return options.electionTimeoutMinMs === 500 && (options.detector ?? "plain") === detector;
  })!;
  const identity = { key: "key", pairKey: "pair", rerun: "", traceFile: undefined, point: at };
  const options = workload.pinned.options["multi-paxos"]!;
  const spec = {
    algo: "multi-paxos",
    n,
    options,
    workload: { ...workload, durationNs: seconds * 1e9 },
    ...identity,
  };
  return SEEDS.map(seed => runOnce({ ...spec, seed }, multiPaxos).line);
}

const gaps = (lines: readonly RunLine[]) => lines.map(line => line.availability!.longest_gap_us! / 1e6);

describe("Multi-Paxos, partial connectivity", () => {
  test("quorum-loss: with plain nobody leads until the partition heals, with connectivity the hub does", () => {
    for (const gap of gaps(runs("omni-quorum-loss-paxos", 5, "plain"))) expect(gap).toBeGreaterThan(59.9);
    for (const gap of gaps(runs("omni-quorum-loss-paxos", 5, "connectivity"))) expect(gap).toBeLessThan(1.5);
  });

  test.each(["plain", "connectivity"] as const)(
    "constrained, %s: the hub leads, though it is behind",
    detector => {
      const lines = runs("omni-constrained-paxos", 5, detector);
      for (const gap of gaps(lines)) expect(gap).toBeLessThan(1.5);
      for (const { epochs, faults } of lines) expect([epochs!.elections, faults!.struck]).toEqual([1, 4]);
    },
  );

  test("chained: with plain the ends depose each other, with connectivity nothing happens", () => {
    for (const { epochs } of runs("omni-chained-paxos", 3, "plain", 40)) {
      expect(epochs!.leader_changes).toBeGreaterThanOrEqual(24); // every 1.5 T, in 20 s
      expect(epochs!.leader_changes).toBeLessThanOrEqual(30);
    }
    for (const { epochs } of runs("omni-chained-paxos", 3, "connectivity", 40))
      expect([epochs!.elections, epochs!.growth]).toEqual([0, 0]);
  });
});

describe("Paxos vs Raft", () => {
  test.each(["paxos-vs-raft", "paxos-vs-raft-election"])("%s: all that the file expects", async name => {
    const judgements = await judged(name, SEEDS);
    expect(judgements.length).toBeGreaterThan(0);
    for (const { ok, field, algo, point, found } of judgements)
      expect(ok, `${algo} ${JSON.stringify(point)} ${field}: ${found}`).not.toBe(false);
  });
});
