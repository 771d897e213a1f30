import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { root } from "../cli/run.ts";

test("what the machinery for faults costs can be measured: without it the same happens", async () => {
  const words = [join(root, "scripts/fault-cost.ts"), "--once"];
  const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: root });
  expect(stdout).toContain("these numbers mean nothing");
  for (const clients of [" 1", "64"]) expect(stdout).toContain(`\n${clients} clients: `);
});
