import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { majority, Ranking, Votes } from "../../algorithms/quorum.ts";

describe("majority", () => {
  test("is more than half, for even n too", () => {
    expect([1, 2, 3, 4, 5, 6, 7, 9, 256].map(majority)).toEqual([1, 2, 2, 3, 3, 4, 4, 5, 129]);
  });
});

describe("Votes", () => {
  test("counts each of up to 256 voters once", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(255)), voters => {
        const votes = new Votes();
        const seen = new Set<number>();
        for (const voter of voters) {
          expect(votes.add(voter)).toBe(!seen.has(voter));
          seen.add(voter);
          expect(votes.count).toBe(seen.size);
        }
        for (let node = 0; node < 256; node++) expect(votes.has(node)).toBe(seen.has(node));
        votes.clear();
        expect([votes.count, votes.has(voters[0] ?? 0)]).toEqual([0, false]);
      }),
    );
  });
});

describe("Ranking", () => {
  test("finds what sorting finds", () => {
    const ranking = new Ranking();
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1, maxLength: 9 }), fc.nat(8), (values, nth) => {
        const k = (nth % values.length) + 1;
        expect(ranking.kthLargest(values, k)).toBe(values.toSorted((a, b) => b - a)[k - 1]);
      }),
    );
  });
});
