/** What PBFT declares of itself; the formulas of its normal case are in `formulas.ts`. */
import { describe, expect, test } from "vitest";
import type { Options } from "#protocol";
import { pbft } from "../../algorithms/pbft/index.ts";
import { counted, DELAY_US, ideal } from "./ideal.ts";

const sizes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13];

describe("PBFT, what is declared", () => {
  const variants: readonly Options[] = [
    {},
    { primaryPrepares: true },
    { execution: "tentative" },
    { execution: "tentative", commits: "piggyback", commitDelayMs: 1000 },
  ];
  const declared = variants.flatMap(options => sizes.map(n => ({ n, options })));
  test.each(declared)("n=$n, $options is what is measured", ({ n, options }) => {
    const rare = { checkpointEvery: 1000, logSize: 1000 };
    const line = ideal(pbft, { n, batch: 8, options: { ...rare, ...options } });
    const policy = { batch: { max: 8, min: 8, delay: 0 }, window: 4, reads: "log" } as const;
    const cost = pbft.cost(n, policy, line.options);
    expect(counted(line) / line.ops!.ok).toBe(cost.messagesPerCommand);
    expect(line.latency_us!.mean / DELAY_US).toBe(cost.delaysToClient);
  });

  test.each([4, 7])(
    "n=%i: Commits that clients wait for find nothing to travel with, and wait in vain",
    n => {
      const options = { commits: "piggyback", commitDelayMs: 2, checkpointEvery: 1000, logSize: 1000 };
      const line = ideal(pbft, { n, batch: 8, options });
      const policy = { batch: { max: 8, min: 8, delay: 0 }, window: 4, reads: "log" } as const;
      const cost = pbft.cost(n, policy, line.options);
      expect(counted(line) / line.ops!.ok).toBe(cost.messagesPerCommand);
      expect(line.latency_us!.mean).toBe(cost.delaysToClient * DELAY_US + 2000);
    },
  );

  test.each([
    [1, 0, 1],
    [3, 0, 2],
    [4, 1, 3],
    [5, 1, 4],
    [6, 1, 4],
    [7, 2, 5],
    [8, 2, 6],
    [9, 2, 6],
    [10, 3, 7],
    [13, 4, 9],
    [256, 85, 171],
  ])("n=%i: f=%i, and any two quorums of %i share f+1 replicas", (n, f, quorum) => {
    expect([pbft.tolerates(n), pbft.quorum(n)]).toEqual([f, quorum]);
    expect(2 * quorum - n).toBeGreaterThanOrEqual(f + 1);
    expect(quorum).toBeLessThanOrEqual(n - f); // it can be had without the faulty
    expect(2 * (quorum - 1) - n).toBeLessThan(f + 1); // and none is smaller
  });
});
