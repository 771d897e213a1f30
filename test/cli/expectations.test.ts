import { expect, test } from "vitest";
import { expectationsText } from "../../src/cli/expectations.ts";

const failed = (field: string, expected: string, found: number, says: string | null = null) =>
  expectationsText([
    {
      workload: "mine",
      algo: "raft",
      n: 3,
      point: {},
      field,
      of: "each",
      expected,
      ok: false,
      found,
      runs: 5,
      seeds: [2],
      says,
    },
  ]).split("FAILS")[1];

test.each([
  ["latency_us.p99", "< 400ms", 502_268, null, "found 502.268ms"],
  ["availability.leaderless_us", "0", 12.5, "mean of 5 runs", "found 12.5us (mean of 5 runs)"],
  ["throughput_ops_s", "> 1000", 812.25, null, "found 812.25/s"],
  ["bytes.per_op", "< 1kB", 2048, null, "found 2KiB"],
  ["messages.per_op", "8", 9.5, null, "found 9.5 at"],
  ["latency_us.p99", "<= 3 x unreplicated", 3.5, null, "found 3.5 at"],
  ["latency_us.p99", "< 1ms in >= 90% of the runs", 0.8, "share of 5 runs", "found 0.8 (share"],
])("what was found of %s (%s) is told in its unit", (field, expected, found, says, text) => {
  expect(failed(field, expected, found, says)).toContain(text);
});
