/** Timers on clocks with jitter: each fires late by a uniform time, and nothing else is another. */
import { expect, test } from "vitest";
import { cluster, MILLISECOND } from "./cluster.ts";
import { type ToyContext, toy } from "./toy.ts";

const DELAY = 10;

/** When the only timer fired, as often as it does within so many ms, if it is set again each time. */
function firings(jitterNs: number | undefined, milliseconds: number, seed = 1): number[] {
  const fired: number[] = [];
  const { protocol } = toy();
  const create = (context: ToyContext) => ({
    ...protocol.create(context, {}),
    onStart: () => context.setTimer("tick", DELAY),
    onTimeout: () => {
      fired.push(context.now() * MILLISECOND);
      context.setTimer("tick", DELAY);
    },
  });
  const clock = () => ({ rate: 1, offsetNs: 0, jitterNs });
  cluster({ ...protocol, create }, 1, { clock, seed }).run(milliseconds);
  return fired;
}

const gaps = (fired: readonly number[]) => fired.map((at, index) => at - (fired[index - 1] ?? 0));

test("without jitter a timer is exact", () => {
  expect(gaps(firings(undefined, 1000)).every(gap => Math.round(gap) === DELAY * MILLISECOND)).toBe(true);
  expect(firings(0, 1000)).toEqual(firings(undefined, 1000));
});

test("with jitter it is late by up to that, uniformly", () => {
  const late = gaps(firings(2 * MILLISECOND, 60_000)).map(gap => gap / MILLISECOND - DELAY);
  const count = late.length;
  expect(count).toBeGreaterThan(5000);
  expect(Math.min(...late)).toBeGreaterThanOrEqual(-1e-6);
  expect(Math.max(...late)).toBeLessThanOrEqual(2 + 1e-6);
  const mean = late.reduce((sum, one) => sum + one, 0) / count;
  expect(Math.abs(mean - 1)).toBeLessThan(4 * (2 / Math.sqrt(12 * count)));
  const inFirstQuarter = late.filter(one => one < 0.5).length / count;
  expect(Math.abs(inFirstQuarter - 0.25)).toBeLessThan(0.03);
});

test("by the seed, and the same for the same seed", () => {
  expect(firings(MILLISECOND, 1000)).toEqual(firings(MILLISECOND, 1000));
  expect(firings(MILLISECOND, 1000)).not.toEqual(firings(MILLISECOND, 1000, 2));
});
