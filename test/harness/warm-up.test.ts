import { describe, expect, test } from "vitest";
import { raft } from "../../algorithms/raft/index.ts";
import { runOnce } from "../../src/harness/run.ts";
import { parseWorkload } from "../../src/workload/load.ts";

function runWith(text: string, seed = 1) {
  const workload = parseWorkload("mine", text, "mine.yaml");
  const identity = { key: "key", pairKey: "pair", rerun: "", traceFile: undefined, point: {}, options: {} };
  return runOnce({ algo: "raft", n: 3, seed, workload, ...identity }, raft).line;
}

const rest = "{ clients: { mode: closed, count: 4 }, operations: { put: 1 }, ";

describe("a warm-up of so many operations", () => {
  test("lasts until they have ended, and the window begins there", () => {
    const measured = runWith(`${rest} duration: 2s, warmup: 500 operations }`);
    const whole = runWith(`${rest} duration: 2s, warmup: 0s }`);
    const { submitted } = measured.ops!;
    // The four that were under way at that instant belong to neither.
    expect(whole.ops!.submitted - submitted).toBeGreaterThanOrEqual(500);
    expect(whole.ops!.submitted - submitted).toBeLessThanOrEqual(504);
    expect(measured.latency_us!.max).toBeLessThan(whole.latency_us!.max); // nobody led at first
  });

  test("comes before a run that is bounded by operations, too", () => {
    const { ops, events } = runWith(`${rest.replace("put: 1", "put: 1, total: 40")} warmup: 1 operation }`);
    expect(ops).toEqual({ submitted: 40, ok: 40, failed: 0, unknown: 0 });
    const longer = runWith(`${rest.replace("put: 1", "put: 1, total: 40")} warmup: 500 operations }`);
    expect(longer.ops!.ok).toBe(40);
    expect(longer.events!).toBeGreaterThan(events! + 2000);
  });

  test("that is not over in time fails the run: nothing was measured", () => {
    const missed = /the warm-up of 9000 operations was not over when the run was: \d+ had ended/;
    expect(() => runWith(`${rest} duration: 1s, warmup: 9000 operations }`)).toThrow(missed);
  });
});

test.each([
  ["warmup: 500", "500 lacks a unit: expected a duration, such as 2s, or 500 operations"],
  [
    "warmup: 500 operatoins",
    '"500 operatoins" is not a duration: the units are ns, us, µs, ms, s, m, min, h; or',
  ],
  ["warmup: 0 operations", '"0 operations" is not a duration'],
])("%s is a mistake", (text, message) => {
  expect(() => parseWorkload("mine", text, "mine.yaml")).toThrow(message);
});
