/** The read paths of Raft, as their workloads expect them. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readManifest, readRuns } from "../../src/results/reader.ts";
import type { RunLine } from "../../src/results/schema.ts";
import { inTemporaryFolder, run } from "../cli/run.ts";

async function study(workload: string): Promise<readonly RunLine[]> {
  return inTemporaryFolder(async folder => {
    const out = join(folder, "out");
    const { code } = await run(["bench", "--workload", workload, "--seed", "1", "--out", out, "--quiet"]);
    const wrong = readManifest(out).expectations!.filter(({ ok }) => ok === false);
    expect({ code, wrong }).toEqual({ code: 0, wrong: [] });
    return readRuns(out).lines;
  });
}

const at = (lines: readonly RunLine[], reads: string, clients = 1): RunLine =>
  lines.find(({ point }) => point.reads === reads && (point["clients.count"] ?? clients) === clients)!;

describe("read paths", () => {
  test("read-paths: every single read takes 4, 4, 2 and 2 delays", async () => {
    const lines = await study("read-paths");
    const delays = ["log", "index", "lease", "local"].map(reads => {
      const { min, p50, max } = at(lines, reads).latency_us!;
      return [min, p50, max].map(latency => latency / 250);
    });
    expect(delays).toEqual([
      [4, 4, 4],
      [4, 4, 4],
      [2, 2, 2],
      [2, 2, 2],
    ]);
  });

  test("read-paths-follower: a delay more each way, and the leader reads nothing for others", async () => {
    const lines = await study("read-paths-follower");
    const delays = ["index", "lease"].map(reads => at(lines, reads, 5).latency_us!.min / 250);
    expect(delays).toEqual([4, 2]);
    const asked = lines.map(({ messages }) => messages!.by_type.ReadIndex!.count / 2000);
    for (const share of asked) expect(share).toBeGreaterThan(0.6);
  });

  test("read-paths-lan: a lease halves the delays, and local reads spare the leader", async () => {
    const lines = await study("read-paths-lan");
    const latency = (reads: string) => at(lines, reads).latency_us!.mean;
    expect(latency("log")).toBeGreaterThan(latency("index"));
    expect(latency("index") / latency("lease")).toBeCloseTo(2, 1);
    const busiest = (reads: string) => Math.max(...at(lines, reads, 64).utilization!.map(({ cpu }) => cpu));
    expect(busiest("local")).toBeLessThan(busiest("lease") / 3);
  });
});
