/** What the report says of logs: that one grew, or why it did not. */
import { expect, test } from "vitest";
import { cellsOf } from "../../src/report/cells.ts";
import { standingSection } from "../../src/report/standing.ts";
import type { Replicas } from "../../src/results/schema.ts";
import { sampleRun } from "./sample.ts";

const replicas = (change: Partial<Replicas>): Replicas => ({
  down: 0,
  leaders: 1,
  without_quorum: 0,
  candidates: 0,
  log_length: 20,
  log_growth: 1,
  committed: 20,
  committed_growth: 1,
  applied: 20,
  applied_growth: 1,
  behind: 0,
  snapshots: 0,
  nodes: [],
  ...change,
});

/** Of one row, a seed for each. */
function textOf(...seeds: readonly (Replicas | null)[]): string {
  const runs = seeds.map((told, index) =>
    sampleRun({ algo: "raft", n: 3, seed: index + 1, rate: 1, ms: 1, change: { replicas: told } }),
  );
  const sections = standingSection(cellsOf({ runs }));
  return sections.map(({ html }) => html.replaceAll(/<[^>]+>/g, "|")).join();
}

test.each([
  [{}, "grew"],
  [{ log_growth: 0, snapshots: 1 }, "stayed: a snapshot replaced its head"],
  [{ log_growth: -4, snapshots: 1 }, "a snapshot replaced its head"],
  [{ log_growth: 0, committed_growth: 0 }, "stayed: nothing was added"],
  [{ log_growth: 4, committed_growth: 0 }, "grew, by what was not committed"],
  [{ log_growth: -4, committed_growth: -3 }, "lost entries"],
  [{ log_growth: null, log_length: null }, "not known: all were down"],
])("%j: %s", (change, words) => {
  expect(textOf(replicas(change))).toContain(`|${words}|`);
});

test("seeds of a row are told from the least to the most", () => {
  const text = textOf(replicas({ log_growth: -318 }), replicas({ log_growth: -3, without_quorum: 1 }));
  expect(text).toContain("−318 … −3");
  expect(text).toContain("0 … 1");
});

test("studies whose lines do not tell have no such part", () => {
  expect(textOf(null, null)).toBe("");
});
