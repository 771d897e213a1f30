import { describe, expect, test } from "vitest";
import { parseWorkload } from "../../src/workload/load.ts";

const parse = (text: string) => parseWorkload("mine", text, "mine.yaml").expect;

describe("conditions", () => {
  test.each([
    ['epochs.growth: "< 10"', { kind: "compare", operator: "<", value: 10 }],
    ["epochs.growth: 0", { kind: "compare", operator: "==", value: 0 }],
    ['epochs.growth: "0"', { kind: "compare", operator: "==", value: 0 }],
    ['epochs.growth_s: "1 ± 50%"', { kind: "within", low: 0.5, high: 1.5 }],
    ['epochs.growth_s: "1.5 +- 0.5"', { kind: "within", low: 1, high: 2 }],
    ['epochs.growth: "3 .. 5"', { kind: "within", low: 3, high: 5 }],
    ['latency_us.p99: "<= 5ms"', { kind: "compare", operator: "<=", value: 5000 }],
    ['latency_us.p99: "≥ 5"', { kind: "compare", operator: ">=", value: 5 }],
    ['throughput_ops_s: "> 2000/s"', { kind: "compare", operator: ">", value: 2000 }],
    ['utilization.0.cpu: "< 80%"', { kind: "compare", operator: "<", value: 0.8 }],
    ['bytes.per_op: "< 1kB"', { kind: "compare", operator: "<", value: 1000 }],
    ["linearizable: valid", { kind: "words", words: ["valid"] }],
    ["checks.live: [valid, unknown]", { kind: "words", words: ["valid", "unknown"] }],
    ['checks.live: "!= invalid"', { kind: "words", words: ["valid", "unknown"] }],
    ["faults.beyond_tolerance: false", { kind: "words", words: ["false"] }],
    ["faults.never_struck.length: 0", { kind: "compare", operator: "==", value: 0 }],
    ["unsafe: none", { kind: "words", words: ["none"] }],
    ['unsafe: "!= none"', { kind: "unlike", words: ["none"] }],
    ["crypto: mac", { kind: "words", words: ["mac"] }],
    ["status: ok", { kind: "words", words: ["ok"] }],
    ["epochs.raised_by.0.node: 2", { kind: "compare", operator: "==", value: 2 }],
    ["declared.messages_per_command: 6", { kind: "compare", operator: "==", value: 6 }],
    ["messages.by_cause.heartbeat: 0", { kind: "compare", operator: "==", value: 0 }],
    ["messages.by_cause.*: 0", { kind: "compare", operator: "==", value: 0 }],
  ])("%s", (text, condition) => {
    expect(parse(`expect: { ${text} }`)[0]!.is).toEqual(condition);
  });

  test("short names stand for the checks, and each run must meet a condition unless the file says otherwise", () => {
    expect(parse("expect: { live: valid }")[0]).toEqual({
      field: "checks.live",
      is: { kind: "words", words: ["valid"] },
      written: "valid",
      of: "each",
      share: undefined,
      relativeTo: undefined,
      algo: undefined,
      n: undefined,
      at: {},
    });
  });

  test("a ratio, in one text or spelled out", () => {
    const short = parse('expect: { messages.per_op: "<= 3 x unreplicated" }')[0];
    const long = parse(
      'expect: { messages.per_op: { is: "<= 3", relativeTo: unreplicated, of: median } }',
    )[0];
    expect(short).toMatchObject({ relativeTo: "unreplicated", is: { operator: "<=", value: 3 }, of: "each" });
    expect(long).toMatchObject({
      relativeTo: "unreplicated",
      is: { operator: "<=", value: 3 },
      of: "median",
    });
  });

  test("a share of the runs", () => {
    const [expectation] = parse('expect: { epochs.elections: { is: 1, in: "75% ± 25%" } }');
    expect(expectation!.share!.is).toEqual({ kind: "within", low: 0.5, high: 1 });
    expect(parse("expect: { epochs.elections: { is: 1, in: 90% } }")[0]!.share!.written).toBe(">= 90%");
  });

  test("the distance to published quantiles, in the field's unit, and how many seeds it takes", () => {
    const text = '{ is: "<= 0.13", of: distance, to: { p50: 20ms, max: 1s, min: 5000 }, seeds: 100 }';
    expect(parse(`expect: { latency_us.p99: ${text} }`)[0]).toMatchObject({
      of: "distance",
      quantiles: [
        [0, 5000],
        [0.5, 20_000],
        [1, 1_000_000],
      ],
      seeds: 100,
    });
  });

  test("groups say whom they are about", () => {
    const text = `
sweep: { clients.count: [1, 64] }
expect:
  - linearizable: valid
  - { algo: raft, n: [3, 5], at: { clients.count: 64 }, epochs.growth: 0, ops.failed: 0 }`;
    const whom = { algo: ["raft"], n: [3, 5], at: { "clients.count": 64 } };
    expect(parse(text)).toMatchObject([
      { field: "checks.linearizable", algo: undefined },
      { field: "epochs.growth", ...whom },
      { field: "ops.failed", ...whom },
    ]);
  });
});

describe("what is wrong with an expectation is told where it stands", () => {
  test.each([
    [
      '{ epochs.grwth: "< 1" }',
      '1:11  expect.epochs.grwth: no result has such a field; did you mean "epochs.growth"?',
    ],
    ['{ growth: "< 1" }', "no result has such a field; there are epochs.growth, epochs.nodes.*.growth"],
    ["{ latency: 5 }", "no result has such a field; there are latency_us.mean, latency_us.min"],
    ['{ throughput: "> 5" }', 'did you mean "throughput_ops_s"?'],
    [
      "{ latency_us.p99: { is: 1, seeds: 0 } }",
      "1:43  expect.latency_us.p99.seeds: expected the fewest seeds",
    ],
    [
      '{ latency_us.p99: { is: "< 1", of: distance } }',
      "latency_us.p99.to: a distance needs quantiles, such as to: {",
    ],
    [
      '{ ops.ok: { is: "< 1", of: distance, to: { p5: 1, q: 3 } } }',
      '1:50  expect.ops.ok.to: "q" is no quantile',
    ],
    ['{ ops.ok: { is: "< 1", of: distance, to: { min: 5, max: 3 } } }', "must not fall from one quantile"],
    ['{ ops.ok: { is: "< 1", of: distance, to: { min: 5, max: "> 3" } } }', "max: expected a number"],
    ['{ ops.ok: { is: "< 1", to: { p5: 1 } } }', "ops.ok.to: goes with of: distance"],
    ["{ latency_us: 5 }", "is a group of fields: latency_us.mean, latency_us.min"],
    ["{ linearisable: valid }", 'did you mean "linearizable"?'],
    ["{ linearizable: vaild }", 'or several of them in a list, found "vaild"; did you mean "valid"?'],
    ['{ linearizable: "> 5" }', "is a verdict: expected valid, invalid, unknown"],
    ['{ epochs.growth: "< ten" }', '"ten" is not a number; conditions are such as "< 10"'],
    ["{ epochs.growth: [1] }", "expected a condition, such as"],
    ['{ epochs.growth: "5 .. 3" }', "is empty: its low end is above its high end"],
    ['{ latency_us.p99: "< 5 bananas" }', "is not a duration: the units are ns, us"],
    [
      "{ epochs.growth: { is: 1, off: mean } }",
      "1:35  expect.epochs.growth.off: unknown field; known: is, of, in, relativeTo",
    ],
    ["{ epochs.growth: { of: mean } }", "lacks its condition"],
    ["{ epochs.growth: { is: 1, of: average } }", "expected each, mean, min, max, median, a percentile"],
    [
      "{ epochs.growth: { is: 0, in: 90 } }",
      'in: ">= 90" is above all of the runs: a share is at most 1, or 100%, such as 0.9 or 90%',
    ],
    ['{ epochs.growth: "=< 3" }', '"=< 3" has its sign the wrong way round: did you mean "<= 3"?'],
    [
      "{ epochs.growth: { is: 1, of: mean, in: 90% } }",
      "counts runs one by one: it does not go with of: mean",
    ],
    ["{ live: { is: valid, of: mean } }", "a word has no mean"],
    ["{ algo: 5, live: valid }", "expect.algo: expected a protocol's name, or a list of names"],
    [
      "{ messages.by_cause.heartbat: 0 }",
      '1:11  expect.messages.by_cause.heartbat: there is no cause "heartbat"; did you mean "heartbeat"?',
    ],
    ["{ utilization.n0.cpu: 0 }", "entries of a list are counted from 0, as in utilization.0.cpu, and *"],
    [
      "{ faults.never_struck: 0 }",
      "1:11  expect.faults.never_struck: is a group of fields: faults.never_struck.length, faults.never_struck.*",
    ],
    [
      "{ messages.by_type.Append: 0 }",
      "is a group of fields: messages.by_type.Append.count, messages.by_type.Append.bytes",
    ],
    ["{ host: 3 }", "trace_hash, and fields of lacks, declared, ops, latency_us, messages"],
    ["{ faults.beyond_tolerance: flase }", 'found "flase"; did you mean "false"?'],
    ["{ unsafe: 5 }", '1:19  expect.unsafe: is a text: expected one in quotes, none, or "!= none", found 5'],
    ["{ status: okay }", "expected ok, failed, or several of them in a list"],
    ["{ algo: raft }", "expect: expects nothing: name a field and a condition"],
    ["valid", "expected fields with conditions, such as { linearizable: valid }"],
    ["{ live: valid, at: { clients.count: 4 } }", "expect.at.clients.count: nothing is swept in this file"],
  ])("expect: %s", (text, message) => {
    expect(() => parse(`expect: ${text}`)).toThrow(message);
  });

  test("points that the sweep does not have", () => {
    const file = (at: string) => `sweep: { clients.count: [1, 4] }\nexpect: [{ live: valid, at: { ${at} } }]`;
    expect(() => parse(file("clients.count: 5"))).toThrow(
      "2:46  expect.0.at.clients.count: no point has 5; there are 1, 4",
    );
    expect(() => parse(file("clients.cout: 4"))).toThrow(
      'is not swept; swept: clients.count; did you mean "clients.count"?',
    );
    expect(() => parse(file("clients.count: knee"))).toThrow('no point has "knee"');
  });
});
