import { describe, expect, test } from "vitest";
import { parseWorkload } from "../../src/workload/load.ts";
import { costModels, networks } from "../../src/workload/profiles.ts";
import { type JsonSchema, workloadJsonSchema } from "../../src/workload/schema.ts";
import type { Workload } from "../../src/workload/workload.ts";

const parse = (text: string) => parseWorkload("mine", text, "mine.yaml");

/** A file in which every usual value is spelled out. */
function usualFile(schema: JsonSchema): Record<string, unknown> | undefined {
  const inner = [schema, ...(schema.anyOf ?? [])].find(
    ({ properties }) => properties !== undefined && Object.values(properties).some(hasUsual),
  );
  if (inner === undefined) return undefined;
  const fields = Object.entries(inner.properties!)
    .map(([name, field]) => [name, usualFile(field) ?? field.default] as const)
    .filter(([, value]) => value !== undefined);
  return Object.fromEntries(fields);
}
const hasUsual = (schema: JsonSchema): boolean =>
  schema.default !== undefined || usualFile(schema) !== undefined;

describe("what is left out", () => {
  const empty = parse("");

  test("is what editors and the manual say it is", () => {
    const file = usualFile(workloadJsonSchema())!;
    expect(file).toMatchObject({ clients: { count: 16 }, cost: { cpu: { mac: "1.6us" } } });
    const spelledOut = parse(JSON.stringify(file));
    const named: Workload = { ...spelledOut, cost: { ...spelledOut.cost, name: "lan" } };
    expect(named).toEqual(empty);
  });

  test("is sixteen clients in a closed loop on a LAN for ten seconds", () => {
    expect(empty).toMatchObject({
      durationNs: 10e9,
      operations: undefined,
      warmupNs: 1e9,
      mix: { get: 50, put: 50, append: 0, cas: 0, delete: 0 },
      network: networks.lan,
      cost: costModels.lan,
    });
  });

  test("of a short run, the warm-up is at most a fifth", () => {
    expect(parse("duration: 2s").warmupNs).toBe(0.4e9);
    expect(parse("operations: 100").warmupNs).toBe(1e9);
  });
});

describe("what is written", () => {
  test("a number of operations bounds the run, alone or with a mix", () => {
    expect(parse("operations: 20000")).toMatchObject({
      durationNs: undefined,
      operations: 20000,
      mix: { get: 50 },
    });
    expect(parse("operations: { get: 9, append: 1, total: 7 }")).toMatchObject({
      durationNs: undefined,
      operations: 7,
      mix: { get: 9, put: 0, append: 1, cas: 0, delete: 0 },
    });
    expect(parse("operations: { total: 7 }")).toMatchObject({ operations: 7, mix: { get: 50, put: 50 } });
    expect(parse("operations: { put: 1 }")).toMatchObject({ operations: undefined, mix: { get: 0, put: 1 } });
    const none = { get: 0, put: 0, append: 0, cas: 0, delete: 0, rmw: 0, insert: 0 };
    expect(parse("operations: { delete: 1 }").mix).toEqual({ ...none, delete: 1 });
    expect(parse("operations: { rmw: 1, insert: 2 }").mix).toEqual({ ...none, rmw: 1, insert: 2 });
  });

  test("percents are shares of a hundred", () => {
    expect(parse("operations: { append: 80%, get: 20% }").mix).toEqual(
      parse("operations: { append: 80, get: 20 }").mix,
    );
    expect(parse("operations: { append: 99.5%, get: 0.5 }").mix).toMatchObject({ append: 99.5, get: 0.5 });
  });

  test("one value stands for a list of one, and a number of seeds for the first so many", () => {
    expect(parse("{ algorithms: raft, n: 5, seeds: 3 }").pinned).toMatchObject({
      algorithms: ["raft"],
      n: [5],
      f: undefined,
      seeds: [1, 2, 3],
    });
    expect(parse("{ algorithms: [a, b], f: [0, 1], seeds: [42] }").pinned).toMatchObject({
      algorithms: ["a", "b"],
      f: [0, 1],
      seeds: [42],
    });
  });

  test("a network's numbers replace those of the LAN one by one", () => {
    expect(parse("network: { latency: 2ms, loss: 0.01 }").network).toEqual({
      ...networks.lan,
      latency: { distribution: "constant", meanNs: 2e6 },
      loss: 0.01,
    });
    expect(parse("network: { bandwidth: unlimited }").network.bandwidthBitsPerSecond).toBeUndefined();
    expect(parse("network: ideal").network).toBe(networks.ideal);
  });

  test("a cost model with numbers of its own is called custom", () => {
    const { cost } = parse("cost: { cpu: { byte: 0.1ns }, disk: { sync: 10ms } }");
    expect(cost.name).toBe("custom");
    expect(cost.cpu).toEqual({ ...costModels.lan.cpu, byteNs: 0.1 });
    expect(cost.disk.sync).toEqual({ distribution: "constant", meanNs: 10e6 });
  });

  test.each([
    ["{ distribution: constant, mean: 1ms }", { distribution: "constant", meanNs: 1e6 }],
    ["{ distribution: uniform, min: 1ms, max: 2ms }", { distribution: "uniform", minNs: 1e6, maxNs: 2e6 }],
    [
      "{ distribution: normal, mean: 1ms, sd: 1us }",
      { distribution: "normal", meanNs: 1e6, sdNs: 1e3, minNs: 0 },
    ],
    [
      "{ distribution: exponential, mean: 1ms, min: 1us }",
      { distribution: "exponential", meanNs: 1e6, minNs: 1e3 },
    ],
    [
      "{ distribution: lognormal, median: 1ms, sigma: 1 }",
      { distribution: "lognormal", medianNs: 1e6, sigma: 1, minNs: 0 },
    ],
  ])("the delay %s", (text, delay) => {
    expect(parse(`network: { latency: ${text} }`).network.latency).toEqual(delay);
  });

  test("keys are uniform unless they are said to be zipfian", () => {
    expect(parse("keys: { count: 5 }").keys).toEqual({ distribution: "uniform", count: 5 });
    expect(parse("keys: { distribution: zipfian }").keys).toEqual({
      distribution: "zipfian",
      count: 1000,
      theta: 0.99,
    });
  });
});
