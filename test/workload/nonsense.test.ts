/** Fields that are right one by one and make no sense together; and names and units that get help. */
import { describe, expect, test } from "vitest";
import { loadWorkload, parseWorkload, WorkloadError } from "../../src/workload/load.ts";

/** Each mistake of a file, without the lines that show its place. */
function complaints(text: string): string[] {
  try {
    parseWorkload("mine", text, "mine.yaml");
  } catch (error) {
    expect(error).toBeInstanceOf(WorkloadError);
    const lines = (error as Error).message.split("\n");
    return lines.filter(line => line.startsWith("mine.yaml:")).map(line => line.slice("mine.yaml:".length));
  }
  return [];
}

describe("nonsense is refused, with its place and how to mend it", () => {
  test.each([
    [
      "faults: [{ at: 3s, until: 2s, crash: leader }]",
      "1:27  faults.0.until: must be after at, which is 3s; for: 1s says how long it lasts",
    ],
    [
      "faults: [{ every: 1s, start: 2s, until: 2s, crash: leader }]",
      "1:41  faults.0.until: must be after start, which is 2s; for: 1s says how long it lasts",
    ],
    [
      "faults: [{ at: 3s, start: 2s, for: 1s, crash: leader }]",
      "1:27  faults.0.start: does not go with at, which says when it strikes: leave one of them out",
    ],
    [
      "faults: [{ at: 3s, for: 0s, crash: leader }]",
      "1:25  faults.0.for: must be above 0: it would end as it begins",
    ],
    [
      "faults: [{ at: 1s, cut: [n1, n1] }]",
      "1:25  faults.0.cut: has n1 at both ends, and no link leads from",
    ],
    [
      "faults: [{ at: 1s, loss: 1, between: [leader, [leader]] }]",
      "1:38  faults.0.between: has leader at both ends, and no link leads from",
    ],
    [
      "faults: [{ at: 1s, loss: 1, from: n1, to: n1 }]",
      "1:43  faults.0.to: has n1 at both ends, and no link leads from",
    ],
    [
      "faults: [{ at: 1s, loss: 1, to: n0, of: n1 }]",
      "1:33  faults.0.to: goes with from; of names both ends already",
    ],
    [
      "faults: [{ at: 1s, loss: 1, between: [n0, n1], to: n2 }]",
      "1:52  faults.0.to: goes with from; between names both ends already",
    ],
    [
      "faults: [{ at: 1s, partition: [[n1, n2], [n2]] }]",
      "1:42  faults.0.partition.1: divides nobody: group 1 has n2 too, who reach each other there",
    ],
    [
      "faults: [{ at: 1s, partition: [leader, all] }]",
      "1:40  faults.0.partition.1: divides nobody: here all reach each other; those in no other group are rest",
    ],
    [
      "byzantine: [{ node: n1, lie: equivocate, receivers: [n1] }]",
      "1:53  byzantine.0.receivers: n1 lies to nobody but itself: name others, or leave receivers out",
    ],
    [
      "network: { regions: { a: { a: 1ms, b: 2ms, zz: 5ms }, b: { b: 1ms } } }",
      '1:48  network.regions.a.zz: there is no region "zz"; known: a, b; one more has a row of its own, such as',
    ],
    [
      "sweep: { clients.count: [1, 2], clients: [{ count: 3 }] }",
      "1:33  sweep: clients sets clients.count as well: vary one of the two",
    ],
    [
      "sweep: { network: [lan] }\nsaturation: { field: network.loss, from: 0.01 }",
      "2:22  saturation.field: network sets network.loss as well: vary one of the two",
    ],
    [
      "faults: [{ rate: 0/s, crash: leader }]",
      "1:18  faults.0.rate: must be above 0: it would never strike; leave the whole fault out",
    ],
    [
      "byzantine: [{ node: n1, lie: silent, strikes: 0/min }]",
      "1:47  byzantine.0.strikes: must be above 0: it would never lie",
    ],
    ["network: { bandwidth: 0bps }", "1:23  network.bandwidth: must be above 0: nothing would ever arrive"],
    [
      "network: { links: [{ from: n0, to: n1, bandwidth: 0 }] }",
      "1:51  network.links.0.bandwidth: must be above 0: nothing would ever arrive; for a link that is down",
    ],
    [
      "chaos: { until: 2s, kinds: { crash: 0/min } }",
      "1:37  chaos.kinds.crash: must be above 0: leave it out",
    ],
    ["chaos: { until: 2s, kinds: {} }", "1:28  chaos.kinds: names nothing that goes wrong: write { crash"],
    ["clients: { mode: open, rate: 0/s }", "1:30  clients.rate: nothing would ever arrive"],
    [
      "clients: { mode: open, ramp: { from: 0/s, to: 0/s, over: 1s } }",
      "1:30  clients.ramp: nothing would ever arrive: a rate must be above 0",
    ],
    ["sweep: { n: [3], f: [1] }", "1:18  sweep: f and n exclude each other: vary one of the two"],
  ])("%s", (text, message) => {
    expect(complaints(text)).toEqual([expect.stringContaining(message)]);
  });

  test("but groups may overlap, all may be cut from each other, and a client from a node", () => {
    const faults = [
      "partition: [[n0, n1], [n1, n2]]",
      "partition: [[n1, n0], [n1, n2], [n1, n3]]",
      "cut: [all, all]",
      "cut: [c0, n0]",
      "loss: 1, from: n1, to: [n1, n2]",
    ];
    expect(faults.flatMap(fault => complaints(`faults: [{ at: 1s, for: 1s, ${fault} }]`))).toEqual([]);
  });
});

describe("help with names and units", () => {
  test.each([
    [
      "faults: [{ when: { fact: comitted }, crash: leader }]",
      /^1:26 {2}faults\.0\.when\.fact: expected one of epoch, .*, found "comitted"; did you mean "committed"\?$/,
    ],
    [
      "faults: [{ at: 1s, cut: [leader] }]",
      /^1:25 {2}faults\.0\.cut: expected two ends, such as \[leader, n2\] or .*, found a list of 1$/,
    ],
    ["faults: [{ at: 1s, cut: leader }]", /faults\.0\.cut: expected two ends, .*, found "leader"$/],
    ["faults: [{ at: 1s, cut: [n0, n1, n2] }]", /faults\.0\.cut: expected two ends, .*, found a list of 3$/],
    ["faults: [{ crahs: leader }]", /^1:12 {2}faults\.0\.crahs: unknown field; did you mean "crash"\?$/],
    [
      "faults: [{ when: comitted, crash: n0 }]",
      /\.when: expected .* such as \{ fact: committed, count: 2 \}, found/,
    ],
    [
      "algorithms: raft, pbft",
      /^1:13 {2}algorithms: is several names in one text: write a list, \[raft, pbft\]$/,
    ],
    ["duration: 2000 operations", /^1:11 {2}duration: .*; to end after so many, write operations: 2000$/],
    ["warmup: { a: 1 }", /^1:9 {2}warmup: expected a duration, .* such as 500 operations, found a mapping$/],
    ["warmup: 5", /^1:9 {2}warmup: 5 lacks a unit: expected a duration, such as 2s, or 500 operations/],
    ["keys: { distribution: hotspot, hotKeys: 120% }", /"120%" is not a share above 0 and below 1, such as/],
    [
      "saturation: { field: durability, from: 1 }",
      /^1:40 {2}saturation\.from: durability: expected one of sync, memory, found 1$/,
    ],
    [
      "saturation: { field: clients.count, from: 500000 }",
      /^1:22 {2}saturation\.field: clients\.count: must be at most 1000000, found 2000000$/,
    ],
  ])("%s", (text, message) => {
    expect(complaints(text)).toEqual([expect.stringMatching(message)]);
  });

  test("shares may be percents wherever there are some", () => {
    const { keys, clockDrift } = parseWorkload(
      "mine",
      "keys: { distribution: hotspot, hotKeys: 20%, hotOperations: 80% }\nclock: { drift: 0.01% }",
      "mine.yaml",
    );
    expect(keys).toMatchObject({ hotKeys: 0.2, hotOperations: 0.8 });
    expect(clockDrift).toBe(0.0001);
  });
});

describe("what is wrong by itself is not compared with anything", () => {
  test.each([
    ["duration: 10\nwarmup: 2s", "duration: 10 lacks a unit"],
    ["clients: { timeout: 5 }", "clients.timeout: 5 lacks a unit"],
    ["chaos: { start: 5s, until: 20 }", "chaos.until: 20 lacks a unit"],
    ["batching: { min: 90, max: 9.5 }", "batching.max: expected a whole number"],
  ])("%s", (text, message) => {
    expect(complaints(text)).toEqual([expect.stringContaining(message)]);
  });
});

test("what YAML can do and a workload cannot is told in words", () => {
  expect(complaints("n: 3\n---\nn: 5")).toEqual([
    expect.stringMatching(/^2:1 {2}a file is one workload: write/),
  ]);
  expect(complaints("network: &a { loss: 0 }\nclients: { <<: *a }")).toContain(
    "2:12  clients.<<: merge keys are not supported: a file takes over another by extends",
  );
  expect(() => loadWorkload(".")).toThrow(/^\. is a folder: name the files in it, \.\/\*\.yaml$/);
});

test("what an entry of a list lacks is told at that entry", () => {
  const liars = "byzantine:\n  - { node: n1, lie: silent }\n  - { node: n2, lie: silent }\n  - node: n3";
  expect(complaints(liars)).toEqual(["4:5  byzantine.2.lie: is missing"]);
  const steps = "[{ rate: 5/s, for: 5s }, { from: 5/s, over: 5s }]";
  expect(complaints(`clients: { mode: open, ramp: ${steps} }`)).toEqual([
    "1:55  clients.ramp.1.to: is missing",
  ]);
});

test("an axis that is wrong by itself does not hide what is wrong with the others", () => {
  const text =
    "sweep: { n: [3, 3], expect: [1], clients.cout: [1], network.loss: [0, 5] }\nexpect: { oops: 1 }";
  expect(complaints(text).map(line => line.slice(0, 34))).toEqual([
    "1:17  sweep: 3 stands there twice",
    "1:21  sweep: expect cannot be vari",
    "1:34  sweep: clients.cout: unknown",
    "1:71  sweep: network.loss: must be",
    "2:11  expect.oops: no result has s",
  ]);
});

describe("mistakes in several fields are told together", () => {
  test.each([
    [
      "clients: { mode: open, retry: 5, count: 3 }",
      [
        "clients: an open loop needs a rate",
        "clients.retry: 5 lacks a unit",
        "clients.count: is for mode: closed",
      ],
    ],
    [
      "network: { regions: wan-3, latency: 5, place: [foo] }",
      [
        "network.latency: 5 lacks a unit",
        "network.latency: latency and regions exclude each other",
        'network.place.0: there is no region "foo"',
      ],
    ],
    [
      "chaos: { start: 5s, until: 2s, shortest: x, longest: 3 }",
      [
        "chaos.until: must be after start",
        'chaos.shortest: "x" is not a duration',
        "chaos.longest: 3 lacks a unit",
      ],
    ],
    [
      "batching: { min: 9, max: 3, window: x }",
      ["batching.min: is above max", "batching.window: expected a number"],
    ],
    [
      "clients: { mode: open, rate: 100/s, burst: { every: 1s, for: 2s, rate: 5 } }",
      ["clients.burst.for: must be below every", "clients.burst.rate: 5 lacks a unit"],
    ],
    [
      "faults: [{ loss: 2, at: 1s, torn: true }]",
      ["faults.0.loss: must be at most 1", "faults.0.torn: does not go with loss"],
    ],
    [
      "byzantine: [{ node: n1, lie: silnt, receivers: [n1] }]",
      ['byzantine.0.lie: there is no lie "silnt"', "byzantine.0.receivers: n1 lies to nobody but itself"],
    ],
  ])("%s", (text, messages) => {
    const found = complaints(text);
    expect(found.map(line => line.replace(/^\S+ +/, ""))).toEqual(
      messages.map(message => expect.stringContaining(message)),
    );
  });

  test.each([
    "clients: { mode: 5, retry: a, timeout: [1], rate: {} }",
    "network: { regions: 5, place: 5, links: 5, clients: 5, jitter: {}, latency: [] }",
    "network: { regions: { a: 5, b: [1] }, links: [5, { between: 5 }], place: [5] }",
    "faults: [5, { at: [], until: {}, partition: 5, cut: {}, between: 5, from: [[]], to: 5, crash: {} }]",
    "byzantine: [5, { node: [], receivers: 5 }, { receivers: [5] }]",
    "batching: { max: a, min: 5 }",
    "operations: { get: [], total: x }",
  ])("whatever the fields hold: %s", text => {
    expect(complaints(text)).not.toEqual([]);
  });
});
