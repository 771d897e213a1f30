/** Unequal links and disks: the latency of a command is an order statistic of what lies between the replicas. */
import { describe, expect, test } from "vitest";
import { pbft } from "../../algorithms/pbft/index.ts";
import { agrees } from "./comparison.ts";
import { answerSizes, randomAnswers, waitForAnswers } from "./random-answers.ts";
import { randomRounds } from "./random-rounds.ts";
import {
  answersOn,
  evenCases,
  evenLinks,
  linkCases,
  pbftAnswers,
  place,
  unequalLinks,
} from "./unequal-links.ts";

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

describe.each(evenCases)(
  "equal links of d and disks of W, $protocol.name, $variant: $delays d + $writes W",
  one => {
    test.each(one.sizes)("n=%i", n => {
      const { measured, expected } = evenLinks(one, n);
      expect(measured).toBe(expected);
    });
  },
);
