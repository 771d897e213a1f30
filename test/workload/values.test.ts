import { describe, expect, test } from "vitest";
import { drawDelay } from "../../src/workload/draws.ts";
import { valueSizes } from "../../src/workload/values.ts";
import type { DelayChoice, ValueChoice } from "../../src/workload/workload.ts";
import { fakeRandom, poolIn } from "./fake-world.ts";

const DRAWS = 100_000;
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values: readonly number[]) => {
  const middle = mean(values);
  return Math.sqrt(mean(values.map(value => (value - middle) ** 2)));
};

function sizes(value: ValueChoice): number[] {
  const size = valueSizes(value);
  const source = { random: fakeRandom(5) };
  return Array.from({ length: DRAWS }, () => size(source));
}

describe("how long values are", () => {
  test("always the same, or any length between two, both included", () => {
    expect(new Set(sizes({ distribution: "constant", bytes: 7 }))).toEqual(new Set([7]));
    const even = sizes({ distribution: "uniform", min: 3, max: 6 });
    expect(new Set(even)).toEqual(new Set([3, 4, 5, 6]));
    expect(Math.abs(mean(even) - 4.5)).toBeLessThan((4 * deviation(even)) / Math.sqrt(DRAWS));
  });

  test("zipfian: the shortest is the most frequent", () => {
    const drawn = sizes({ distribution: "zipfian", min: 10, max: 19, theta: 1 });
    const harmonic = Array.from({ length: 10 }, (_, rank) => 1 / (rank + 1)).reduce((a, b) => a + b);
    for (let size = 10; size < 20; size++) {
      const share = drawn.filter(one => one === size).length / DRAWS;
      expect(Math.abs(share - 1 / (size - 9) / harmonic)).toBeLessThan(4 * Math.sqrt(0.25 / DRAWS));
    }
  });

  test("lognormal, within bounds", () => {
    const drawn = sizes({ distribution: "lognormal", median: 1000, sigma: 0.5, min: 1, max: 1e9 });
    const logs = drawn.map(size => Math.log(size));
    expect(Math.abs(mean(logs) - Math.log(1000))).toBeLessThan((4 * 0.5) / Math.sqrt(DRAWS));
    expect(Math.abs(deviation(logs) / 0.5 - 1)).toBeLessThan(4 / Math.sqrt(2 * DRAWS));
    const bounded = sizes({ distribution: "lognormal", median: 1000, sigma: 2, min: 500, max: 3000 });
    expect([Math.min(...bounded), Math.max(...bounded)]).toEqual([500, 3000]);
  });

  test("every write has its own, the values stay unique, and reads have none", () => {
    const world = poolIn(1, (at, to, request) => at.reply(1, to, request), {
      mix: { get: 1, put: 1, append: 1, cas: 1, delete: 1, rmw: 1, insert: 1 },
      value: { distribution: "uniform", min: 10, max: 1000 },
    });
    world.pool.onStart();
    world.runUntil(3000);
    const commands = world.sent.map(({ request }) => request.command);
    const writes = commands.filter(({ value }) => value !== "");
    expect(new Set(writes.map(({ value }) => value)).size).toBe(writes.length);
    expect(new Set(writes.map(({ bytes }) => bytes)).size).toBeGreaterThan(500);
    expect(writes.every(({ bytes }) => bytes >= 10 && bytes <= 1000)).toBe(true);
    expect(commands.every(({ value, bytes }) => (value === "") === (bytes === 0))).toBe(true);
    for (const command of commands) {
      expect(Object.keys(command)).toEqual(["kind", "key", "value", "expected", "bytes"]);
    }
  });
});

describe("time to think", () => {
  test.each([
    [{ distribution: "constant", meanNs: 1e6 }, 1e6, 0],
    [{ distribution: "uniform", minNs: 1e6, maxNs: 3e6 }, 2e6, 2e6 / Math.sqrt(12)],
    [{ distribution: "exponential", meanNs: 1e6, minNs: 2e6 }, 3e6, 1e6],
    [{ distribution: "normal", meanNs: 1e7, sdNs: 1e6, minNs: 0 }, 1e7, 1e6],
    [
      { distribution: "lognormal", medianNs: 1e6, sigma: 0.3, minNs: 0 },
      1e6 * Math.exp(0.045),
      1e6 * Math.exp(0.045) * Math.sqrt(Math.exp(0.09) - 1),
    ],
  ] satisfies [DelayChoice, number, number][])("%o", (delay, expected, spread) => {
    const source = { random: fakeRandom(2) };
    const drawn = Array.from({ length: DRAWS }, () => drawDelay(delay, source));
    expect(drawn.every(Number.isInteger)).toBe(true);
    expect(Math.abs(mean(drawn) - expected)).toBeLessThanOrEqual(1 + (4 * spread) / Math.sqrt(DRAWS));
    expect(Math.abs(deviation(drawn) - spread)).toBeLessThanOrEqual(1 + 0.02 * spread);
  });

  test("may be drawn anew each time", () => {
    const think = { distribution: "exponential", meanNs: 20e6, minNs: 0 } as const;
    const world = poolIn(1, (at, to, request) => at.reply(1, to, request), { clients: { think } });
    world.pool.onStart();
    world.runUntil(10_000);
    const pauses = world.sent.slice(1).map(({ at }, index) => at - world.ended[index]!.end);
    expect(Math.abs(mean(pauses) - 20)).toBeLessThan((4 * 20) / Math.sqrt(pauses.length));
    expect(new Set(pauses).size).toBeGreaterThan(pauses.length * 0.9);
  });
});
