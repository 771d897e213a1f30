/** The fields of the load: what they become, and what their mistakes are answered with. */
import { describe, expect, test } from "vitest";
import { parseWorkload } from "../../src/workload/load.ts";

const parse = (text: string) => parseWorkload("mine", text, "mine.yaml");

function complaint(text: string): string {
  try {
    parse(text);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("nothing was wrong");
}

const steady = (perSecond: number, overNs = 0) => ({
  fromPerSecond: perSecond,
  toPerSecond: perSecond,
  overNs,
});

describe("clients", () => {
  test("in an open loop need a rate only", () => {
    expect(parse("clients: { mode: open, rate: 2000/s }").clients).toEqual({
      mode: "open",
      count: 100_000,
      think: { distribution: "constant", meanNs: 0 },
      arrivals: { spacing: "poisson", steps: [steady(2000)], burst: undefined },
      retryNs: 0.5e9,
      timeoutNs: 5e9,
    });
  });

  test("a rate may change, evenly or by steps, and burst", () => {
    const arrivals = (fields: string) => parse(`clients: { mode: open, ${fields} }`).clients.arrivals;
    expect(arrivals("ramp: { from: 100/s, to: 5000/s, over: 30s }, arrivals: constant")).toEqual({
      spacing: "constant",
      steps: [{ fromPerSecond: 100, toPerSecond: 5000, overNs: 30e9 }],
      burst: undefined,
    });
    expect(
      arrivals("ramp: [{ rate: 100/s, for: 5s }, { from: 100/s, to: 0/s, over: 1s }, { rate: 2/ms, for: 0 }]")
        ?.steps,
    ).toEqual([steady(100, 5e9), { fromPerSecond: 100, toPerSecond: 0, overNs: 1e9 }, steady(2000)]);
    expect(arrivals("rate: 2000/s, burst: { every: 10s, for: 1s, rate: 8000/s }")).toEqual({
      spacing: "poisson",
      steps: [steady(2000)],
      burst: { everyNs: 10e9, forNs: 1e9, perSecond: 8000 },
    });
  });

  test("may think for a drawn time", () => {
    expect(parse("clients: { think: { distribution: exponential, mean: 10ms } }").clients.think).toEqual({
      distribution: "exponential",
      meanNs: 10e6,
      minNs: 0,
    });
  });
});

describe("keys and values", () => {
  test.each([
    ["uniform", {}],
    ["sequential", {}],
    ["scrambled", {}],
    ["zipfian", { theta: 0.99 }],
    ["latest", { theta: 0.99 }],
    ["hotspot", { hotKeys: 0.2, hotOperations: 0.8 }],
    ["normal", { mean: 500, sd: 100, perSecond: 0 }],
    ["exponential", { percentile: 95, fraction: 0.8571428571 }],
  ])("%s keys without numbers are a thousand, with the usual ones", (distribution, numbers) => {
    expect(parse(`keys: { distribution: ${distribution} }`).keys).toEqual({
      distribution,
      count: 1000,
      ...numbers,
    });
  });

  test("numbers are taken as they are written", () => {
    const text = "keys: { distribution: normal, count: 50, mean: 10, sd: 2, move: 5/s }";
    expect(parse(text).keys).toEqual({ distribution: "normal", count: 50, mean: 10, sd: 2, perSecond: 5 });
  });

  test.each([
    ["512B", { distribution: "constant", bytes: 512 }],
    ["{ distribution: uniform, min: 1B, max: 1KiB }", { distribution: "uniform", min: 1, max: 1024 }],
    ["{ distribution: zipfian, max: 1kB }", { distribution: "zipfian", min: 1, max: 1000, theta: 0.99 }],
    [
      "{ distribution: lognormal, median: 1kB, sigma: 1, max: 1MB }",
      { distribution: "lognormal", median: 1000, sigma: 1, min: 1, max: 1e6 },
    ],
  ])("value: %s", (text, value) => {
    expect(parse(`value: ${text}`).value).toEqual(value);
  });
});

describe("mistakes", () => {
  test.each([
    ["clients: { mode: open }", "1:10  clients: an open loop needs a rate, such as 2000/s, or a ramp"],
    ["clients: { rate: 5/s }", "1:18  clients.rate: is for mode: open, and this is mode: closed"],
    [
      "clients: { mode: open, rate: 5/s, count: 3 }",
      "1:42  clients.count: is for mode: closed, and this is mode: open",
    ],
    [
      "clients: { mode: open, rate: 5/s, ramp: { from: 1/s, to: 2/s, over: 1s } }",
      "clients.ramp: rate and ramp exclude each other",
    ],
    ["clients: { mode: open, rate: 5 }", "clients.rate: 5 lacks a unit: expected a rate, such as 2000/s"],
    [
      "clients: { mode: open, ramp: { from: 1/s, too: 2/s, over: 1s } }",
      'clients.ramp.too: unknown field; did you mean "to"?',
    ],
    ["clients: { mode: open, ramp: [{ rate: 1/s }] }", "clients.ramp.0.for: is missing"],
    [
      "clients: { mode: open, rate: 1/s, burst: { every: 1s, for: 2s, rate: 5/s } }",
      "clients.burst.for: must be below every",
    ],
    [
      "clients: { mode: open, rate: 1/s, arrivals: poison }",
      'clients.arrivals: expected one of poisson, constant, found "poison"; did you mean "poisson"?',
    ],
    ["clients: { think: 5 }", "clients.think: 5 lacks a unit: expected a duration"],
    ["operations: { rwm: 5 }", 'operations.rwm: unknown field; did you mean "rmw"?'],
    [
      "keys: { distribution: scrambeld }",
      'latest, hotspot, normal, exponential, found "scrambeld"; did you mean "scrambled"?',
    ],
    [
      "keys: { distribution: scrambled, theta: 0.9 }",
      "keys.theta: unknown field; known: distribution, count",
    ],
    ["keys: { distribution: latest, theta: 1 }", "keys.theta: must be below 1, found 1"],
    ["keys: { distribution: hotspot, hotKeys: 20 }", "keys.hotKeys: must be below 1, found 20"],
    ["value: { distribution: uniform, min: 9B, max: 3B }", "value.min: is above max"],
    ["value: { distribution: uniform, min: 9B }", "value.max: is missing"],
  ])("%s", (text, message) => {
    expect(complaint(text)).toContain(message);
  });
});
