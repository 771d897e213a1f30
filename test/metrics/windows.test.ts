import fc from "fast-check";
import { expect, test } from "vitest";
import { Windows } from "../../src/metrics/windows.ts";

const MS = 1_000_000;

test("answers are counted in the window in which they came, with their mean and greatest latency", () => {
  const windows = new Windows(0, 10 * MS);
  windows.record(1 * MS, 1000);
  windows.record(9 * MS, 3000);
  windows.record(25 * MS, 7000);
  expect(windows.toSeries()).toEqual({
    width_us: 10_000,
    start_us: 0,
    ok: [2, 0, 1],
    latency_mean_us: [2, null, 7],
    latency_max_us: [3, null, 7],
  });
});

test("time without answers at the end of a run shows as empty windows", () => {
  const windows = new Windows(0, 10 * MS);
  windows.record(5 * MS, 1000);
  windows.extendTo(40 * MS);
  expect(windows.toSeries().ok).toEqual([1, 0, 0, 0]);
});

test("a longer run gets wider windows, never more than 500, and loses no answer", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 200_000 }), { minLength: 1, maxLength: 200 }), times => {
      const windows = new Windows(0, MS);
      for (const [index, time] of times.sort((left, right) => left - right).entries()) {
        windows.record(time * MS, 1000 * (index + 1));
      }
      const { ok, width_us, latency_max_us } = windows.toSeries();
      expect(ok.length).toBeLessThanOrEqual(500);
      expect(ok.reduce((sum, count) => sum + count, 0)).toBe(times.length);
      expect(latency_max_us.at(-1)).toBe(times.length);
      for (const [window, count] of ok.entries()) {
        const inside = times.filter(time => Math.floor((time * 1000) / width_us) === window);
        expect(count).toBe(inside.length);
      }
    }),
  );
});

test("answers before the start are left out", () => {
  const windows = new Windows(100 * MS, 10 * MS);
  windows.record(99 * MS, 1000);
  windows.record(100 * MS, 1000);
  expect(windows.toSeries()).toMatchObject({ start_us: 100_000, ok: [1] });
});
