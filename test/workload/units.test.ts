import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  Bandwidth,
  Duration,
  formatBandwidth,
  formatDuration,
  formatRate,
  formatSize,
  parseBandwidth,
  parseDuration,
  parseFineDuration,
  parseRate,
  parseSize,
  Rate,
  Size,
} from "../../src/workload/units.ts";

describe("quantities as people write them", () => {
  test.each([
    ["30s", 30e9],
    ["0.5ms", 500_000],
    ["0.3us", 300],
    ["200us", 200_000],
    ["200µs", 200_000],
    ["1m", 60e9],
    ["5ns", 5],
    [" 1.5 s ", 1.5e9],
    ["1e3ms", 1e9],
    [".5s", 0.5e9],
    ["0", 0],
  ])("the duration %s is %d ns", (text, ns) => expect(parseDuration(text)).toBe(ns));

  test.each([
    ["30", '"30" lacks a unit: expected a duration, such as 30s, 0.5ms or 200us'],
    ["soon", '"soon" is not a duration, such as 30s, 0.5ms or 200us'],
    ["-1s", '"-1s" is not a duration, such as 30s, 0.5ms or 200us'],
    ["1 day", '"1 day" is not a duration: the units are ns, us, µs, ms, s, m, min, h'],
    ["1toString", '"1toString" is not a duration: the units are ns, us, µs, ms, s, m, min, h'],
    ["0.5ns", '"0.5ns" is not a whole number of nanoseconds'],
    ["1e9h", '"1e9h" is too large'],
  ])("%s is no duration, and the message says why", (text, message) => {
    expect(() => parseDuration(text)).toThrow(message);
  });

  test("a cost of a byte may be a fraction of a nanosecond", () => {
    expect(parseFineDuration("0.25ns")).toBe(0.25);
  });

  test("rates, sizes and bandwidths", () => {
    expect(parseRate("2000/s")).toBe(2000);
    expect(parseRate("120/m")).toBe(2);
    expect(parseSize("100B")).toBe(100);
    expect(parseSize("1KiB")).toBe(1024);
    expect(parseSize("1KB")).toBe(1000);
    expect(() => parseSize("0.5B")).toThrow("whole number of bytes");
    expect(parseBandwidth("1Gbps")).toBe(1e9);
    expect(parseBandwidth("unlimited")).toBe(Number.POSITIVE_INFINITY);
    expect(() => parseBandwidth("1GB")).toThrow("the units are bps, kbps");
  });

  test("a duration survives being written for people and read again", () => {
    const shortDecimals = fc.integer({ min: 0, max: 99_999 });
    fc.assert(
      fc.property(shortDecimals, fc.constantFrom(1, 1e3, 1e6, 1e9), (digits, unit) => {
        expect(parseDuration(formatDuration(digits * unit))).toBe(digits * unit);
      }),
    );
  });

  test("quantities are written back in their usual units", () => {
    expect([250_000, 1_500_000, 30e9, 7, 0].map(formatDuration)).toEqual([
      "250us",
      "1.5ms",
      "30s",
      "7ns",
      "0s",
    ]);
    expect([100, 1024, 1500, 1048576].map(formatSize)).toEqual(["100B", "1KiB", "1.5kB", "1MiB"]);
    expect([1e10, 5e6, undefined].map(formatBandwidth)).toEqual(["10Gbps", "5Mbps", "unlimited"]);
    expect(formatRate(2000)).toBe("2000/s");
  });

  test("in a file, a zero needs no unit and any other number does", () => {
    expect(Duration.parse(0)).toBe(0);
    expect(Duration.safeParse(30).error?.issues[0]?.message).toMatch(/^30 lacks a unit/);
    expect(Duration.safeParse("x").error?.issues[0]?.message).toMatch(/^"x" is not a duration/);
    expect(Duration.safeParse([]).error?.issues[0]?.message).toMatch(/^expected a duration/);
    expect([Rate.parse("5/s"), Size.parse("5B"), Bandwidth.parse("5bps")]).toEqual([5, 5, 5]);
  });
});
