/**
 * A finished run is garbage at once. A closure that was made for it can keep all of it alive through many collections
 * of young objects, which took a tenth of the time of all runs: see `src/harness/heap.ts`.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const script = fileURLToPath(new URL("./left-behind.ts", import.meta.url));
const flags = ["--no-warnings", "--expose-gc", "--min-semi-space-size=64", "--max-semi-space-size=64"];

test("a finished run leaves next to nothing behind for collections of young objects", () => {
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, script, "raft", "pbft"]);
  expect(String(stderr)).toBe("");
  const runs = JSON.parse(String(stdout)) as { name: string; finished: number; held: number }[];
  expect(runs).toHaveLength(2);
  for (const { name, finished, held } of runs) {
    expect(held, `${name}, while it is held`).toBeGreaterThan(700_000);
    expect(finished, name).toBeLessThan(500_000);
  }
});
