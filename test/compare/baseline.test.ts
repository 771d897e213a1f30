/** The committed baseline is of use only while the runs of today are the same experiments. */
import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { expand, planStudy } from "../../src/harness/plan.ts";
import { readManifest, readRuns } from "../../src/results/reader.ts";

const folder = resolve(import.meta.dirname, "../../baselines/steady");

test("is complete, valid, and small enough for a repository", () => {
  const { status, runs } = readManifest(folder);
  const { lines, torn } = readRuns(folder);
  expect({ status, done: runs.done, torn }).toEqual({ status: "complete", done: lines.length, torn: false });
  expect(lines.filter(line => line.status === "failed" || line.checks.linearizable === "invalid")).toEqual(
    [],
  );
  const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  expect(bytes).toBeLessThan(100_000);
});

test("is of the runs that its command gives today; else: npm run baseline", async () => {
  const plan = await planStudy({
    algorithms: undefined,
    n: [4],
    f: undefined,
    workloads: ["steady"],
    seeds: undefined,
    settings: [],
    points: [{ field: "clients.count", value: "16" }],
    folder: ".",
  });
  const codes = new Map(plan.protocols.map(({ protocol }) => [protocol.name, "code"]));
  const today = expand(plan, codes).map(({ spec }) => spec.pairKey);
  expect(new Set(readRuns(folder).lines.map(line => line.pair_key))).toEqual(new Set(today));
});
