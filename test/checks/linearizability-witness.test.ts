import { describe, expect, test } from "vitest";
import type { CommandKind } from "#protocol";
import { HistoryRecorder } from "../../src/checks/history.ts";
import { linearizable } from "../../src/checks/linearizability/linearizable.ts";
import { exhaustive } from "./exhaustive.ts";
import { append, cas, draw, get, historyOf, type Operation, put, remove } from "./histories.ts";

const check = (operations: readonly Operation[]) => linearizable(historyOf(operations));
const at = (position: number, operation: Operation): Operation => ({ ...operation, position });

describe("the order of execution is believed if it explains everything", () => {
  test("a history with its order takes no search", () => {
    const operations = Array.from({ length: 2000 }, (_, index) =>
      at(index, index % 2 === 0 ? put(index, index + 50, index) : cas(index, index + 50, index - 1, 7, true)),
    );
    const history = historyOf(operations.map(operation => ({ ...operation, expected: operation.call - 1 })));
    expect(linearizable(history)).toMatchObject({ verdict: "valid", keys: 1, witnessed: 1, states: 0 });
  });

  test("positions may have gaps and come in any order", () => {
    const operations = [at(900_000, get(1, 9, "b")), at(3, put(1, 9, "a")), at(70, put(1, 9, "b"))];
    expect(check(operations)).toMatchObject({ verdict: "valid", witnessed: 1 });
  });

  test("an append to an absent key is replayed as one to the empty text", () => {
    expect(check([at(0, append(1, 2, "a")), at(1, get(3, 4, "a"))])).toMatchObject({ witnessed: 1 });
  });

  test("what was executed although nobody heard of it is part of it, and what was not is not", () => {
    const history = [at(0, put(1, undefined, "a")), at(1, get(5, 6, "a")), put(1, undefined, "b")];
    expect(check(history)).toMatchObject({ verdict: "valid", witnessed: 1 });
  });

  test("reads without a place in the log are given one", () => {
    const operations = [
      at(0, put(1, 2, "a")),
      get(3, 4, "a"),
      at(1, put(3, 6, "b")),
      get(5, 9, "a"),
      cas(5, 9, "a", "c", false),
      get(7, 9, "b"),
      at(2, append(10, 20, "c")),
      get(11, 12, "b"),
      get(13, 14, "bc"),
      at(3, remove(15, 16)),
      get(17, 18, undefined),
    ];
    expect(check(operations)).toMatchObject({ verdict: "valid", witnessed: 1 });
  });

  test("keys are explained one by one, and only the others are searched", () => {
    const stale = [at(2, put(1, 2, "a")), at(3, put(3, 4, "b")), at(4, get(5, 6, "a"))];
    const operations = [
      at(0, put(1, 2, "a")),
      at(1, get(3, 4, "a")),
      ...stale.map(one => ({ ...one, key: 1 })),
    ];
    expect(check(operations)).toMatchObject({ verdict: "invalid", witnessed: 1, violation: { key: 1 } });
  });
});

describe("an order that explains nothing proves nothing", () => {
  test.each<[string, Operation[], string]>([
    ["a false order", [at(1, put(1, 2, "a")), at(0, put(3, 4, "b")), at(2, get(5, 6, "b"))], "valid"],
    ["a write without a position", [put(1, 2, "a"), at(0, get(3, 4, "a"))], "valid"],
    [
      "a position that is there twice",
      [at(0, put(1, 2, "a")), at(0, put(3, 4, "b")), at(1, get(5, 6, "b"))],
      "valid",
    ],
    [
      "a failed write that was executed",
      [at(0, put(1, 2, "a")), { ...at(1, put(3, 4, "b")), status: "failed" }, at(2, get(5, 6, "b"))],
      "invalid",
    ],
    ["a stale read", [at(0, put(1, 2, "a")), at(2, put(3, 4, "b")), at(1, get(5, 6, "a"))], "invalid"],
    [
      "a stale read without a position",
      [at(0, put(1, 2, "a")), at(1, put(3, 4, "b")), get(5, 6, "a")],
      "invalid",
    ],
    [
      "reads without positions in the wrong order",
      [at(0, put(1, 2, "a")), at(1, put(3, 9, "b")), get(4, 5, "b"), get(6, 7, "a")],
      "invalid",
    ],
  ])("%s", (_name, operations, verdict) => {
    expect(check(operations)).toMatchObject({ verdict, witnessed: 0 });
  });

  test("whatever the positions are, the verdict is that of all orders", () => {
    const kinds: readonly CommandKind[] = ["get", "get", "put", "append", "cas", "delete"];
    let witnessed = 0;
    for (let seed = 1; seed <= 1500; seed++) {
      const history = draw(seed, { kinds, operations: 7, unknown: 0.2, honest: seed % 3 > 0 });
      const byCall = [...history.call.keys()].sort(
        (left, right) => history.call[left]! - history.call[right]!,
      );
      // Plausible, and wrong more often than not; some without any.
      for (const [position, operation] of byCall.entries()) {
        if ((seed + operation) % 4 > 0) history.position[operation] = position;
      }
      const result = linearizable(history);
      witnessed += result.witnessed;
      expect(result.verdict, `seed ${seed}`).toBe(exhaustive(history) ? "valid" : "invalid");
    }
    expect(witnessed).toBeGreaterThan(100);
  });
});

test("a recorded run carries its order", () => {
  const recorder = new HistoryRecorder();
  const request = (client: number, sequence: number, kind: CommandKind, value = "") => ({
    client,
    sequence,
    command: { kind, key: 0, value, expected: undefined, bytes: value.length },
  });
  const [write, read, lost] = [request(0, 1, "put", "a"), request(1, 1, "get"), request(2, 1, "put", "b")];
  recorder.executed(write);
  recorder.executed(write); // by another replica
  recorder.onOperation(write, 1, 5, "ok", undefined);
  recorder.onOperation(lost, 2, 6, "unknown", undefined);
  recorder.executed(lost); // long after its client gave up
  recorder.executed(write); // by one that was behind
  recorder.executed(read);
  recorder.onOperation(read, 7, 9, "ok", "b");
  expect([...recorder.history.position]).toEqual([0, 1, 2]);
  expect(linearizable(recorder.history)).toMatchObject({ verdict: "valid", witnessed: 1, states: 0 });
});

test("a read that was answered without the log, and executed later all the same, is placed where it fits", () => {
  const history = historyOf([
    { kind: "put", value: "a", call: 1, return: 2, position: 0 },
    { kind: "get", result: "a", call: 3, return: 4, position: 2 },
    { kind: "put", value: "b", call: 5, return: 6, position: 1 },
  ]);
  expect(linearizable(history)).toMatchObject({ verdict: "valid", witnessed: 1 });
  expect(check([at(1, put(1, 9, "a")), at(0, get(2, 8, "a"))])).toMatchObject({
    verdict: "valid",
    witnessed: 1,
  });
});
