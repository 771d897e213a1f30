/** How a comparison is shown: on a terminal, in a pull request, as one document. */
import { describe, expect, test } from "vitest";
import type { Comparison } from "../../src/compare/compare.ts";
import { documentOf } from "../../src/compare/document.ts";
import { comparisonMarkdown } from "../../src/compare/markdown.ts";
import { sentencesFor } from "../../src/compare/sentences.ts";
import { comparisonText } from "../../src/compare/text.ts";
import type { RunLine } from "../../src/results/schema.ts";
import { runLine } from "../results/line.ts";
import { compared, epochs, latency, pairsOf } from "./pairs.ts";

const noise = [0.99, 1.02, 1, 0.985, 1.01];

const run =
  (throughput: number, p99: number, growth: number, change: Partial<RunLine> = {}) =>
  (seed: number): Partial<RunLine> => ({
    throughput_ops_s: throughput * noise[seed - 1]!,
    latency_us: latency(1000, p99 * noise[(seed * 2) % 5]!),
    messages: { total: 1, per_op: 4, by_type: {}, by_cause: {}, client: { count: 0, bytes: 0 } },
    epochs: epochs(growth + (seed % 2)),
    ...change,
  });

/** Something of everything: worse, better, open, equal, a broken check, left out. */
const example: Comparison = {
  ...compared([
    ...pairsOf(5, run(900, 1500, 1), run(1100, 1900, 1)),
    ...pairsOf(5, run(900, 1500, 1, { n: 5, point: { "clients.count": 16 } }), seed =>
      run(900 + 8 * seed, 1500, 1, { n: 5, point: { "clients.count": 16 } })(seed),
    ),
    ...pairsOf(
      3,
      run(500, 2000, 0, { algo: "paxos", trace_hash: "same" }),
      run(500, 2000, 0, { algo: "paxos", trace_hash: "same" }),
    ),
    ...pairsOf(2, run(500, 2000, 0, { algo: "bully" }), () => ({
      algo: "bully",
      status: "failed",
      error: "a|b <c>",
    })),
  ]),
  refused: [
    {
      base: runLine("a", { algo: "pbft" }),
      next: runLine("b", { algo: "pbft" }),
      fields: [{ field: "network.loss", base: 0, next: 0.1 }],
    },
  ],
  onlyBase: [runLine("c", { n: 9 }), runLine("d", { n: 9, seed: 2 })],
};

test("on a terminal", async () => {
  await expect(`${comparisonText(example)}\n`).toMatchFileSnapshot("golden/comparison.txt");
});

test("in a pull request", async () => {
  await expect(`${comparisonMarkdown(example)}\n`).toMatchFileSnapshot("golden/comparison-markdown.txt");
});

test("in Markdown nothing that comes from files can break a table or make a tag", () => {
  const text = comparisonMarkdown(example);
  expect(text).toContain("a\\|b &lt;c>");
  expect(text).not.toContain("<c>");
});

test("as one document, whose numbers are those of the runs", () => {
  const { comparisons } = JSON.parse(JSON.stringify(documentOf([example], 4)));
  const [row] = comparisons[0].rows;
  expect(row).toMatchObject({ algo: "raft", n: 3, quorum: 2, workload: "steady", seeds: [1, 2, 3, 4, 5] });
  const throughput = row.metrics.find(({ metric }: { metric: string }) => metric === "throughput");
  expect(throughput).toMatchObject({
    verdict: "better",
    better: "higher",
    scale: "ratio",
    method: "constant",
  });
  expect(throughput.change).toBeCloseTo(11 / 9, 9);
  expect(throughput.seeds[1]).toEqual({ seed: 2, base: 900 * 1.02, new: 1100 * 1.02 });
  expect(comparisons[0].not_comparable[0].fields).toEqual([{ field: "network.loss", base: 0, new: 0.1 }]);
  expect(comparisons[0].only_in_base).toHaveLength(2);
});

describe("algorithms beside each other", () => {
  const pbft = { algo: "pbft", n: 4, crypto: "mac" as const, quorum: 3 };
  const messages = (per_op: number) => ({
    messages: { total: 1, per_op, by_type: {}, by_cause: {}, client: { count: 0, bytes: 0 } },
  });
  const sentences = (base: (seed: number) => Partial<RunLine>, next: (seed: number) => Partial<RunLine>) =>
    sentencesFor(compared(pairsOf(5, base, seed => ({ ...pbft, ...next(seed) }))).rows[0]!, "f");

  test("are told in sentences", () => {
    const [said] = sentences(
      seed => messages(4 * noise[seed - 1]!),
      seed => messages(24 * noise[seed % 5]!),
    );
    expect(said).toMatch(
      /^pbft sends 6\.00 times the messages per operation of raft at f = 1 \(95 %: 5\.8\d to 6\.1\d, 5 seeds\)$/,
    );
  });

  test("of which one sends nothing differ by a number and by no factor", () => {
    const [said] = sentences(
      () => messages(0),
      seed => messages(24 * noise[seed - 1]!),
    );
    expect(said).toMatch(
      /^messages per operation: pbft 24\.0 against 0 of raft at f = 1 \(95 %: difference 23\.\d to /,
    );
  });

  test("are said to be the same where every seed says so", () => {
    expect(
      sentences(
        () => messages(4),
        () => messages(4),
      ),
    ).toEqual(["pbft sends exactly the messages per operation of raft at f = 1 (the same in all 5 seeds)"]);
    expect(
      sentences(
        () => messages(4),
        () => messages(8),
      ),
    ).toEqual([
      "pbft sends 2.00 times the messages per operation of raft at f = 1 (the same in all 5 seeds)",
    ]);
  });
});
