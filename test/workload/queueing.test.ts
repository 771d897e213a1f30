/** One server and Poisson arrivals: the wait in its queue is that of the textbook (M/D/1). */
import { describe, expect, test } from "vitest";
import { unreplicated } from "../../algorithms/unreplicated/index.ts";
import { runOnce } from "../../src/harness/run.ts";
import { parseWorkload } from "../../src/workload/load.ts";

const SERVICE_US = 100;
const SEEDS = 16;

function meanWaits(clients: string, seeds: number): number[] {
  const text = `
    duration: 5s
    warmup: 0.5s
    durability: memory
    clients: ${clients}
    operations: { put: 1 }
    network: { latency: 1us, bandwidth: unlimited }
    cost:
      cpu: { receive: ${SERVICE_US}us, send: 0, byte: 0 }
      disk: { sync: 0, byte: 0 }
  `;
  const workload = parseWorkload("queue", text, "queue.yaml");
  const identity = { key: "key", pairKey: "pair", rerun: "", traceFile: undefined, point: {} };
  return Array.from({ length: seeds }, (_, index) => {
    const spec = { algo: "unreplicated", n: 1, seed: index + 1, options: {}, workload, ...identity };
    const { line } = runOnce(spec, unreplicated);
    expect(line.ops!.ok).toBe(line.ops!.submitted);
    return line.latency_us!.mean! - SERVICE_US - 2;
  });
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("the wait for a server of constant service time", () => {
  test.each([0.5, 0.8])("that is busy for a share of %s, with Poisson arrivals", load => {
    const waits = meanWaits(`{ mode: open, rate: ${(load * 1e6) / SERVICE_US}/s }`, SEEDS);
    const expected = (load * SERVICE_US) / (2 * (1 - load));
    const middle = mean(waits);
    const variance = mean(waits.map(wait => (wait - middle) ** 2)) / (SEEDS - 1);
    const standardError = Math.sqrt(variance);
    expect(standardError).toBeLessThan(0.02 * expected);
    expect(Math.abs(middle - expected)).toBeLessThan(3 * standardError);
  });

  test("is nothing where arrivals are even", () => {
    expect(meanWaits("{ mode: open, rate: 8000/s, arrivals: constant }", 1)).toEqual([0]);
  });

  test("of a closed loop is as long as the others need", () => {
    const [wait] = meanWaits("{ mode: closed, count: 4 }", 1);
    expect(wait).toBeCloseTo(3 * SERVICE_US - 2, 5);
  });
});
