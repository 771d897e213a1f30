import { join } from "node:path";
import { expect, test } from "vitest";
import { comparableLines, inTemporaryFolder, quick, run } from "./run.ts";

test("one worker and two give the same line for every key", async () => {
  await inTemporaryFolder(async folder => {
    const lines = async (workers: string) => {
      const out = join(folder, workers);
      const study = ["--algo", "raft,primary-backup", "--n", "3", "--seeds", "3", "--workload", quick];
      const { code } = await run(["bench", ...study, "--workers", workers, "--out", out, "--quiet"]);
      expect(code).toBe(0);
      return comparableLines(out);
    };
    const one = await lines("1");
    expect(one.length).toBeGreaterThanOrEqual(6);
    expect(await lines("2")).toEqual(one);
  });
});
