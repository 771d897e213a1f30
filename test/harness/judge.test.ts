import { describe, expect, test } from "vitest";
import { type Judgement, judge } from "../../src/harness/judge.ts";
import type { Manifest, RunLine } from "../../src/results/schema.ts";
import { parseWorkload } from "../../src/workload/load.ts";
import { runLine } from "../results/line.ts";

const line = (algo: string, seed: number, throughput: number | null, change: Partial<RunLine> = {}) =>
  runLine(`${algo} ${seed} ${JSON.stringify(change.point)}`, {
    algo,
    workload: "mine",
    seed,
    throughput_ops_s: throughput,
    messages: {
      total: 1,
      per_op: algo === "pbft" ? 20 : algo === "raft" ? 4 : 0,
      by_type: { Append: { count: 5, bytes: 50 } },
      by_cause: {},
      client: { count: 1, bytes: 1 },
    },
    ...change,
  });

const usual = [line("raft", 1, 100), line("raft", 2, 200), line("pbft", 1, 50), line("pbft", 2, 50)];

function judged(
  expectation: string,
  lines: RunLine[] = usual,
  saturation: Manifest["saturation"] = [],
): Judgement[] {
  const sweep = "sweep: { clients.count: [1, 4] }\n";
  const workload = parseWorkload("mine", `${sweep}expect: ${expectation}`, "mine.yaml");
  const cells = [
    ...new Map(lines.map(one => [JSON.stringify([one.algo, one.n, one.point]), one])).values(),
  ].map(({ algo, n, point }) => ({ algo, n, point, workload: "mine", options: {}, seeds: [1, 2] }));
  return judge({ workloads: [workload], cells, lines, saturation: saturation ?? [] });
}

const brief = (judgements: readonly Judgement[]) =>
  judgements.map(({ algo, ok, found, seeds }) => ({ algo, ok, found, seeds }));

describe("a condition", () => {
  test("on the distance to a distribution is held to all runs together", () => {
    const far = (is: string) =>
      brief(
        judged(
          `{ algo: raft, throughput_ops_s: { is: "${is}", of: distance, to: { min: 100, p50: 150, max: 200 } } }`,
        ),
      );
    // At the least value half of the runs are, where none should be.
    expect(far("<= 0.5")).toEqual([{ algo: "raft", ok: true, found: 0.5, seeds: [] }]);
    expect(far("<= 0.13")).toMatchObject([{ ok: false, found: 0.5 }]);
  });

  test("that takes more seeds than were run is not judged", () => {
    const [judgement] = judged('{ algo: raft, throughput_ops_s: { is: "< 1", of: mean, seeds: 3 } }');
    expect(judgement).toMatchObject({ ok: null, found: null, says: "not judged: it takes 3 seeds" });
    expect(judged('{ algo: raft, throughput_ops_s: { is: "< 1", of: mean, seeds: 2 } }')[0]!.ok).toBe(false);
  });

  test("must hold in each run; the runs in which it does not are named", () => {
    expect(brief(judged('{ throughput_ops_s: ">= 100" }'))).toEqual([
      { algo: "raft", ok: true, found: 150, seeds: [] },
      { algo: "pbft", ok: false, found: 50, seeds: [1, 2] },
    ]);
    expect(brief(judged('{ algo: raft, throughput_ops_s: "< 150" }'))).toEqual([
      { algo: "raft", ok: false, found: 200, seeds: [2] },
    ]);
  });

  test.each([
    ["mean", "150", true, 150],
    ["min", "100", true, 100],
    ["max", '"100 .. 150"', false, 200],
    ["median", "150", true, 150],
    ["p25", "125", true, 125],
  ])("or for the %s of the runs", (of, is, ok, found) => {
    const [judgement] = judged(`{ algo: raft, throughput_ops_s: { is: ${is}, of: ${of} } }`);
    expect(judgement).toMatchObject({ ok, found, of });
  });

  test("or in a share of them", () => {
    const [half] = judged('{ algo: raft, throughput_ops_s: { is: "> 150", in: 50% } }');
    expect(half).toMatchObject({ ok: true, found: 0.5, expected: "> 150 in >= 50% of the runs" });
    const [most] = judged('{ algo: raft, throughput_ops_s: { is: "> 150", in: 60% } }');
    expect(most).toMatchObject({ ok: false, found: 0.5, seeds: [1] });
  });

  test("may be on every entry, and a type of message that was never sent was sent 0 times", () => {
    expect(judged("{ algo: raft, messages.by_type.*.count: 5 }")[0]).toMatchObject({ ok: true });
    expect(judged("{ algo: raft, messages.by_type.Vote.count: 0 }")[0]).toMatchObject({ ok: true, found: 0 });
    expect(judged('{ algo: raft, messages.by_type.Append.bytes: "< 50" }')[0]).toMatchObject({ ok: false });
  });
});

describe("a field that is no number", () => {
  const faults = {
    scheduled: 2,
    struck: 1,
    strikes: 1,
    withheld: 0,
    never_struck: ["crash n1"],
    beyond_tolerance: true,
    beyond: [],
    lies: [],
    healed_us: null,
  };
  const unsafe = "n1 lies (silent)";
  const lines = [line("raft", 1, 100, { faults, unsafe }), line("pbft", 1, 100, { faults, unsafe: null })];

  test.each([
    ["{ faults.beyond_tolerance: true }", [true, true]],
    ["{ faults.beyond_tolerance: false }", [false, false]],
    ["{ faults.never_struck.length: 1 }", [true, true]],
    ["{ faults.never_struck.*: crash n1 }", [true, true]],
    ["{ unsafe: none }", [false, true]],
    ['{ unsafe: "!= none" }', [true, false]],
    ["{ unsafe: n1 lies (silent) }", [true, false]],
    ["{ faults.healed_us: 0 }", [false, false]],
    ["{ status: ok, error: none }", [true, true, true, true]],
  ])("%s", (expectation, ok) => {
    const judgements = judged(expectation, lines).filter(({ field }) => field !== "faults");
    expect(judgements.map(judgement => judgement.ok)).toEqual(ok);
  });

  test("a failure may be expected", () => {
    const failed = [line("raft", 1, null, { status: "failed", error: "no leader" })];
    expect(brief(judged("{ status: failed }", failed))).toEqual([
      { algo: "raft", ok: true, found: "failed", seeds: [] },
    ]);
    expect(judged("{ status: ok }", failed)[0]).toMatchObject({ ok: false, found: "failed", seeds: [1] });
    expect(judged("{ f: 1 }", failed)[0]).toMatchObject({ ok: false, says: "the run failed" });
  });
});

describe("a ratio", () => {
  test("is to the same seed of the other protocol, or of one number to the other", () => {
    expect(brief(judged('{ throughput_ops_s: "> 3 x pbft" }'))).toEqual([
      { algo: "raft", ok: false, found: 2, seeds: [1] },
    ]);
    const [mean] = judged('{ throughput_ops_s: { is: "3", of: mean, relativeTo: pbft } }');
    expect(mean).toMatchObject({ ok: true, found: 3, expected: "3 x pbft" });
  });

  test("to nothing is no ratio, and to somebody who takes no part cannot be judged", () => {
    const lines = [...usual, line("unreplicated", 1, 1), line("unreplicated", 2, 1)];
    const [zero] = judged('{ algo: raft, messages.per_op: "< 5 x unreplicated" }', lines);
    expect(zero).toMatchObject({
      ok: false,
      found: null,
      says: "no ratio: unreplicated has 0 or nothing there",
    });
    const [absent] = judged('{ algo: raft, messages.per_op: "< 5 x unreplicated" }');
    expect(absent).toMatchObject({ ok: null, says: "not judged: unreplicated takes no part at this place" });
  });

  test("is taken at the same n, or else at the same f", () => {
    const small = [
      line("raft", 1, 100),
      line("pbft", 1, 50, { n: 4, f: 1 }),
      line("pbft", 1, 20, { n: 7, f: 2 }),
    ];
    expect(judged('{ throughput_ops_s: "2 x pbft" }', small)[0]).toMatchObject({ ok: true, found: 2 });
  });
});

describe("what was not measured", () => {
  const lines = [line("raft", 1, null)];

  test("fails what is expected of it", () => {
    expect(judged('{ throughput_ops_s: "> 1" }', lines)[0]).toMatchObject({
      ok: false,
      found: null,
      seeds: [1],
      says: "not measured, and so not to be judged",
    });
  });

  test("nor is a verdict that nobody came to", () => {
    expect(judged("{ linearizable: valid }", lines)[0]).toMatchObject({ ok: false, seeds: [1] });
    const checks = { linearizable: "invalid" as const, invariants: null, live: null, violations: null };
    expect(judged("{ linearizable: valid }", [line("raft", 1, 1, { checks })])[0]).toMatchObject({
      ok: false,
      found: "invalid",
    });
    expect(judged("{ linearizable: [invalid, unknown] }", [line("raft", 1, 1, { checks })])[0]!.ok).toBe(
      true,
    );
  });

  test("because the run failed", () => {
    const failed = [line("raft", 1, null, { status: "failed" })];
    expect(judged("{ linearizable: valid }", failed)[0]).toMatchObject({ ok: false, says: "the run failed" });
  });
});

describe("a place", () => {
  const at = (count: number) => ({ point: { "clients.count": count } });
  const lines = [line("raft", 1, 10, at(1)), line("raft", 1, 40, at(4))];

  test("is judged by itself, or alone", () => {
    expect(brief(judged('{ throughput_ops_s: "> 20" }', lines)).map(({ ok }) => ok)).toEqual([false, true]);
    const [only, ...others] = judged('{ at: { clients.count: 4 }, throughput_ops_s: "> 20" }', lines);
    expect(only).toMatchObject({ ok: true, point: { "clients.count": 4 } });
    expect(others).toEqual([]);
  });

  test("that was not run is said to be so", () => {
    const [judgement] = judged('{ n: 9, throughput_ops_s: "> 20" }', lines);
    expect(judgement).toMatchObject({ ok: null, algo: null, runs: 0 });
  });

  test("may be the knee", () => {
    const text = `saturation: { field: clients.count, from: 1, factor: 4, to: 4 }
expect: { at: { clients.count: knee }, throughput_ops_s: "> 20" }`;
    const workload = parseWorkload("mine", text, "mine.yaml");
    const cells = lines.map(({ algo, n, point }) => ({
      algo,
      n,
      point,
      workload: "mine",
      options: {},
      seeds: [1],
    }));
    const search = { workload: "mine", algo: "raft", n: 3, point: {}, field: "clients.count", gain: 0.02 };
    const saturation = [{ ...search, knee: 4, throughput_ops_s: 40, tried: [], law: null }];
    const judgements = judge({ workloads: [workload], cells, lines, saturation });
    expect(judgements).toMatchObject([{ ok: true, point: { "clients.count": 4 } }]);
  });
});
