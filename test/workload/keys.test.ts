import { describe, expect, test } from "vitest";
import { keyChooser } from "../../src/workload/keys.ts";
import type { KeyChoice } from "../../src/workload/workload.ts";
import { fakeRandom } from "./fake-world.ts";

function frequencies(keys: KeyChoice, draws: number): number[] {
  const chooser = keyChooser(keys);
  const source = { random: fakeRandom(1) };
  const counts = new Array<number>(keys.count).fill(0);
  for (let draw = 0; draw < draws; draw++) counts[chooser.choose(source)]!++;
  return counts;
}

/** Whether a count of successes is within four standard deviations of what is expected. */
function expectNear(count: number, draws: number, probability: number) {
  const deviation = Math.sqrt(draws * probability * (1 - probability));
  expect(Math.abs(count - draws * probability)).toBeLessThan(4 * deviation + 1);
}

function zipf(count: number, theta: number): number[] {
  const weights = Array.from({ length: count }, (_, key) => 1 / (key + 1) ** theta);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map(weight => weight / total);
}

describe("which keys operations are about", () => {
  test("uniform keys are equally popular, the first and the last among them", () => {
    const counts = frequencies({ distribution: "uniform", count: 10 }, 100_000);
    for (const count of counts) expectNear(count, 100_000, 0.1);
  });

  test.each([0.5, 0.99, 1, 2])(
    "few zipfian keys with theta %s have exactly the popularity of the law",
    theta => {
      const counts = frequencies({ distribution: "zipfian", count: 50, theta }, 200_000);
      for (const [key, share] of zipf(50, theta).entries()) expectNear(counts[key]!, 200_000, share);
    },
  );

  test("many zipfian keys follow the formula of YCSB: exact for the first two, near for the rest", () => {
    const counts = frequencies({ distribution: "zipfian", count: 100_000, theta: 0.99 }, 200_000);
    const law = zipf(100_000, 0.99);
    expectNear(counts[0]!, 200_000, law[0]!);
    expectNear(counts[1]!, 200_000, law[1]!);
    const head = (shares: readonly number[]) => shares.slice(0, 1000).reduce((sum, share) => sum + share, 0);
    expect(head(counts) / 200_000 / head(law)).toBeCloseTo(1, 1);
  });

  test("a table is made once for each count and theta", () => {
    const keys = { distribution: "zipfian", count: 77, theta: 0.9 } as const;
    expect(keyChooser(keys)).toBe(keyChooser({ ...keys }));
    expect(keyChooser({ ...keys, theta: 0.8 })).not.toBe(keyChooser(keys));
  });

  test("a single key is always chosen", () => {
    expect(frequencies({ distribution: "zipfian", count: 1, theta: 0.99 }, 10)).toEqual([10]);
    expect(frequencies({ distribution: "uniform", count: 1 }, 10)).toEqual([10]);
  });
});
