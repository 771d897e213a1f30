import { describe, expect, test } from "vitest";
import type { Request } from "#protocol";
import { OperationMeter } from "../../src/metrics/operations.ts";

const MS = 1_000_000;
const request: Request = {
  client: 0,
  sequence: 1,
  command: { kind: "get", key: 0, value: "", expected: undefined, bytes: 0 },
};

describe("what clients got in a window", () => {
  function measured(): OperationMeter {
    const meter = new OperationMeter();
    meter.open(100 * MS, 200 * MS);
    meter.onOperation(request, 80 * MS, 90 * MS, "ok"); // before
    meter.onOperation(request, 90 * MS, 110 * MS, "ok"); // returns inside
    meter.onOperation(request, 110 * MS, 130 * MS, "ok"); // inside
    meter.onOperation(request, 130 * MS, 150 * MS, "failed");
    meter.onOperation(request, 190 * MS, 220 * MS, "ok"); // called inside
    meter.onOperation(request, 150 * MS, 250 * MS, "unknown"); // likewise
    meter.onOperation(request, 220 * MS, 260 * MS, "ok"); // after
    return meter;
  }

  test("an operation counts if it was called in the window", () => {
    expect(measured().summary()).toMatchObject({ submitted: 4, ok: 2, failed: 1, unknown: 1 });
    expect(measured().latency.min).toBe(20 * MS);
    expect(measured().latency.max).toBe(30 * MS);
  });

  test("its first instant belongs to the window, its last does not", () => {
    const meter = new OperationMeter();
    meter.open(100 * MS, 200 * MS);
    meter.onOperation(request, 100 * MS, 110 * MS, "ok");
    meter.onOperation(request, 200 * MS, 210 * MS, "ok");
    expect(meter.summary().submitted).toBe(1);
  });

  test("throughput counts what returned in the window", () => {
    expect(measured().summary().throughputPerSecond).toBe(2 / 0.1);
  });

  test("concurrency is the time that operations were outstanding, clipped to the window", () => {
    expect(measured().summary().concurrencyMean).toBeCloseTo((10 + 20 + 20 + 10 + 50) / 100, 12);
  });

  test("the longest gap without an answer reaches to the edges", () => {
    expect(measured().summary().longestGapNs).toBe(70 * MS);
    const silent = new OperationMeter();
    silent.open(100 * MS, 200 * MS);
    expect(silent.summary()).toMatchObject({ submitted: 0, throughputPerSecond: 0, longestGapNs: 100 * MS });
  });

  test("the windows of time see every answer", () => {
    expect(
      measured()
        .windows.toSeries()
        .ok.reduce((sum, count) => sum + count, 0),
    ).toBe(5);
  });
});

test("a run that is bounded by operations learns its end afterwards, and counts the answer at that instant", () => {
  const meter = new OperationMeter();
  meter.onOperation(request, 0, 5 * MS, "ok");
  meter.open(10 * MS);
  meter.onOperation(request, 10 * MS, 20 * MS, "ok");
  meter.onOperation(request, 20 * MS, 30 * MS, "ok");
  expect(meter.summary(30 * MS)).toEqual({
    submitted: 2,
    ok: 2,
    failed: 0,
    unknown: 0,
    throughputPerSecond: 100,
    concurrencyMean: 1,
    longestGapNs: 10 * MS,
  });
});

test("a window without length has no rates", () => {
  const meter = new OperationMeter();
  meter.open(10 * MS);
  expect(meter.summary(10 * MS)).toMatchObject({
    throughputPerSecond: undefined,
    concurrencyMean: undefined,
  });
});
