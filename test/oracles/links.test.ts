/** Unequal links and disks: the latency of a command is an order statistic of what lies between the replicas. */
import { describe, expect, test } from "vitest";
import { multiPaxos } from "../../algorithms/multi-paxos/index.ts";
import { paxos } from "../../algorithms/paxos/index.ts";
import { pbft } from "../../algorithms/pbft/index.ts";
import { raft } from "../../algorithms/raft/index.ts";
import { MILLISECOND } from "../simulation/cluster.ts";
import { agrees } from "./comparison.ts";
import { answerSizes, randomAnswers, waitForAnswers } from "./random-answers.ts";
import { randomRounds } from "./random-rounds.ts";
import { answersOn, even, linkCases, pbftAnswers, place, unequalLinks } from "./unequal-links.ts";

const matrices = [1, 2, 3, 4];

for (const one of linkCases) {
  const { protocol, variant, formula, sizes } = one;
  const cells = sizes.flatMap(n => matrices.map(matrix => ({ n, matrix })));
  describe(`${protocol.name}, ${variant}: ${formula}`, () => {
    test.each(cells)("n=$n, matrix $matrix", ({ n, matrix }) => {
      const { expected, measured } = unequalLinks(one, n, matrix);
      expect(measured).toBe(expected);
    });
  });
}

describe("PBFT, every answer and not only the one that decides", () => {
  const cells = [4, 5, 6, 7, 8, 9, 10, 13].flatMap(n => matrices.map(matrix => ({ n, matrix })));
  test.each(cells)("n=$n, matrix $matrix, with disks and without", ({ n, matrix }) => {
    for (const disks of [false, true]) {
      const where = place(matrix, disks);
      const { leader, answersNs } = answersOn(where, n, { protocol: pbft });
      expect(answersNs).toEqual(pbftAnswers(n, leader, where).committed.toSorted((a, b) => a - b));
    }
  });
});

for (const one of randomAnswers) {
  test.each(answerSizes)(`${one.protocol.name}, ${one.variant}, n=%i: ${one.formula}`, n => {
    const compared = waitForAnswers(one, n, 2000);
    expect(compared.tolerance).toBeLessThan(0.03 * compared.expected);
    expect(compared).toSatisfy(agrees);
  });
}

test("PBFT, random times between replicas, n=4: as the recursion has it with times drawn anew", () => {
  expect(randomRounds(4, 1000)).toSatisfy(agrees);
});

describe("equal links of d and disks of W", () => {
  const [d, W] = [5 * MILLISECOND, 3 * MILLISECOND];
  const latency = (protocol: typeof raft, n: number) => answersOn(even(d, W), n, { protocol }).answersNs[0];
  test.each([3, 4, 5, 7, 9])("n=%i: 4d + W for Raft and Multi-Paxos, 6d + 2W for Paxos", n => {
    expect(latency(raft, n)).toBe(4 * d + W);
    expect(latency(multiPaxos, n)).toBe(4 * d + W);
    expect(latency(paxos, n)).toBe(6 * d + 2 * W);
  });

  test.each([4, 5, 7, 10])("n=%i: 5d + 3W for PBFT", n => {
    expect(answersOn(even(d, W), n, { protocol: pbft }).answersNs[pbft.tolerates(n)]).toBe(5 * d + 3 * W);
  });
});
