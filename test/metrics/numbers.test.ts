import { expect, test } from "vitest";
import { listed, moment, percent, short, span, spread, whole } from "../../src/metrics/numbers.ts";
import { estimate } from "../../src/metrics/statistics.ts";

test.each([
  [0, "0"],
  [0.00123, "0.0012"],
  [0.4561, "0.456"],
  [8.77, "8.77"],
  [12.34, "12.3"],
  [9994, "9994"],
  [49_800, "49.8k"],
  [1_234_567, "1.23M"],
])("%d is written %s", (value, text) => expect(short(value)).toBe(text));

test.each([
  [0.9, "0.900 µs"],
  [870, "870 µs"],
  [151_000, "151 ms"],
  [2_032_000, "2.03 s"],
  [1_291_000_000, "1,291 s"],
])("a span of %d µs is written %s", (us, text) => expect(span(us)).toBe(text));

test("moments, thousands, shares and lists", () => {
  expect(moment(2_500_000)).toBe("2.5 s");
  expect(moment(2_977_123)).toBe("2.977 s");
  expect(whole(1_234_567)).toBe("1,234,567");
  expect([0.0001, 0.034, 0.5].map(percent)).toEqual(["<0.1%", "3.4%", "50%"]);
  expect([listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])]).toEqual([
    "a",
    "a and b",
    "a, b and c",
  ]);
});

test("what stands behind a mean: nothing for one seed, = where all agree, an interval otherwise", () => {
  expect(spread(estimate([5])!)).toBe("");
  expect(spread(estimate([5, 5])!)).toBe("=");
  expect(spread(estimate([10, 10.1, 9.9])!)).toBe("±2.5%");
  expect(spread(estimate([0, 1, 2])!)).toBe("±2.48");
});
