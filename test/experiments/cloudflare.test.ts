/** Two ends of a row of three that no longer reach each other: the shipped workload, a minute of it. */
import { describe, expect, test } from "vitest";
import { raft } from "../../algorithms/raft/index.ts";
import { runOnce } from "../../src/harness/run.ts";
import type { RunLine } from "../../src/results/schema.ts";
import { loadWorkload } from "../../src/workload/load.ts";

/** Three seeds of a load and a variant; the window is the first minute of the cut. */
function minute(rate: string, variant: Readonly<Record<string, boolean>>): RunLine[] {
  const point = loadWorkload("cloudflare-2020-11-02").sweep!.points.find(
    ({ at }) => at["clients.rate"] === rate && JSON.stringify(at["options.raft"]) === JSON.stringify(variant),
  )!;
  const workload = { ...point.workload, durationNs: 70e9 };
  const identity = { key: "key", pairKey: "pair", rerun: "", traceFile: undefined, point: point.at };
  const options = workload.pinned.options.raft!;
  const spec = { algo: "raft", n: 3, options, workload, ...identity };
  return [1, 2, 3].map(seed => runOnce({ ...spec, seed }, raft).line);
}

const elections = (lines: readonly RunLine[]) => lines.map(({ epochs }) => epochs!.elections);
const growth = (lines: readonly RunLine[]) => lines.map(({ epochs }) => epochs!.growth);
const IDLE = "0.001/s";

describe("cloudflare-2020-11-02", () => {
  test("idle and without an empty entry, leadership bounces for ever", () => {
    for (const count of elections(minute(IDLE, { noOp: false }))) {
      expect(count).toBeGreaterThan(225);
      expect(count).toBeLessThanOrEqual(244);
    }
  });

  test.each([
    [IDLE, true],
    ["20/s", false],
    ["20/s", true],
  ])("at %s, an empty entry %s: the middle soon leads", (rate, noOp) => {
    for (const count of elections(minute(rate, { noOp }))) {
      expect(count).toBeGreaterThanOrEqual(1);
      expect(count).toBeLessThanOrEqual(6);
    }
  });

  test.each([IDLE, "20/s"])("at %s, check-quorum: the leader stays, a term climbs", rate => {
    const lines = minute(rate, { noOp: true, checkQuorum: true });
    expect(elections(lines)).toEqual([0, 0, 0]);
    for (const terms of growth(lines)) expect(Math.abs(terms - 266)).toBeLessThan(12);
  });

  test.each([IDLE, "20/s"])("at %s, pre-vote: nothing happens", rate => {
    const lines = minute(rate, { noOp: true, preVote: true });
    expect([elections(lines), growth(lines)]).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });
});
