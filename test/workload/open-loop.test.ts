import { describe, expect, test } from "vitest";
import { OperationMeter } from "../../src/metrics/operations.ts";
import type { ArrivalChoice } from "../../src/workload/workload.ts";
import { type Changes, type FakeWorld, MS, poolIn } from "./fake-world.ts";

const steady = (perSecond: number, overNs = 0) => ({
  fromPerSecond: perSecond,
  toPerSecond: perSecond,
  overNs,
});

function openLoop(
  script: Parameters<typeof poolIn>[1],
  perSecond = 100,
  { clients, ...changes }: Changes = {},
  arrivals: Partial<ArrivalChoice> = {},
): FakeWorld {
  return poolIn(2, script, {
    clients: {
      mode: "open",
      count: 1000,
      arrivals: { spacing: "constant", steps: [steady(perSecond)], burst: undefined, ...arrivals },
      ...clients,
    },
    ...changes,
  });
}

const callers = (world: FakeWorld) => world.sent.map(({ request }) => [request.client, request.sequence]);

describe("an open loop", () => {
  test("operations come at their rate, whether or not earlier ones were answered", () => {
    const world = openLoop(() => {});
    world.pool.onStart();
    world.runUntil(55);
    expect(world.sent.map(({ at }) => at)).toEqual([10, 20, 30, 40, 50]);
    expect(callers(world)).toEqual([0, 1, 2, 3, 4].map(client => [client, 1]));
    expect(world.pool.submitted).toBe(5);
  });

  test("a client that has its answer takes the next operation", () => {
    const world = openLoop((at, to, request) => at.reply(1, to, request));
    world.pool.onStart();
    world.runUntil(35);
    expect(callers(world)).toEqual([
      [0, 1],
      [0, 2],
      [0, 3],
    ]);
  });

  test("a client whose operation timed out never asks again", () => {
    const world = openLoop(() => {}, 100, { clients: { timeoutNs: 15 * MS } });
    world.pool.onStart();
    world.runUntil(45);
    expect(callers(world).map(([client]) => client)).toEqual([0, 1, 2, 3]);
    expect(world.ended.map(({ outcome, call, end }) => [outcome, call, end])).toEqual([
      ["unknown", 10, 25],
      ["unknown", 20, 35],
      ["unknown", 30, 45],
    ]);
  });

  test("an operation that is started late was called when it was meant to be", () => {
    const world = openLoop((at, to, request) => at.reply(1, to, request));
    world.pool.onStart();
    world.wakeAfterNs(-1, 34 * MS);
    world.runUntil(36);
    expect(world.sent.map(({ at }) => at)).toEqual([34, 34, 34]);
    expect(world.ended.map(({ call, end }) => [call, end])).toEqual([
      [10, 35],
      [20, 35],
      [30, 35],
    ]);
  });

  test("several may arrive at one instant", () => {
    const world = openLoop((at, to, request) => at.reply(1, to, request), 2e9);
    world.pool.onStart();
    world.runUntil(100 / MS);
    expect(world.pool.submitted).toBe(200);
  });

  test("what arrives beyond the limit has failed at once, and takes the same draws", () => {
    const limited = openLoop(() => {}, 100, { clients: { count: 2 }, keys: 1000 });
    const free = openLoop(() => {}, 100, { keys: 1000 });
    for (const world of [limited, free]) {
      world.pool.onStart();
      world.runUntil(65);
    }
    expect(limited.sent).toHaveLength(2);
    expect(limited.ended).toMatchObject(
      [30, 40, 50, 60].map(at => ({ call: at, end: at, outcome: "failed" })),
    );
    expect(new Set(limited.ended.map(({ request }) => request.client)).size).toBe(1);
    const keys = [...limited.sent, ...limited.ended].map(({ request }) => request.command.key);
    expect(keys).toEqual(free.sent.map(({ request }) => request.command.key));
    expect(limited.pool.submitted).toBe(6);
    expect(limited.pool.idle).toBe(false);
  });
});

describe("phases of an open loop", () => {
  const answering = (perSecond = 1000) =>
    openLoop((at, to, request) => at.reply(3.5, to, request), perSecond);

  test("a pause lets what is outstanding end, and nothing arrives meanwhile", () => {
    const world = answering();
    world.pool.onStart();
    world.runUntil(10);
    world.pool.pause();
    expect(world.pool.done).toBe(false);
    world.runUntil(100);
    expect(world.sent).toHaveLength(10);
    expect(world.ended).toHaveLength(10);
    expect(world.pool.done).toBe(true);
  });

  test("after a pause exactly so many arrive, the curve from its beginning", () => {
    const steps = [steady(1000, 5 * MS), steady(100)];
    const world = openLoop((at, to, request) => at.reply(1, to, request), 0, {}, { steps });
    world.pool.onStart();
    world.runUntil(50);
    world.pool.pause();
    world.runUntil(100);
    const before = world.sent.length;
    world.pool.resume(7);
    expect(world.pool.done).toBe(false);
    world.runUntil(500);
    expect(world.sent.slice(before).map(({ at }) => at)).toEqual([101, 102, 103, 104, 105, 115, 125]);
    expect(world.pool.done).toBe(true);
    expect(world.ended).toHaveLength(before + 7);
  });

  test("what is outstanding at the end of a run is unknown", () => {
    const world = answering();
    world.pool.onStart();
    world.runUntil(10);
    world.pool.abandon();
    expect(world.ended.filter(({ outcome }) => outcome === "unknown")).toHaveLength(4);
    world.runUntil(50);
    expect(world.sent).toHaveLength(10);
  });
});

describe("latency from the intended start", () => {
  /** Answered after 1 ms for ten seconds; what comes in the next ten is answered when they are over. */
  const stalling = (at: FakeWorld, to: number, request: FakeWorld["sent"][number]["request"]) => {
    const now = at.nowNs() / MS;
    at.reply(now <= 10_000 ? 1 : Math.max(1, 20_000 - now), to, request);
  };
  const patient = { retryNs: 1e12, timeoutNs: 1e12 };

  function measured(world: FakeWorld): OperationMeter {
    world.pool.onStart();
    world.runUntil(20_000.5);
    world.pool.pause();
    world.runUntil(20_010);
    const meter = new OperationMeter();
    meter.open(0);
    for (const { request, call, end, outcome } of world.ended) {
      meter.onOperation(request, call * MS, end * MS, outcome);
    }
    return meter;
  }

  test("a stall shows in every operation that was due during it: no coordinated omission", () => {
    const { latency } = measured(openLoop(stalling, 100, { clients: patient }));
    expect(latency.count).toBe(2000);
    // Half of them 1 ms, half uniform on (0, 10 s].
    expect(latency.mean! / 1e9).toBeCloseTo((1000 * 0.001 + 1000 * 4.995) / 2000, 2);
    expect(latency.percentile(0.49)!).toBeLessThan(1.02e6);
    expect(latency.percentile(0.75)! / 1e9).toBeCloseTo(5, 1);
    expect(latency.max! / 1e9).toBeCloseTo(9.99, 3);
  });

  test("a closed loop with time to think asks once during the stall, and hides it", () => {
    const think = { distribution: "constant", meanNs: 9 * MS } as const;
    const { latency } = measured(poolIn(2, stalling, { clients: { ...patient, think } }));
    expect(latency.percentile(0.99)!).toBeLessThan(1.02e6);
    expect(latency.mean! / 1e6).toBeLessThan(12);
    expect(latency.max! / 1e9).toBeGreaterThan(9.9);
  });
});
