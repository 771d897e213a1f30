/** Faults, chaos and networks as a file has them: what they come to, and what is wrong with those that are broken. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { networkOf } from "../../src/harness/models.ts";
import { CLIENTS } from "../../src/simulation/models.ts";
import { parseWorkload } from "../../src/workload/load.ts";

const parse = (text: string) => parseWorkload("mine", text, "mine.yaml");
const fault = (text: string) => parse(`faults: [{ ${text} }]`).faults[0]!;

describe("a fault", () => {
  test.each([
    ["at: 1s, for: 2s, crash: leader", { what: { kind: "crash", who: ["leader"] }, forNs: 2e9 }],
    ["at: 1s, cut: [n0, n1], direction: in", { what: { from: ["n1"], to: ["n0"], both: false } }],
    ["at: 1s, loss: 5%, of: n1", { what: { amount: 0.05, from: ["n1"], to: ["all"], both: true } }],
    ["at: 1s, clockJump: any, by: -500ms", { what: { amount: -5e8 } }],
    ["every: 3s, for: 1s, pause: any", { when: { on: "every", everyNs: 3e9, startNs: 3e9 } }],
    ["rate: 60/min, crash: any", { when: { on: "rate", perSecond: 1, startNs: 0 } }],
    ["after: { elections: 3 }, crash: leader", { when: { on: "fact", fact: "leads", count: 3, delayNs: 0 } }],
    ["when: committed-nowhere-but-leader, crash: leader", { when: { on: "alone", delayNs: 0 } }],
    ["when: { fact: voted, delay: 1ms }, crash: n1", { when: { fact: "voted", count: 1, delayNs: 1e6 } }],
  ])("%s", (text, meant) => {
    expect(fault(text)).toMatchObject(meant);
  });

  test.each([
    ["at: 1s, crash: leadr", /faults\.0\.crash: "leadr" is nobody; did you mean "leader"\?/],
    ["at: 1s, crsh: leader", /faults\.0\.crsh: unknown field; did you mean "crash"\?/],
    ["at: 1s", /says not what goes wrong/],
    ["crash: leader", /says not when/],
    ["at: 1s, crash: n0, pause: n1", /crash and pause are faults of their own/],
    ["at: 1s, every: 2s, crash: n0", /at and every exclude each other/],
    ["at: 1s, pause: n0", /needs an end: for or until/],
    ["at: 1s, slowCpu: n0", /needs a factor/],
    ["at: 1s, crash: n0, factor: 2", /factor: does not go with crash/],
    ["at: 1s, crash: clients", /is about replicas, not about clients/],
    ["at: 1s, loss: 120%", /"120%" is not a probability/],
    ["at: 1s, partition: [[n0]]", /needs two groups/],
    ["after: { elections: 1 }, delay: 5ms, crash: n0", /put it into after or when/],
  ])("is refused: %s", (text, message) => {
    expect(() => fault(text)).toThrow(message);
  });

  test("of a disk means nothing in memory, and the file is told so", () => {
    const text = "durability: memory\nfaults: [{ at: 1s, for: 1s, diskStall: n0 }]";
    expect(() => parse(text)).toThrow(/faults\.0\.diskStall: has no effect/);
  });
});

describe("chaos", () => {
  test("has kinds of its own unless it names some", () => {
    const { chaos } = parse("chaos: { until: 5s }");
    expect(chaos).toMatchObject({ startNs: 0, untilNs: 5e9, beyondTolerance: false });
    expect(chaos!.perSecond.crash).toBeCloseTo(0.1, 9);
    expect(parse("chaos: { until: 5s, kinds: { pause: 2/s } }").chaos!.perSecond).toEqual({ pause: 2 });
  });

  test.each([
    ["chaos: {}", /chaos\.until: is missing/],
    ["chaos: { until: 1s, start: 2s }", /must be after start/],
    ["chaos: { until: 1s, kinds: { crsh: 1/s } }", /did you mean "crash"\?/],
  ])("is refused: %s", (text, message) => {
    expect(() => parse(text)).toThrow(message);
  });
});

describe("a network of regions", () => {
  const mine = "{ a: { a: 1ms, b: 40ms }, b: { b: 1ms } }";
  const linkOf = (text: string) => networkOf(parse(`network: ${text}`));

  test("delays by half the round trip, from wherever nodes and clients are", () => {
    const { link, clientPlaces } = linkOf(`{ regions: ${mine}, place: [a, a, b] }`);
    const ns = (from: number, to: number) => link(from, to).latency;
    expect(ns(0, 1)).toEqual({ distribution: "constant", meanNs: 0.5e6 });
    expect(ns(2, 1)).toEqual({ distribution: "constant", meanNs: 20e6 });
    expect(ns(3, 0)).toEqual({ distribution: "constant", meanNs: 0.5e6 });
    expect(clientPlaces).toBe(2);
    expect(ns(CLIENTS, 2)).toEqual({ distribution: "constant", meanNs: 20e6 });
    expect(ns(CLIENTS - 1, 2)).toEqual({ distribution: "constant", meanNs: 0.5e6 });
  });

  test("may have its clients in one place, jitter, and links that differ", () => {
    const { link, clientPlaces } = linkOf(`
  regions: ${mine}
  clients: b
  jitter: 1ms
  links: [{ between: [a, b], loss: 1% }, { from: n0, to: n1, bandwidth: 1Mbps, jitter: 3ms }]`);
    expect(clientPlaces).toBe(1);
    expect(link(CLIENTS, 1).latency).toEqual({ distribution: "exponential", meanNs: 1e6, minNs: 0.5e6 });
    expect(link(1, 0)).toMatchObject({ loss: 0.01, latency: { meanNs: 1e6, minNs: 20e6 } });
    expect(link(0, 1)).toMatchObject({ loss: 0.01, bandwidthBitsPerSecond: 1e6, latency: { meanNs: 3e6 } });
    expect(link(0, 2).loss).toBe(0);
  });

  test("by name is the world", () => {
    const { link, clientPlaces } = linkOf("aws-5");
    expect(clientPlaces).toBe(5);
    expect(link(0, 4).latency).toEqual({ distribution: "constant", meanNs: 118e6 });
    expect(link(4, 0).latency).toEqual({ distribution: "constant", meanNs: 118e6 });
    expect(linkOf("{ regions: wan-3, clients: us-east-1 }").clientPlaces).toBe(1);
  });

  test.each([
    ["{ regions: { a: { a: 1ms }, b: { b: 1ms } } }", /lacks the round trip from a to b/],
    [`{ regions: ${mine}, place: [c] }`, /there is no region "c"/],
    ["{ regions: aws-5, clients: us-east1 }", /did you mean "us-east-1"\?/],
    ["{ regions: aws-5, latency: 1ms }", /exclude each other/],
    ["{ place: [a] }", /needs regions/],
    ["{ latency: 1ms, links: [{ from: n0, loss: 1% }] }", /names its ends/],
    ["{ latency: 1ms, links: [{ between: [n0, b], loss: 1% }] }", /there is no region "b"/],
  ])("is refused: %s", (text, message) => {
    expect(() => linkOf(text)).toThrow(message);
  });
});

describe("the manual", () => {
  const manual = readFileSync(join(import.meta.dirname, "../../docs/faults.md"), "utf8");
  const examples = [...manual.matchAll(/```yaml\n([\s\S]*?)```/g)].map(match => match[1]!);

  test.each(examples)("has legal examples: %s", example => {
    parse(example);
  });

  test("spells a named network out as it is", () => {
    const spelled = parse(examples.at(-1)!).network;
    const named = parse("network: aws-5").network;
    expect({ ...spelled, links: [] }).toEqual(named);
  });
});
