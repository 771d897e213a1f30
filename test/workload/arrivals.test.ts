import { describe, expect, test } from "vitest";
import { Arrivals, expectedArrivals } from "../../src/workload/arrivals.ts";
import type { ArrivalChoice } from "../../src/workload/workload.ts";
import { fakeRandom } from "./fake-world.ts";

const SECOND = 1e9;
const flat = (perSecond: number, overNs = 0) => ({
  fromPerSecond: perSecond,
  toPerSecond: perSecond,
  overNs,
});

function choice(changes: Partial<ArrivalChoice>): ArrivalChoice {
  return { spacing: "constant", steps: [flat(1000)], burst: undefined, ...changes };
}

/** The instants up to a time. */
function instants(given: ArrivalChoice, untilNs: number, seed = 1): number[] {
  const arrivals = new Arrivals(given, { random: fakeRandom(seed) });
  arrivals.start(0);
  const all: number[] = [];
  for (let at = arrivals.next(); at <= untilNs; at = arrivals.next()) all.push(at);
  return all;
}

const between = (all: readonly number[], from: number, to: number): number =>
  all.filter(at => at > from * SECOND && at <= to * SECOND).length;

describe("when operations arrive in an open loop", () => {
  test("evenly, at exactly the rate, and the first after one gap", () => {
    expect(instants(choice({}), 5e6)).toEqual([1e6, 2e6, 3e6, 4e6, 5e6]);
    expect(instants(choice({ steps: [flat(3)] }), 1000 * SECOND)).toHaveLength(3000);
  });

  test("at random, gaps have mean and deviation of one over the rate, and are independent", () => {
    const all = instants(choice({ spacing: "poisson" }), 200 * SECOND);
    const gaps = all.map((at, index) => (at - (all[index - 1] ?? 0)) / 1e6);
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
    const lagged = gaps.slice(1).reduce((sum, gap, index) => sum + (gap - mean) * (gaps[index]! - mean), 0);
    const deviation = 1 / Math.sqrt(gaps.length);
    expect(Math.abs(mean - 1)).toBeLessThan(3 * deviation);
    expect(Math.abs(variance - 1)).toBeLessThan(3 * Math.sqrt(8) * deviation);
    expect(Math.abs(lagged / gaps.length / variance)).toBeLessThan(3 * deviation);
  });

  test("at random, counts over equal times have a variance equal to their mean", () => {
    const all = instants(choice({ spacing: "poisson" }), 1000 * SECOND);
    const counts = new Array<number>(10_000).fill(0);
    for (const at of all) counts[Math.min(9999, Math.floor(at / 1e8))]!++;
    const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
    const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length;
    expect(Math.abs(mean - 100)).toBeLessThan(0.3);
    expect(Math.abs(variance / mean - 1)).toBeLessThan(3 * Math.sqrt(2 / counts.length));
  });

  test("a ramp goes evenly from one rate to the other and holds it", () => {
    const ramp = choice({ steps: [{ fromPerSecond: 100, toPerSecond: 500, overNs: 10 * SECOND }] });
    const all = instants(ramp, 12 * SECOND);
    // The area under the line up to t is 100 t + 20 t².
    for (const t of [1, 2, 5, 10]) {
      expect(Math.abs(between(all, 0, t) - (100 * t + 20 * t * t)), `${t} s`).toBeLessThanOrEqual(1);
    }
    expect(between(all, 10, 12)).toBe(1000);
  });

  test("a ramp may fall, also to nothing, after which nothing arrives", () => {
    const falling = choice({ steps: [{ fromPerSecond: 100, toPerSecond: 0, overNs: 2 * SECOND }] });
    const arrivals = new Arrivals(falling, { random: fakeRandom(1) });
    arrivals.start(0);
    const all = Array.from({ length: 101 }, () => arrivals.next());
    expect(all.slice(0, 99).every(at => at <= 2 * SECOND)).toBe(true);
    expect(all[100]).toBe(Number.POSITIVE_INFINITY);
    expect(arrivals.next()).toBe(Number.POSITIVE_INFINITY);
  });

  test("steps follow one another, also through one of no arrivals", () => {
    const steps = [flat(100, 2 * SECOND), flat(0, SECOND), flat(300, SECOND)];
    const all = instants(choice({ steps }), 6 * SECOND);
    const counts = [0, 1, 2, 3, 4, 5].map(second => between(all, second, second + 1));
    expect(counts).toEqual([100, 100, 0, 300, 300, 300]);
  });

  test("bursts replace the rate for their time, in every period but the first", () => {
    const burst = { everyNs: 2 * SECOND, forNs: 0.5 * SECOND, perSecond: 1000 };
    const all = instants(choice({ steps: [flat(100)], burst }), 6 * SECOND);
    const counts = [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5].map(from => between(all, from, from + 0.5));
    expect(counts).toEqual([50, 50, 50, 50, 500, 50, 50, 50, 500, 50]);
  });

  test("a burst lies over a ramp, and the ramp goes on beneath it", () => {
    const burst = { everyNs: SECOND, forNs: 0.5 * SECOND, perSecond: 0 };
    const steps = [{ fromPerSecond: 0, toPerSecond: 400, overNs: 4 * SECOND }];
    const all = instants(choice({ steps, burst }), 4 * SECOND);
    expect(between(all, 0, 1)).toBe(50);
    expect(between(all, 1, 1.5)).toBe(0);
    expect(Math.abs(between(all, 1.5, 2) - 87.5)).toBeLessThanOrEqual(1);
    expect(Math.abs(between(all, 3.5, 4) - 187.5)).toBeLessThanOrEqual(1);
  });

  test("as many as are expected arrive", () => {
    const burst = { everyNs: 3 * SECOND, forNs: 0.7 * SECOND, perSecond: 2500 };
    const steps = [{ fromPerSecond: 10, toPerSecond: 900, overNs: 5 * SECOND }, flat(333, 2 * SECOND)];
    const given = choice({ steps, burst });
    for (const seconds of [0.3, 3.2, 5, 9.9]) {
      const counted = instants(given, seconds * SECOND).length;
      expect(Math.abs(counted - expectedArrivals(given, seconds * SECOND))).toBeLessThanOrEqual(1);
    }
  });

  test("starting anew begins the curve anew, from there", () => {
    const arrivals = new Arrivals(choice({ steps: [flat(1000, SECOND), flat(10)] }), { random: () => 0 });
    arrivals.start(0);
    for (let index = 0; index < 1500; index++) arrivals.next();
    arrivals.start(7 * SECOND);
    expect([arrivals.next(), arrivals.next()]).toEqual([7.001 * SECOND, 7.002 * SECOND]);
  });
});
