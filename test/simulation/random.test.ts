import { describe, expect, test } from "vitest";
import { DelaySource } from "../../src/simulation/delay.ts";
import type { Delay } from "../../src/simulation/models.ts";
import { RandomStream } from "../../src/simulation/random.ts";
import { standardNormal } from "../../src/simulation/ziggurat.ts";

const draws = (stream: RandomStream, count: number) => Array.from({ length: count }, () => stream.next());

describe("random streams", () => {
  test("the same seed and name give the same numbers, pinned here for every Node version", () => {
    expect(draws(new RandomStream(42, "clients"), 3)).toEqual(draws(new RandomStream(42, "clients"), 3));
    expect(draws(new RandomStream(42, "clients"), 3)).toMatchInlineSnapshot(`
      [
        0.36702604056335986,
        0.5002190058585256,
        0.6823246113490313,
      ]
    `);
  });

  test("another seed, the upper half of a seed, or another name gives others", () => {
    const first = draws(new RandomStream(42, "clients"), 3);
    expect(draws(new RandomStream(43, "clients"), 3)).not.toEqual(first);
    expect(draws(new RandomStream(42 + 2 ** 32, "clients"), 3)).not.toEqual(first);
    expect(draws(new RandomStream(42, "disk n0"), 3)).not.toEqual(first);
  });

  test("neighbouring seeds and names are not correlated", () => {
    const count = 20_000;
    const a = draws(new RandomStream(1, "latency n0 to n1"), count);
    for (const other of [new RandomStream(2, "latency n0 to n1"), new RandomStream(1, "latency n0 to n2")]) {
      const b = draws(other, count);
      const covariance = a.reduce((sum, value, index) => sum + (value - 0.5) * (b[index]! - 0.5), 0) / count;
      expect(Math.abs(covariance * 12)).toBeLessThan(4 / Math.sqrt(count));
    }
  });
});

describe("delays", () => {
  const sample = (delay: Delay) => {
    const source = new DelaySource(delay, new RandomStream(7, "test"));
    return Array.from({ length: 100_000 }, () => source.next());
  };
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

  test.each<[Delay, number]>([
    [{ distribution: "constant", meanNs: 250_000 }, 250_000],
    [{ distribution: "uniform", minNs: 100_000, maxNs: 300_000 }, 200_000],
    [{ distribution: "normal", meanNs: 250_000, sdNs: 50_000, minNs: 0 }, 250_000],
    [{ distribution: "exponential", meanNs: 200_000, minNs: 50_000 }, 250_000],
    [{ distribution: "lognormal", medianNs: 100_000, sigma: 0.5, minNs: 0 }, 100_000 * Math.exp(0.125)],
  ])("%o has the mean it should have", (delay, expected) => {
    expect(mean(sample(delay)) / expected).toBeCloseTo(1, 2);
  });

  test("the normal distribution has its spread, and its lower bound holds", () => {
    const values = sample({ distribution: "normal", meanNs: 250_000, sdNs: 50_000, minNs: 200_000 });
    expect(Math.min(...values.slice(0, 5000))).toBe(200_000);
    const free = sample({ distribution: "normal", meanNs: 1_000_000, sdNs: 50_000, minNs: 0 });
    const variance = mean(free.map(value => (value - 1_000_000) * (value - 1_000_000)));
    expect(Math.sqrt(variance) / 50_000).toBeCloseTo(1, 1);
  });

  test("standard normal numbers have the moments and the tails of the normal distribution", () => {
    const stream = new RandomStream(3, "moments");
    const count = 1_000_000;
    const sums = [0, 0, 0, 0];
    const beyond = { one: 0, three: 0, tail: 0 };
    for (let index = 0; index < count; index++) {
      const x = standardNormal(stream);
      sums[0]! += x;
      sums[1]! += x * x;
      sums[2]! += x * x * x;
      sums[3]! += x * x * x * x;
      if (x > 1) beyond.one++;
      if (Math.abs(x) > 3) beyond.three++;
      if (Math.abs(x) > 3.6) beyond.tail++;
    }
    const [first, second, third, fourth] = sums.map(sum => sum / count);
    // Four standard errors each.
    expect(Math.abs(first!)).toBeLessThan(0.004);
    expect(Math.abs(second! - 1)).toBeLessThan(0.006);
    expect(Math.abs(third!)).toBeLessThan(0.016);
    expect(Math.abs(fourth! - 3)).toBeLessThan(0.04);
    expect(Math.abs(beyond.one / count - 0.158655)).toBeLessThan(0.0015);
    expect(Math.abs(beyond.three / count - 0.0027)).toBeLessThan(0.00021);
    expect(Math.abs(beyond.tail / count - 0.000318)).toBeLessThan(0.000072);
  });

  test("many at once are the same as one after another", () => {
    const [one, many] = [new RandomStream(5, "normals"), new RandomStream(5, "normals")];
    const drawn = new Float64Array(16);
    for (let round = 0; round < 1000; round++) {
      many.normals(drawn);
      for (const x of drawn) expect(x).toBe(standardNormal(one));
    }
    expect(many.next()).toBe(one.next());
  });

  test("every delay is a whole number of nanoseconds", () => {
    const values = sample({ distribution: "exponential", meanNs: 333, minNs: 0.5 });
    expect(values.every(Number.isInteger)).toBe(true);
  });
});
