import { describe, expect, test } from "vitest";
import { constant, type FakeWorld, MS, poolIn } from "./fake-world.ts";

const answering = (at: FakeWorld, to: number, request: FakeWorld["sent"][number]["request"]) =>
  at.reply(1, to, request);
const kinds = (world: FakeWorld) => world.sent.map(({ request }) => request.command.kind);

describe("read-modify-write", () => {
  const mix = { put: 0, rmw: 1 };

  test("is a get and, once that is answered, a put of the same key by the same client", () => {
    const world = poolIn(1, answering, { mix, keys: 1000 });
    world.pool.onStart();
    world.runUntil(199.5);
    expect(world.sent).toHaveLength(200);
    for (let index = 0; index < world.sent.length; index += 2) {
      const [get, put] = world.sent.slice(index, index + 2) as [
        (typeof world.sent)[0],
        (typeof world.sent)[0],
      ];
      expect([get.request.command.kind, put.request.command.kind]).toEqual(["get", "put"]);
      expect(put.request.command.key).toBe(get.request.command.key);
      expect(put.request.client).toBe(get.request.client);
      expect(put.request.sequence).toBe(get.request.sequence + 1);
      expect(put.request.command.bytes).toBe(100);
    }
    expect(new Set(world.sent.map(({ request }) => request.command.key)).size).toBeGreaterThan(50);
  });

  test("both halves are operations, each with its own latency, and the client thinks after both", () => {
    const world = poolIn(1, answering, { mix, clients: { think: constant(10 * MS) } });
    world.pool.onStart();
    world.runUntil(14);
    expect(world.ended.map(({ call, end }) => [call, end])).toEqual([
      [0, 1],
      [1, 2],
      [12, 13],
      [13, 14],
    ]);
  });

  test("the put does not come where the get was not answered, or the operations are used up", () => {
    const silent = poolIn(1, () => {}, { mix, clients: { timeoutNs: 100 * MS } });
    silent.pool.onStart();
    silent.runUntil(350);
    expect(new Set(kinds(silent))).toEqual(new Set(["get"]));
    const limited = poolIn(1, answering, { mix });
    limited.pool.resume(3);
    limited.runUntil(50);
    expect(kinds(limited)).toEqual(["get", "put", "get"]);
    expect(limited.pool.done).toBe(true);
  });

  test("in an open loop the slot is free after both halves", () => {
    const steps = [{ fromPerSecond: 100, toPerSecond: 100, overNs: 0 }];
    const arrivals = { spacing: "constant", steps, burst: undefined } as const;
    const world = poolIn(1, answering, { mix, clients: { mode: "open", count: 10, arrivals } });
    world.pool.onStart();
    world.runUntil(33);
    expect(world.sent.map(({ at }) => at)).toEqual([10, 11, 20, 21, 30, 31]);
    expect(new Set(world.sent.map(({ request }) => request.client)).size).toBe(1);
    world.pool.pause();
    world.runUntil(100);
    expect(world.pool.done).toBe(true);
  });
});

describe("inserts", () => {
  const mix = { put: 0, insert: 1 };

  test("each puts a key that has not been there", () => {
    const world = poolIn(1, answering, { mix, keys: 10 });
    world.pool.onStart();
    world.runUntil(19.5);
    expect(world.sent.map(({ request }) => request.command.key)).toEqual(
      Array.from({ length: 20 }, (_, index) => 10 + index),
    );
    expect(new Set(kinds(world))).toEqual(new Set(["put"]));
  });

  test("a key is chosen by others once its insertion, and all before it, have ended", () => {
    const keys = { distribution: "sequential", count: 2 } as const;
    // Key 2 is answered late, so 3 and 4 are not known before it.
    const world = poolIn(1, (at, to, request) => at.reply(request.command.key === 2 ? 20 : 1, to, request), {
      mix: { put: 0, insert: 1, get: 1 },
      keys,
      clients: { count: 2 },
    });
    world.pool.onStart();
    world.runUntil(200);
    const seen = (from: number, to: number) =>
      world.sent
        .filter(({ at, request }) => request.command.kind === "get" && at > from && at < to)
        .map(({ request }) => request.command.key);
    const inserted = world.sent.find(({ request }) => request.command.key === 2)!.at;
    expect(Math.max(...seen(0, inserted + 20))).toBe(1);
    expect(Math.max(...seen(inserted + 20, 200))).toBeGreaterThan(10);
  });

  test("one that never got an answer does not hold up the others", () => {
    const keys = { distribution: "latest", count: 5, theta: 0.99 } as const;
    const world = poolIn(1, (at, to, request) => request.command.key !== 5 && at.reply(1, to, request), {
      mix: { put: 0, insert: 1, get: 1 },
      keys,
      clients: { timeoutNs: 20 * MS },
    });
    world.pool.onStart();
    world.runUntil(300);
    const reads = world.sent.filter(({ request }) => request.command.kind === "get");
    expect(Math.max(...reads.map(({ request }) => request.command.key))).toBeGreaterThan(50);
  });
});
