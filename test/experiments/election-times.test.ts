/** Who is right where simulated elections are shorter than the formula: it is about timers that Raft does not have. */
import { describe, expect, test } from "vitest";
import { raft } from "../../algorithms/raft/index.ts";
import { runOnce } from "../../src/harness/run.ts";
import { parseWorkload } from "../../src/workload/load.ts";
import { allTogether, asInRaft, formula, type Setting, splitShare, trialsOf } from "./election-model.ts";

const LATENCY_MS = 10;
const TRIALS = 20_000;
const RUNS = 200;

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values: readonly number[]) =>
  Math.sqrt(mean(values.map(value => (value - mean(values)) ** 2)));

/** Times to the first leader, in ranges: as election-time-knee, for any cluster. */
function simulated({ n, alive, latency }: Setting): number[] {
  const range = LATENCY_MS / latency;
  const dead = Array.from({ length: n - alive }, (_, node) => `n${node}`).join(", ");
  const text = `
    duration: 1500ms
    warmup: 0s
    clients: { mode: open, rate: 0.01/s, arrivals: constant }
    operations: { put: 1 }
    network: { latency: ${LATENCY_MS}ms, bandwidth: unlimited }
    cost: ideal
    faults: [{ at: 0s, crash: [${dead}] }]
  `;
  const workload = parseWorkload("election", text, "election.yaml");
  const options = {
    electionTimeoutMinMs: range,
    electionTimeoutMaxMs: 2 * range,
    heartbeatMs: range / 2,
  };
  const identity = { key: "key", pairKey: "pair", rerun: "", traceFile: undefined, point: {} };
  return Array.from({ length: RUNS }, (_, index) => {
    const { line } = runOnce({ algo: "raft", n, seed: index + 1, options, workload, ...identity }, raft);
    return line.availability!.leaderless_us / 1e3 / range;
  });
}

/** By how much Raft is below the formula, as the trials of its timers have it. */
const settings = [
  { n: 3, alive: 2, latency: 1 / 5, below: 0.036 },
  { n: 5, alive: 4, latency: 1 / 5, below: 0.018 },
  { n: 5, alive: 3, latency: 1 / 5, below: 0.055 },
  { n: 7, alive: 4, latency: 1 / 5, below: 0.084 },
  { n: 9, alive: 6, latency: 1 / 5, below: 0.039 },
  { n: 9, alive: 5, latency: 1 / 5, below: 0.114 },
  { n: 9, alive: 5, latency: 1 / 8, below: 0.04 },
  { n: 9, alive: 5, latency: 1 / 10, below: 0.02 },
];

describe.each(settings)("n=$n, $alive alive, a latency of $latency ranges", ({ below, ...setting }) => {
  test("the formula is that of servers that all start anew together", () => {
    const ratio = mean(trialsOf(allTogether, setting, TRIALS)) / formula(setting);
    expect(Math.abs(ratio - 1)).toBeLessThan(0.015);
  });

  test("Raft's candidates start anew before that, so that elections are shorter", () => {
    expect(Math.abs(1 - mean(trialsOf(asInRaft, setting, TRIALS)) / formula(setting) - below)).toBeLessThan(
      0.015,
    );
  });
});

test.each([
  { n: 5, alive: 3, latency: 1 / 5 },
  { n: 9, alive: 5, latency: 1 / 5 },
])("what is simulated is what Raft's timers give: n=$n, $alive alive", setting => {
  const times = simulated(setting);
  const expected = trialsOf(asInRaft, setting, TRIALS);
  const error = Math.hypot(deviation(times) / Math.sqrt(RUNS), deviation(expected) / Math.sqrt(TRIALS));
  expect(Math.abs(mean(times) - mean(expected))).toBeLessThan(3 * error);
});

test("split votes as often as published", () => {
  expect(splitShare({ n: 5, alive: 4, latency: 0.1 })).toBeCloseTo(0.0523, 4);
  expect(splitShare({ n: 9, alive: 5, latency: 0.2 })).toBeCloseTo(0.6723, 4);
});
