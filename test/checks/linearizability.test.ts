import { describe, expect, test } from "vitest";
import type { CommandKind } from "#protocol";
import { linearizable } from "../../src/checks/linearizability/linearizable.ts";
import { exhaustive } from "./exhaustive.ts";
import { append, cas, draw, get, historyOf, put, remove, sample, samples } from "./histories.ts";

const verdict = (...[operations, initial]: Parameters<typeof historyOf>): string =>
  linearizable(historyOf(operations, initial)).verdict;

describe("recorded histories have the verdicts that are known of them", () => {
  test.each(Object.entries(samples))("%s", (name, { verdict: known, operations }) => {
    const result = linearizable(sample(name));
    const expected = known === "linearizable" ? "valid" : "invalid";
    expect(result).toMatchObject({ verdict: expected, operations });
  });

  test("there are as many as there were", () => {
    expect(Object.keys(samples)).toHaveLength(62);
  });
});

describe("small dense histories are judged as by trying all orders", () => {
  const mixes: Record<string, readonly CommandKind[]> = {
    everything: ["get", "get", "put", "append", "cas", "delete"],
    register: ["get", "put"],
    "register with cas": ["get", "put", "cas"],
    "cas alone": ["cas"],
    appends: ["get", "append"],
    "appends and puts": ["get", "append", "append", "put"],
    "cas and deletes": ["get", "cas", "cas", "put", "delete"],
  };
  const shapes = [
    { operations: 8, unknown: 0.3 },
    { operations: 9, unknown: 0.3, unique: true },
    { operations: 8, unknown: 0 },
    { operations: 9, unknown: 0.6 },
  ];
  const cases = Object.entries(mixes).flatMap(([name, kinds]) =>
    shapes.map(shape => [name, JSON.stringify(shape), { kinds, ...shape }] as const),
  );

  test.each(cases)("%s, %s", (_name, _shape, drawing) => {
    const counts = { valid: 0, invalid: 0, unknown: 0 };
    for (let seed = 1; seed <= 500; seed++) {
      const history = draw(seed, drawing);
      const result = linearizable(history).verdict;
      counts[result]++;
      if (result === (exhaustive(history) ? "valid" : "invalid")) continue;
      expect.fail(`seed ${seed} is ${result}, wrongly:\n${[...history.toLines()].join("\n")}`);
    }
    // Both verdicts were put to the test.
    expect(Math.min(counts.valid, counts.invalid)).toBeGreaterThan(10);
  });
});

test("what really happened is never called impossible, on larger histories too", () => {
  const kinds: readonly CommandKind[] = ["get", "get", "put", "append", "cas", "delete"];
  for (let seed = 1; seed <= 300; seed++) {
    const unique = seed % 2 === 0;
    const history = draw(seed, { kinds, operations: 40, span: 60, unknown: 0.2, unique, honest: true });
    expect(linearizable(history).verdict, `seed ${seed}`).toBe("valid");
  }
});

describe("the meaning of histories", () => {
  test("an append to an absent key starts from the empty text", () => {
    expect(verdict([append(1, 2, "a"), get(3, 4, "a")])).toBe("valid");
    expect(verdict([put(1, 2, "x"), remove(3, 4), append(5, 6, "a"), get(7, 8, "a")])).toBe("valid");
    expect(verdict([append(1, 2, "a"), get(3, 4, "undefineda")])).toBe("invalid");
  });

  test("an absent key is not the empty text", () => {
    expect(verdict([append(1, 2, ""), get(3, 4, "")])).toBe("valid");
    expect(verdict([append(1, 2, ""), get(3, 4, undefined)])).toBe("invalid");
    expect(verdict([get(3, 4, "")])).toBe("invalid");
  });

  test("starting values are there before everything else", () => {
    expect(verdict([get(0, 1, "start")], "start")).toBe("valid");
    expect(verdict([get(0, 1, undefined)], "start")).toBe("invalid");
    expect(verdict([append(0, 1, "ed"), get(2, 3, "started")], "start")).toBe("valid");
    expect(verdict([cas(0, 1, "start", "on", true), get(2, 3, "on")], "start")).toBe("valid");
  });

  test("what merely touches is concurrent", () => {
    expect(verdict([put(1, 2, "a"), put(3, 5, "b"), get(5, 6, "a")])).toBe("valid");
    expect(verdict([put(1, 2, "a"), put(3, 5, "b"), get(6, 7, "a")])).toBe("invalid");
    // At one instant as well.
    expect(verdict([put(5, 5, "a"), put(5, 5, "b"), get(5, 5, undefined), get(5, 5, "a")])).toBe("valid");
  });

  test("what failed had no effect", () => {
    const failed = { ...put(3, 4, "b"), status: "failed" as const };
    expect(verdict([put(1, 2, "a"), failed, get(5, 6, "a")])).toBe("valid");
    expect(verdict([put(1, 2, "a"), failed, get(5, 6, "b")])).toBe("invalid");
  });

  test("one number is not the text of its digits", () => {
    expect(verdict([put(1, 2, 1), get(3, 4, 1)])).toBe("valid");
    expect(verdict([put(1, 2, 1), get(3, 4, "1")])).toBe("invalid");
  });

  test("keys are independent, and one that is wrong is named", () => {
    const history = historyOf([
      { ...put(1, 2, "a"), key: 3 },
      { ...get(3, 4, "a"), key: 3 },
      { ...put(1, 2, "a"), key: 5 },
      { ...get(3, 4, undefined), key: 5 },
    ]);
    expect(linearizable(history)).toMatchObject({ verdict: "invalid", violation: { key: 5 } });
  });

  test("a history of nothing is linearizable", () => {
    expect(linearizable(historyOf([]))).toMatchObject({ verdict: "valid", operations: 0, states: 0 });
  });
});
