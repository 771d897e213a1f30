import { expect, describe as group, test } from "vitest";
import type { CommandKind } from "#protocol";
import type { History } from "../../src/checks/history.ts";
import { describe } from "../../src/checks/linearizability/describe.ts";
import { type Explanation, explain } from "../../src/checks/linearizability/explain.ts";
import { linearizable } from "../../src/checks/linearizability/linearizable.ts";
import { exhaustive } from "./exhaustive.ts";
import {
  append,
  cas,
  draw,
  get,
  historyOf,
  type Operation,
  operationsOf,
  put,
  sample,
  samples,
} from "./histories.ts";

const explained = (history: History): Explanation => {
  const { violation } = linearizable(history);
  return explain(history, violation!.key);
};

const times = <Item>(count: number, make: (index: number) => Item): Item[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** A history with only these operations. */
const only = (history: History, { operations, start }: Explanation): History =>
  historyOf(
    operationsOf(history, [...operations]).map(operation => ({ ...operation, key: 0 })),
    start,
  );

group("a history that is not linearizable is reduced to a handful of operations", () => {
  test.each(Object.entries(samples).filter(([, { verdict }]) => verdict === "not-linearizable"))(
    "%s",
    name => {
      const history = sample(name);
      const explanation = explained(history);
      expect(explanation.operations.length).toBeLessThanOrEqual(11);
      expect(linearizable(only(history, explanation)).verdict).toBe("invalid");
    },
  );

  test("2,000 operations of 20 clients on 10 keys, to the three that matter", () => {
    const operations: Operation[] = times(2000, index => {
      const call = 10 * Math.floor(index / 2);
      const key = Math.floor(index / 2) % 10;
      return { ...(index % 2 === 0 ? put(call, call + 15, call) : get(call + 20, call + 25, call)), key };
    });
    const all = [...operations, { ...get(20_000, 20_001, 9830), key: 3 }];
    const history = historyOf(all.map((operation, index) => ({ ...operation, client: index % 20 })));
    const explanation = explained(history);
    expect(explanation.operations.map(operation => describeOne(history, operation))).toEqual([
      "put 9830",
      "put 9…",
      "get 9830",
    ]);
    expect(explanation).toMatchObject({ key: 3, leftOut: 198, unwritten: false });
  });

  const describeOne = (history: History, operation: number): string => {
    const value = history.kind[operation] === "get" ? history.result[operation] : history.value[operation];
    return `${history.kind[operation]} ${value === 9830 ? value : "9…"}`;
  };

  test("texts with a long history, to their ends", () => {
    const name = (index: number) => `${index};`;
    const text = (count: number) => times(count, name).join("");
    const operations = times(300, index => [
      append(10 * index, 10 * index + 1, name(index)),
      get(10 * index + 2, 10 * index + 3, text(index + 1)),
    ]).flat();
    // The last append but one is lost.
    const lost = get(4000, 4001, text(298) + name(299));
    const history = historyOf([...operations, lost]);
    const explanation = explained(history);
    expect(explanation.operations.length).toBeLessThanOrEqual(8);
    expect(String(explanation.start).length).toBeGreaterThan(1000);
    expect(linearizable(only(history, explanation)).verdict).toBe("invalid");
    expect(describe(history, explanation)).toContain("characters), by operations that are left out");
  });

  test("the same each time", () => {
    const history = sample("etcd_etcd_037.jsonl.gz");
    expect(explained(history)).toEqual(explained(history));
  });

  test("within its bounds: with little to spend it leaves more", () => {
    const history = sample("etcd_etcd_000.jsonl.gz");
    const key = linearizable(history).violation!.key;
    const some = explain(history, key, 2000);
    const all = explain(history, key, 10);
    expect(some.operations.length).toBeGreaterThan(explain(history, key).operations.length);
    expect(all.leftOut).toBe(0);
    expect(linearizable(only(history, some)).verdict).toBe("invalid");
  });
});

group("what is left is impossible whatever else happened", () => {
  test.each<[string, readonly CommandKind[]]>([
    ["registers", ["get", "put"]],
    ["cas", ["get", "put", "cas", "delete"]],
    ["texts", ["get", "append", "put"]],
    ["everything", ["get", "get", "put", "append", "cas", "delete"]],
  ])("%s: a contradiction beside a history without any is found alone", (_name, kinds) => {
    for (let seed = 1; seed <= 300; seed++) {
      const history = draw(seed, { kinds, operations: 8, unknown: 0.2, honest: true });
      expect(exhaustive(history), `seed ${seed}`).toBe(true);
      const first = history.length;
      const wrong = [put(100, 101, "y"), put(102, 103, "z"), get(104, 105, "y")];
      const both = historyOf([...operationsOf(history), ...wrong], history.initial.get(0));
      const { operations } = explained(both);
      expect(operations.slice(-3), `seed ${seed}`).toEqual([first, first + 1, first + 2]);
      // What may take effect at any time may be what such a text begins with: it is left, with what it needs.
      expect(operations.length, `seed ${seed}`).toBeLessThanOrEqual(5);
    }
  });

  test("a write is not left out while what it explains is there, and later ones are", () => {
    const history = historyOf([
      put(1, 2, "a"),
      put(3, 4, "b"),
      get(5, 6, "a"),
      put(7, 8, "a"),
      get(9, 10, "a"),
      cas(11, 12, "a", "c", true),
    ]);
    expect(explained(history).operations).toEqual([0, 1, 2]);
  });
});

group("the explanation", () => {
  test("has the longest order, what the key holds then, and the operation that fits nowhere", () => {
    const history = historyOf([
      put(1, 2, "a"),
      get(3, 4, "a"),
      put(5, 6, "b"),
      get(7, 8, "a"),
      get(9, 10, "b"),
    ]);
    expect(explained(history)).toEqual({
      key: 0,
      operations: [0, 2, 3],
      leftOut: 2,
      start: undefined,
      order: [0, 2],
      holds: "b",
      stuck: 3,
      unwritten: false,
      failed: [],
    });
  });

  test("names what was reported to have failed", () => {
    const failed = { ...put(1, 2, "a"), status: "failed" as const };
    const history = historyOf([failed, get(3, 4, "a")]);
    expect(explained(history)).toMatchObject({ operations: [1], stuck: 1, unwritten: true, failed: [0] });
  });

  test("is drawn with a lane for each client", () => {
    const history = sample("micro_unknown-write-undone.jsonl.gz");
    expect(describe(history, explained(history))).toBe(
      [
        'key "x": these 4 operations contradict each other',
        "before them it holds nothing",
        "",
        "  client 1  |put 1|",
        "  client 2         |put 2             …",
        "  client 3          |get → 2||get → 1|",
        "",
        "so far an order explains what clients saw:",
        "  put 1  (client 1)",
        "  put 2  (client 2)",
        "  get → 2  (client 3)",
        'then key "x" holds 2, and there is no place for',
        "  get → 1  (client 3), called at 12, returned at 13",
      ].join("\n"),
    );
  });

  test("is a list where a drawing would be too wide, and a short one", () => {
    const reads = times(12, index => [
      get(20 * index + 1, 20 * index + 2, "a"),
      get(20 * index + 3, 20 * index + 4, "b"),
    ]);
    const writes = times(11, () => [put(0, 900, "a"), put(0, 900, "b")]);
    const history = historyOf([...reads.flat(), ...writes.flat()]);
    const explanation = explained(history);
    expect(explanation.operations).toHaveLength(45);
    const text = describe(history, explanation);
    expect(text).toContain('\n  … 5 more\n  0 to 900                          client 29  put "b"\n');
    expect(text).toContain('\n  221 to 222                        client 22  get → "a"\n\nso far');
  });
});
