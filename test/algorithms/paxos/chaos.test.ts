/** Crashes, partitions, bad links and disks at random: nothing that was answered is lost, and then all goes on. */
import { describe, expect, test } from "vitest";
import type { Options } from "#protocol";
import { paxos } from "../../../algorithms/paxos/index.ts";
import { runOnce } from "../../../src/harness/run.ts";
import { loadWorkload } from "../../../src/workload/load.ts";

const chaos = loadWorkload("chaos");
const compact = { snapshotEvery: 50, snapshotKeep: 5 };

function run(n: number, seed: number, options: Options) {
  const identity = { key: "key", pairKey: "pair", rerun: "", traceFile: undefined, point: {} };
  return runOnce({ algo: "paxos", n, seed, options, workload: chaos, ...identity }, paxos).line;
}

describe("Paxos under chaos", () => {
  const variants: readonly { n: number; options: Options }[] = [
    { n: 3, options: {} },
    { n: 5, options: compact },
    { n: 3, options: { learn: "proposer", ...compact } },
    { n: 4, options: { proposers: "one", ...compact } },
    { n: 4, options: { proposers: "external" } },
  ];
  test.each(variants)("n=$n, $options: every check holds", ({ n, options }) => {
    for (const seed of [11, 12, 13]) {
      const { checks, faults, ops } = run(n, seed, options);
      expect(checks, `seed ${seed}`).toMatchObject({
        linearizable: "valid",
        invariants: "valid",
        live: "valid",
      });
      expect(faults!.strikes).toBeGreaterThan(0);
      expect(ops!.ok).toBeGreaterThan(1000);
    }
  });
});
