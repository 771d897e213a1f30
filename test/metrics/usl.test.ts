import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fitScalability, type Measurement } from "../../src/metrics/usl.ts";

const law = (lambda: number, sigma: number, kappa: number) => (n: number) =>
  (lambda * n) / (1 + sigma * (n - 1) + kappa * n * (n - 1));
const measured = (throughput: (n: number) => number, clients: readonly number[]): Measurement[] =>
  clients.map(n => [n, throughput(n)]);
const doublings = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

describe("the universal scalability law", () => {
  test("is found again in points without noise, to a millionth", () => {
    const numbers = fc.tuple(
      fc.double({ min: 1, max: 1e6, noNaN: true }),
      fc.double({ min: 1e-4, max: 0.9, noNaN: true }),
      fc.double({ min: 1e-7, max: 1e-2, noNaN: true }),
    );
    fc.assert(
      fc.property(numbers, ([lambda, sigma, kappa]) => {
        const fit = fitScalability(measured(law(lambda, sigma, kappa), doublings))!;
        expect(Math.abs(fit.lambda / lambda - 1)).toBeLessThan(1e-6);
        expect(Math.abs(fit.sigma - sigma)).toBeLessThan(1e-6);
        expect(Math.abs(fit.kappa - kappa)).toBeLessThan(1e-6);
        expect(fit.peak! / Math.sqrt((1 - sigma) / kappa)).toBeCloseTo(1, 4);
        expect(fit.worst).toBeLessThan(1e-6);
      }),
    );
  });

  test("levels off where nothing is lost to agreement, and rises for ever where nothing is lost at all", () => {
    const amdahl = fitScalability(measured(law(100, 0.05, 0), doublings))!;
    expect(amdahl.sigma).toBeCloseTo(0.05, 6);
    expect(amdahl.kappa).toBeLessThan(1e-9);
    const linear = fitScalability(measured(n => 100 * n, doublings))!;
    expect([linear.lambda, linear.sigma < 1e-9, linear.kappa < 1e-9]).toEqual([
      expect.closeTo(100, 6),
      true,
      true,
    ]);
  });

  test("never has a negative number, whatever is measured", () => {
    const throughputs = fc.array(fc.double({ min: 1, max: 1e6, noNaN: true }), {
      minLength: 4,
      maxLength: 10,
    });
    fc.assert(
      fc.property(throughputs, all => {
        const fit = fitScalability(all.map((throughput, index) => [2 ** index, throughput]))!;
        expect(fit.lambda).toBeGreaterThan(0);
        expect(Math.min(fit.sigma, fit.kappa)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test("says by how much it misses: a queue of one server has a corner that the law has not", () => {
    const corner = fitScalability(measured(n => Math.min(1000 * n, 66_000), doublings))!;
    expect(corner.worst).toBeGreaterThan(0.15);
  });

  test("takes four points, of which something was measured", () => {
    expect(fitScalability(measured(law(1, 0.1, 0.01), [1, 2, 4]))).toBeUndefined();
    expect(
      fitScalability([
        [1, 5],
        [2, 8],
        [4, 0],
        [8, 10],
      ]),
    ).toBeUndefined();
  });
});
