/** PBFT beside the others: what it costs, and what it is worth, from the shipped workloads with one seed. */
import { describe, expect, test } from "vitest";
import { judged } from "./lab-runs.ts";

const files = [
  "price-of-byzantine-tolerance",
  "price-of-byzantine-tolerance-signed",
  "pbft-micro",
  "pbft-micro-arguments",
  "pbft-micro-results",
  "paxi-lan",
  "paxi-lan-queue",
  "paxi-lan-latency",
  "paxi-wan",
  "byzantine-every-lie",
];

describe("what Byzantine tolerance costs, and what it is worth", () => {
  test.each(files)("%s: all that the file expects", async name => {
    const judgements = await judged(name, [1]);
    expect(judgements.length).toBeGreaterThan(3);
    for (const { ok, field, algo, n, point, found } of judgements)
      expect(ok, `${algo} n=${n} ${JSON.stringify(point)} ${field}: ${found}`).toBe(true);
  });
});
