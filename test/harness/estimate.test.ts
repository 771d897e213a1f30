import { expect, test } from "vitest";
import { algorithms } from "../../algorithms/index.ts";
import { withDefaults } from "../../src/harness/defaults.ts";
import { workloadOf } from "../../src/harness/engine/measures.ts";
import { estimateRun } from "../../src/harness/estimate.ts";
import { runOnce } from "../../src/harness/run.ts";

const DURATION_NS = 1e9;

/** Proposers of basic Paxos get into each other's way as soon as there are several clients. */
const orderly = algorithms.filter(({ name }) => name !== "paxos");

test.each(orderly.map(protocol => [protocol.name, protocol] as const))(
  "what a run of %s takes is known within a factor of two, however many clients share an instance",
  (algo, protocol) => {
    const identity = { key: "key", pairKey: "pair", rerun: "", traceFile: undefined, point: {} };
    for (const count of [1, 16, 64]) {
      const workload = workloadOf(count, DURATION_NS);
      const { events } = estimateRun(protocol, withDefaults(protocol, {}), 5, workload);
      const { line } = runOnce({ algo, n: 5, seed: 1, options: {}, workload, ...identity }, protocol);
      expect(events / line.events!, `${count} clients`).toBeGreaterThan(1 / 2);
      expect(events / line.events!, `${count} clients`).toBeLessThan(2);
    }
  },
);
