/** What keeps the search short must not change what it finds. Each rule has cases that go wrong if the rule does. */
import { describe, expect, test } from "vitest";
import type { History } from "../../src/checks/history.ts";
import { operationsByKey } from "../../src/checks/linearizability/keys.ts";
import { linearizable } from "../../src/checks/linearizability/linearizable.ts";
import { problemOf } from "../../src/checks/linearizability/problem.ts";
import { Search } from "../../src/checks/linearizability/search.ts";
import { Seen } from "../../src/checks/linearizability/seen.ts";
import { append, cas, get, historyOf, type Operation, put, remove } from "./histories.ts";

const check = (operations: readonly Operation[], budget?: number) =>
  linearizable(historyOf(operations), budget);
const verdict = (operations: readonly Operation[]): string => check(operations).verdict;
const times = <Item>(count: number, make: (index: number) => Item): Item[] =>
  Array.from({ length: count }, (_, i) => make(i));

/** Every value is written twice and all writes are concurrent, so that there are many orders to try; none will do. */
function stubborn(values: number): Operation[] {
  const value = (index: number) => `v${index}`;
  return [
    ...times(values, index => put(0, 1000, value(index))),
    ...times(values, index => put(0, 1000, value(index))),
    ...times(values, index => get(10 + 2 * index, 11 + 2 * index, value(index))),
    ...times(values, index => get(100 + 2 * index, 101 + 2 * index, value(index))),
    get(900, 901, value(0)),
  ];
}

const onKey = (key: number, operations: readonly Operation[]): Operation[] =>
  operations.map(operation => ({ ...operation, key }));

describe("what changes nothing is no choice", () => {
  test("many reads and refusals at once cost nothing", () => {
    const operations = [
      put(1, 2, "a"),
      ...times(30, () => get(0, 100, "a")),
      ...times(30, () => cas(0, 100, "b", "c", false)),
    ];
    expect(check(operations)).toMatchObject({
      verdict: "valid",
      states: expect.toSatisfy(states => states < 5),
    });
  });

  test("a write of what is there already is not among them: it may be needed later", () => {
    expect(verdict([put(1, 2, "a"), put(3, 20, "a"), put(4, 5, "b"), put(4, 5, "b"), get(6, 7, "a")])).toBe(
      "valid",
    );
    expect(verdict([put(1, 2, "a"), put(3, 5, "a"), put(6, 7, "b"), put(6, 7, "b"), get(8, 9, "a")])).toBe(
      "invalid",
    );
  });

  test("nor is a cas that was done, though it left what was there", () => {
    expect(verdict([put(1, 2, "a"), cas(3, 4, "a", "a", true), put(5, 6, "b")])).toBe("valid");
    expect(verdict([put(1, 2, "a"), put(3, 4, "b"), cas(5, 6, "a", "a", true)])).toBe("invalid");
  });

  test("a value that nobody sees still replaces what was there", () => {
    expect(
      verdict([put(1, 2, "a"), put(3, 4, "x"), put(3, 4, "y"), get(5, 6, "a"), cas(5, 6, "z", "z", false)]),
    ).toBe("invalid");
    expect(verdict([put(1, 2, "a"), put(3, 9, "x"), cas(5, 6, "a", "b", false)])).toBe("valid");
    expect(verdict([put(1, 2, "a"), put(7, 9, "x"), cas(5, 6, "a", "b", false)])).toBe("invalid");
  });

  test("a value that only a refusal tells from others is told from them", () => {
    expect(verdict([put(1, 5, "x"), put(1, 5, "y"), cas(6, 7, "x", "z", false)])).toBe("valid");
    expect(verdict([put(1, 5, "y"), put(1, 5, "x"), cas(6, 7, "x", "z", false)])).toBe("valid");
  });
});

describe("an unknown outcome counts where it is needed, and only there", () => {
  test("it may explain an answer at any time after its call, once, or never", () => {
    const write = [put(1, 2, "a"), put(3, undefined, "b")];
    expect(verdict([...write, get(90, 91, "b")])).toBe("valid");
    expect(verdict([...write, get(90, 91, "a")])).toBe("valid");
    expect(verdict([...write, get(90, 91, "a"), get(92, 93, "b")])).toBe("valid");
    expect(verdict([...write, get(90, 91, "b"), get(92, 93, "a")])).toBe("invalid");
    expect(verdict([put(1, 2, "a"), get(3, 4, "b"), put(5, undefined, "b")])).toBe("invalid");
    expect(verdict([append(1, undefined, "a"), get(2, 3, "aa")])).toBe("invalid");
    expect(verdict([append(1, undefined, "a"), append(1, undefined, "a"), get(2, 3, "aa")])).toBe("valid");
  });

  test("it may be what a cas was refused for", () => {
    const refused = cas(10, 11, "a", "c", false);
    expect(verdict([put(1, 2, "a"), refused])).toBe("invalid");
    expect(verdict([put(1, 2, "a"), put(3, undefined, "b"), refused])).toBe("valid");
    expect(verdict([put(1, 2, "a"), remove(3, undefined), refused])).toBe("valid");
    expect(verdict([put(1, 2, "a"), append(3, undefined, "b"), refused])).toBe("valid");
    expect(verdict([put(1, 2, "a"), cas(3, undefined, "a", "x"), refused])).toBe("valid");
    expect(verdict([put(1, 2, "a"), cas(3, undefined, "y", "x"), refused])).toBe("invalid");
  });

  test("one may need another", () => {
    const chain = [put(1, 2, "a"), cas(3, undefined, "a", "b"), cas(3, undefined, "b", "c")];
    expect(verdict([...chain, get(10, 11, "c")])).toBe("valid");
    expect(verdict([...chain, get(10, 11, "c"), get(12, 13, "b")])).toBe("invalid");
    expect(verdict([...chain, cas(9, undefined, "c", "a"), get(10, 11, "c"), get(12, 13, "a")])).toBe(
      "valid",
    );
    expect(verdict([put(1, undefined, "x"), append(2, 3, "y"), get(4, 5, "xy")])).toBe("valid");
  });

  test("the same effect twice is needed twice", () => {
    const twice = [put(1, undefined, "b"), put(1, undefined, "b")];
    const seen = [put(2, 3, "a"), get(4, 5, "b"), put(6, 7, "a"), get(8, 9, "b")];
    expect(verdict([...twice, ...seen])).toBe("valid");
    expect(verdict([...twice.slice(1), ...seen])).toBe("invalid");
  });

  test("what was used for one answer is not there for another, and what was not is", () => {
    const later = [put(50, 51, "c"), get(52, 53, "c")];
    const reads = [get(20, 21, "b"), put(30, 31, "d"), get(40, 41, "b"), ...later];
    expect(verdict([put(1, 10, "b"), put(1, 11, "c"), put(1, undefined, "b"), ...reads])).toBe("valid");
    expect(verdict([put(1, 10, "b"), put(11, 12, "c"), put(1, undefined, "b"), ...reads])).toBe("invalid");
  });

  test("those that nobody can have seen are not tried", () => {
    const operations = [
      ...times(60, index => put(0, undefined, `unseen ${index}`)),
      ...times(20, index => cas(0, undefined, `unseen ${index}`, `more ${index}`)),
      ...times(20, index => put(10 * index, 10 * index + 15, index % 3)),
      ...times(20, index => get(10 * index + 1, 10 * index + 16, index % 3)),
    ];
    expect(check(operations).states).toBeLessThan(200);
  });
});

describe("what nobody can have written is seen at once", () => {
  test.each([
    ["written by nobody", [put(1, 2, "a"), get(3, 4, "b")]],
    ["only by what failed", [{ ...put(1, 2, "a"), status: "failed" }, get(3, 4, "a")]],
    ["found by a cas, and written by nobody", [put(1, 2, "a"), cas(3, 4, "b", "c", true)]],
    ["seen before it was written", [get(1, 2, "a"), put(3, 4, "a"), cas(5, 6, "x", "y", false)]],
    ["a text that nothing can end", [append(1, 2, "a"), get(3, 4, "ab")]],
    ["a text whose end comes later", [append(1, 2, "a"), get(3, 4, "ab"), append(5, 6, "b")]],
  ] as [string, Operation[]][])("%s", (_name, operations) => {
    expect(check(operations)).toMatchObject({ verdict: "invalid", states: 0 });
  });
});

describe("keys that are only appended to", () => {
  const name = (index: number) => `${index};`;
  const appends = (count: number) => times(count, index => append(10 * index, 10 * index + 95, name(index)));
  const textOf = (count: number) => times(count, name).join("");

  test("are followed along what was read, however many appends there are at once", () => {
    const reads = times(300, index => get(10 * index + 92, 10 * index + 94, textOf(index + 1)));
    const { verdict: found, states } = check([...appends(300), ...reads]);
    expect(found).toBe("valid");
    expect(states).toBeLessThan(2000);
  });

  test("never hold anything else", () => {
    expect(verdict([append(1, 2, "a"), append(1, 2, "b"), get(3, 4, "ab"), get(5, 6, "ba")])).toBe("invalid");
    expect(verdict([append(1, 2, "a"), append(3, 4, "b"), get(5, 6, "ba")])).toBe("invalid");
    expect(verdict([append(1, 2, "a"), append(3, 4, "b"), get(5, 6, "a")])).toBe("invalid");
    expect(verdict([append(1, 2, "a"), append(3, 9, "b"), get(5, 6, "a")])).toBe("valid");
  });

  test("a text may be put together in several ways", () => {
    const parts = [append(1, 2, "a"), append(1, 2, "b"), append(1, 2, "ab")];
    expect(verdict([...parts, get(3, 4, "abab")])).toBe("valid");
    expect(verdict([...parts, get(3, 4, "aabb")])).toBe("valid");
    expect(verdict([...parts, get(3, 4, "abba")])).toBe("valid");
    expect(verdict([...parts, get(3, 4, "bbaa")])).toBe("invalid");
    expect(verdict([...parts, get(1, 2, "a"), get(3, 4, "abab")])).toBe("valid");
  });

  test("an append that nobody sees is not forgotten", () => {
    expect(verdict([append(1, 2, "a"), append(3, 4, "x"), put(5, 6, "b"), get(7, 8, "b")])).toBe("valid");
    expect(verdict([append(1, 2, "a"), append(3, 4, "x"), get(7, 8, "a")])).toBe("invalid");
  });
});

describe("values that are written once", () => {
  test("take no search: reads and writes alone are decided in linear time", () => {
    const operations = times(3000, index => [
      put(10 * index, 10 * index + 35, index),
      get(10 * index + 20, 10 * index + 45, index),
    ]).flat();
    expect(check(operations)).toMatchObject({ verdict: "valid", states: 0 });
    const stale = [...operations, get(40_000, 40_001, 2990)];
    expect(check(stale)).toMatchObject({ verdict: "invalid", states: 0 });
  });

  test.each<[string, Operation[], string]>([
    ["a value comes back", [put(1, 2, "a"), put(3, 9, "b"), get(4, 5, "b"), get(6, 7, "a")], "invalid"],
    [
      "two values take turns",
      [put(1, 9, "a"), put(1, 9, "b"), get(2, 3, "a"), get(4, 5, "b"), get(6, 7, "a")],
      "invalid",
    ],
    ["one within the span of another", [put(1, 2, "a"), put(3, 4, "b"), get(5, 6, "a")], "invalid"],
    ["one that may come before it", [put(1, 3, "a"), put(2, 4, "b"), get(5, 6, "a")], "valid"],
    ["the first value after it was replaced", [put(1, 2, "a"), get(3, 4, undefined)], "invalid"],
    [
      "an unknown write in between",
      [put(1, 2, "a"), put(1, undefined, "b"), get(3, 4, "b"), get(5, 6, "a")],
      "invalid",
    ],
  ])("%s", (_name, operations, expected) => {
    expect(check(operations)).toMatchObject({ verdict: expected, states: 0 });
  });
});

describe("the budget", () => {
  test("is counted in configurations, so that running out of it is the same everywhere", () => {
    const history = historyOf(stubborn(10));
    const first = linearizable(history, 5000);
    expect(first).toMatchObject({ verdict: "unknown", budget: 5000, violation: undefined });
    expect(first.states).toBe(5000);
    expect(linearizable(history, 5000)).toEqual(first);
    expect(linearizable(history)).toMatchObject({ verdict: "invalid", violation: { key: 0 } });
  });

  test("goes to all keys in growing slices: a violation is found beside a key that would use it up", () => {
    const bad = [
      put(1, 2, "a"),
      cas(3, 8, "a", "b", true),
      cas(4, 7, "a", "c", true),
      ...times(100, index => get(10 + index, 10 + index, "c")),
    ];
    const both = [...onKey(0, stubborn(10)), ...onKey(1, bad)];
    expect(check(onKey(0, stubborn(10)), 20_000).verdict).toBe("unknown");
    expect(check(both, 20_000)).toMatchObject({ verdict: "invalid", violation: { key: 1 } });
  });

  test("is not touched by what takes no search", () => {
    expect(check([put(1, 2, "a"), get(3, 4, "a")], 1)).toMatchObject({ verdict: "valid", states: 0 });
  });
});

describe("memory", () => {
  const searched = (history: History, mostWords?: number) => {
    const problem = problemOf(history, operationsByKey(history)[0]!, undefined);
    const search = new Search(problem, mostWords === undefined ? {} : { mostWords });
    return { answer: search.run(10_000_000), states: search.states, most: search.seen.most };
  };

  test("is bounded: what is forgotten is searched again, to the same end", () => {
    const history = historyOf(stubborn(6));
    const ample = searched(history);
    const scarce = searched(history, 1000);
    expect(scarce.answer).toBe(ample.answer);
    expect(scarce.most).toBeLessThan(ample.most / 2);
    expect(scarce.states).toBeGreaterThan(ample.states);
  });

  test("holds few of those that differ in unknown outcomes alone, for each is compared with all of them", () => {
    const seen = new Seen(1, 100);
    const used = (outcome: number) => Int32Array.from({ length: 101 }, (_, word) => Number(word === outcome));
    for (let outcome = 1; outcome <= 100; outcome++) expect(seen.covers(1, 1, used(outcome))).toBe(false);
    for (let outcome = 1; outcome <= 100; outcome++) expect(seen.covers(1, 1, used(outcome))).toBe(true);
    const wide = new Seen(1, 3200);
    for (let outcome = 1; outcome <= 3200; outcome++)
      wide.covers(
        1,
        1,
        Int32Array.from({ length: 3201 }, (_, word) => Number(word === outcome)),
      );
    expect(wide.most).toBeLessThan(1000);
  });
});
