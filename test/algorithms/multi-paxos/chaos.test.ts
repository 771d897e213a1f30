/** Crashes, partitions, bad links and disks at random: nothing that was answered is lost, and then all goes on. */
import { describe, expect, test } from "vitest";
import type { Options } from "#protocol";
import { multiPaxos } from "../../../algorithms/multi-paxos/index.ts";
import { runOnce } from "../../../src/harness/run.ts";
import { loadWorkload } from "../../../src/workload/load.ts";
import type { Workload } from "../../../src/workload/workload.ts";

const chaos = loadWorkload("chaos");
const compact = { snapshotEvery: 50, snapshotKeep: 5 };

function run(n: number, seed: number, options: Options, given: Partial<Workload> = {}) {
  const identity = { key: "key", pairKey: "pair", rerun: "", traceFile: undefined, point: {} };
  const workload = { ...chaos, ...given };
  return runOnce({ algo: "multi-paxos", n, seed, options, workload, ...identity }, multiPaxos).line;
}

describe("Multi-Paxos under chaos", () => {
  const variants: readonly { n: number; options: Options; given?: Partial<Workload> }[] = [
    { n: 3, options: {} },
    { n: 5, options: { detector: "connectivity", ...compact } },
    { n: 5, options: { commitNotice: "accepted", ...compact } },
    { n: 3, options: { commitNotice: "accepted-own", thrifty: true } },
    { n: 5, options: { thrifty: true, phase2Quorum: 2, ...compact } },
    { n: 4, options: { commitNotice: "notice", ...compact }, given: { reads: "index" } },
    { n: 3, options: { detector: "connectivity" }, given: { reads: "lease" } },
  ];
  test.each(variants)("n=$n, $options: every check holds", ({ n, options, given }) => {
    for (const seed of [11, 12, 13]) {
      const { checks, faults, ops } = run(n, seed, options, given);
      expect(checks, `seed ${seed}`).toMatchObject({
        linearizable: "valid",
        invariants: "valid",
        live: "valid",
      });
      expect(faults!.strikes).toBeGreaterThan(0);
      expect(ops!.ok).toBeGreaterThan(1000);
    }
  });

  test("where quorums need not meet, the checks find it", () => {
    const options = { phase1Quorum: 1, phase2Quorum: 1 };
    const invalid = [11, 12, 13, 14].filter(seed => run(3, seed, options).checks.invariants === "invalid");
    expect(invalid.length).toBeGreaterThan(0);
  });
});
