/** Little's law: what is outstanding is what arrives times how long it stays. Every closed loop has to obey it. */
import { describe, expect, test } from "vitest";
import { algorithms } from "../../algorithms/index.ts";
import { runOnce } from "../../src/harness/run.ts";
import { loadWorkload } from "../../src/workload/load.ts";

const steady = loadWorkload("steady");
const kinds = algorithms.filter(({ name }) => ["unreplicated", "primary-backup", "raft"].includes(name));
const cells = kinds.flatMap(protocol =>
  [1, 16, 64].flatMap(count => [3, 5].map(n => [protocol.name, n, count, protocol] as const)),
);

describe("Little's law", () => {
  test.each(cells)(
    "%s, n=%i, %i clients: L = X R within 2 %, and L is the number of clients",
    (_name, n, count, protocol) => {
      const clients = { ...steady.clients, count } as typeof steady.clients;
      const workload = { ...steady, clients, durationNs: 2e9, warmupNs: 1e9 };
      const identity = {
        key: "key",
        pairKey: "pair",
        rerun: "",
        traceFile: undefined,
        point: {},
        options: {},
      };
      const { line } = runOnce({ algo: protocol.name, n, seed: 1, workload, ...identity }, protocol);
      expect(line.concurrency_mean! / count).toBeCloseTo(1, 4);
      const arrivals = line.throughput_ops_s! * (line.latency_us!.mean / 1e6);
      expect(Math.abs(arrivals / count - 1)).toBeLessThan(0.02);
    },
  );
});
