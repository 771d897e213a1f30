/** The shapes of published curves of throughput and latency over load. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readRuns } from "../../src/results/reader.ts";
import type { RunLine } from "../../src/results/schema.ts";
import { inTemporaryFolder, run } from "../cli/run.ts";

/** The lines of one seed of a shipped workload. None of its expectations may fail. */
const linesOf = (workload: string, ...more: readonly string[]): Promise<readonly RunLine[]> =>
  inTemporaryFolder(async folder => {
    const out = join(folder, "out");
    const words = ["bench", "--workload", workload, "--seed", "1", "--out", out, "--quiet", ...more];
    const { code, stdout } = await run(words);
    expect(stdout).toMatch(/expectations: \d+ hold/);
    expect(code).toBe(0);
    return readRuns(out).lines;
  });

const clientsOf = ({ point }: RunLine): number => point["clients.count"] as number;

/** X R / N - 1: 0 by Little's law. */
const excess = (line: RunLine): number =>
  (line.throughput_ops_s! * line.latency_us!.mean) / 1e6 / clientsOf(line) - 1;

describe("throughput and latency over load", () => {
  test("knee: Little's law holds within 2 % in every row, saturated or not", async () => {
    const lines = await linesOf("knee", "--algo", "unreplicated,raft");
    expect(lines).toHaveLength(12);
    for (const line of lines) {
      expect(Math.abs(excess(line)), `${line.algo}, ${clientsOf(line)} clients`).toBeLessThan(0.02);
    }
  });

  test("steady: the curve of raft is flat at its end", async () => {
    const lines = await linesOf("steady", "--algo", "raft", "--n", "3");
    const at = (count: number) => lines.find(line => clientsOf(line) === count)!;
    const gain = (from: number, to: number) => at(to).throughput_ops_s! / at(from).throughput_ops_s! - 1;
    expect(gain(1, 64)).toBeGreaterThan(40);
    expect(gain(64, 512)).toBeGreaterThan(2);
    expect(Math.abs(gain(512, 1024))).toBeLessThan(0.01);
    expect(at(1024).latency_us!.mean / at(512).latency_us!.mean).toBeCloseTo(2, 1);
  });

  test("logcabin-cluster-size: a step, then level at low load and falling at high load", async () => {
    const lines = await linesOf("logcabin-cluster-size");
    for (const line of lines) expect(Math.abs(excess(line))).toBeLessThan(0.02);
    const curve = (count: number) =>
      lines
        .filter(line => clientsOf(line) === count)
        .sort((left, right) => left.n - right.n)
        .map(line => line.throughput_ops_s!);
    for (const count of [1, 10]) {
      const [alone, ...more] = curve(count);
      const [least, most] = [Math.min(...more), Math.max(...more)];
      expect(alone! / most, `${count} clients: step`).toBeGreaterThan(1.4);
      expect(most / least, `${count} clients: level`).toBeLessThan(1.15);
    }
    const published = [29_500, 21_000, 19_600, 16_700, 14_600];
    const falling = curve(100);
    expect(falling).toEqual(falling.toSorted((left, right) => right - left));
    falling.forEach((found, index) => {
      expect(Math.abs(found / published[index]! - 1), `n=${index + 1}`).toBeLessThan(0.1);
    });
  });

  test("knee-open: latency grows with the rate, a little up to the knee and without end beyond it", async () => {
    const lines = await linesOf("knee-open");
    const rate = ({ point }: RunLine) => Number.parseFloat(point["clients.ramp.1.rate"] as string);
    const rising = lines.toSorted((left, right) => rate(left) - rate(right));
    const latencies = rising.map(line => line.latency_us!.mean);
    expect(latencies).toEqual(latencies.toSorted((left, right) => left - right));
    expect(latencies[3]! / latencies[0]!).toBeLessThan(1.5);
    expect(latencies[4]! / latencies[3]!).toBeGreaterThan(10);
  });

  test("knee-search: the knee is where the first of two doublings gains less than 2 %", async () => {
    const lines = await linesOf("knee-search", "--algo", "raft");
    const rising = lines.toSorted((left, right) => clientsOf(left) - clientsOf(right));
    const gains = rising
      .slice(1)
      .map((line, index) => line.throughput_ops_s! / rising[index]!.throughput_ops_s! - 1);
    expect(gains.map(gain => gain < 0.02)).toEqual([false, false, false, false, false, true, true]);
  });
});
