/** Whole runs of PBFT, with faults and liars, judged by the checks. */
import { expect } from "vitest";
import type { Options } from "#protocol";
import { pbft } from "../../../algorithms/pbft/index.ts";
import { runOnce } from "../../../src/harness/run.ts";
import type { RunLine } from "../../../src/results/schema.ts";
import { parseWorkload } from "../../../src/workload/load.ts";

export interface Scenario {
  readonly n: number;
  readonly seed?: number;
  readonly options?: Options;
  /** Lines of a workload file, beside a light open load for some seconds. */
  readonly workload?: string;
}

const usual = `
duration: 6s
warmup: 500ms
clients: { mode: open, rate: 60/s, retry: 200ms }
operations: { get: 40, put: 40, append: 20 }
keys: { distribution: uniform, count: 5 }
batching: { max: 4, window: 3 }
`;

export function run({ n, seed = 1, options = {}, workload = "" }: Scenario): RunLine {
  const fields = workload.split("\n").map(line => line.split(":")[0]!);
  const kept = usual.split("\n").filter(line => !fields.includes(line.split(":")[0]!));
  const parsed = parseWorkload("test", `${kept.join("\n")}\n${workload}\n`, "test");
  const identity = { key: "key", pairKey: "pair", rerun: "", traceFile: undefined, point: {} };
  return runOnce({ algo: pbft.name, n, seed, options, workload: parsed, ...identity }, pbft).line;
}

/** Nothing was lost, nobody disagreed, and the cluster has recovered. */
export function expectSound(line: RunLine): void {
  const { linearizable, invariants, live, violations } = line.checks;
  expect(violations?.map(({ sentence }) => sentence)).toEqual([]);
  expect({ linearizable, invariants, live }).toEqual({
    linearizable: "valid",
    invariants: "valid",
    live: "valid",
  });
  expect(line.ops!.failed).toBe(0);
}
