/** The sentences at the top of the page, held to studies whose numbers are known. */
import { describe, expect, test } from "vitest";
import { answersMarkup } from "../../src/report/answers.ts";
import { algorithmsOf, cellsOf } from "../../src/report/cells.ts";
import { storyOf } from "../../src/report/charts/timeline.ts";
import { fastest } from "../../src/report/fastest.ts";
import { growthText } from "../../src/report/growth.ts";
import { headlineMarkup } from "../../src/report/headline.ts";
import { notesMarkup } from "../../src/report/headline-notes.ts";
import { looksOf } from "../../src/report/palette.ts";
import type { Study } from "../../src/report/study.ts";
import { verdictOf } from "../../src/report/verdict.ts";
import type { Manifest, RunLine } from "../../src/results/schema.ts";
import { sampleManifest, sampleRun, sampleRuns, sampleSeries, violation } from "./sample.ts";

function studyOf(runs: readonly RunLine[], change: Partial<Manifest> = {}): Study {
  const manifest = sampleManifest(runs, change);
  return { name: "sample", word: "sample", manifest, runs, told: [], series: new Map(), traces: new Map() };
}

const figures = { algo: "raft", n: 3, rate: 1000, ms: 1 };
const checks = { linearizable: "valid", invariants: "invalid", live: "valid", violations: [violation] };
const unsafe = (change: Partial<typeof violation> = {}) =>
  sampleRun({
    ...figures,
    seed: 1,
    change: { checks: { ...checks, violations: [{ ...violation, ...change }] } as RunLine["checks"] },
  });

describe("who is fastest", () => {
  test("by throughput, with the ratio to each rival and to one server without replication", () => {
    expect(fastest(cellsOf(studyOf(sampleRuns())))).toEqual([
      "n = 3: raft served 3060 ops/s, 1.50 × what primary-backup did; median latency 1.02 ms, p99 1.52 ms. " +
        "Without replication (unreplicated) it is 6120 ops/s: raft has 0.500 × that.",
      "n = 5: raft served 3060 ops/s, 1.50 × what primary-backup did; median latency 1.02 ms, p99 1.52 ms. " +
        "Without replication (unreplicated) it is 6120 ops/s: raft has 0.500 × that.",
    ]);
  });

  test("by latency, where all served what they were asked for", () => {
    const runs = [
      sampleRun({ ...figures, seed: 1 }),
      sampleRun({ ...figures, algo: "pbft", ms: 2, seed: 1 }),
    ];
    expect(fastest(cellsOf(studyOf(runs)))).toEqual([
      "All served the same 1010 ops/s. raft answered soonest, with a median of 1.01 ms; " +
        "pbft took 2.02 ms, 2.00 × as long. At p99: raft 1.50 ms and pbft 3.01 ms.",
    ]);
  });

  test("nobody, where the intervals do not tell", () => {
    const rates = [
      [1000, 950],
      [1000, 1010],
      [1000, 930],
    ];
    const runs = ["raft", "pbft"].flatMap((algo, column) =>
      rates.map((pair, index) => sampleRun({ ...figures, algo, rate: pair[column]!, seed: index + 1 })),
    );
    expect(fastest(cellsOf(studyOf(runs)))[0]).toMatch(
      /as much as pbft \(1\.04 ×, 95 %: 0\.93\d to 1\.\d+; no clear difference\)/,
    );
  });
});

test("nobody is fastest where medians are the same in every seed", () => {
  const same = (algo: string, ms: number) => [1, 2].map(seed => sampleRun({ ...figures, algo, ms, seed }));
  const runs = [...same("raft", 1), ...same("paxos", 1), ...same("pbft", 2)];
  expect(fastest(cellsOf(studyOf(runs)))[0]).toContain(
    "raft and paxos answered soonest, with a median of 1.01 ms and no clear difference; pbft took",
  );
});

describe("the verdict", () => {
  test("of a study in which all checks were passed", () => {
    expect(verdictOf(studyOf(sampleRuns()))).toMatchObject({
      grade: "good",
      line: "Every check of 18 runs was passed.",
    });
  });

  test("says that more went wrong than is tolerated, which is neither good nor bad", () => {
    const { faults } = sampleRun({ ...figures, seed: 1 });
    const beyond = {
      ...faults!,
      beyond_tolerance: true,
      beyond: ["wipe n1 at 2s: what had been stored is lost"],
    };
    const runs = [
      sampleRun({ ...figures, seed: 1, change: { faults: beyond } }),
      sampleRun({ ...figures, seed: 2 }),
    ];
    expect(verdictOf(studyOf(runs))).toMatchObject({
      grade: "good",
      line: "Every check of 2 runs was passed. 1 run of 2 (raft) went beyond f, more than the protocol tolerates.",
    });
    const cells = cellsOf({ runs });
    expect(notesMarkup(cells, []).text).toContain("raft n=3 crash, f=1, 1 of 2 runs: wipe n1 at 2s");
    expect(headlineMarkup(cells, looksOf(algorithmsOf(cells))).text).toContain(">beyond f</small>");
  });

  test("names what was broken, with its sentence and the command", () => {
    const { grade, line, details } = verdictOf(studyOf([unsafe(), sampleRun({ ...figures, seed: 2 })]));
    expect({ grade, line }).toEqual({ grade: "bad", line: "1 run of 2 (raft) broke safety." });
    expect(details.text).toContain(violation.sentence);
    expect(details.text).toContain(violation.again);
    expect(details.text).not.toContain("See it happen");
    const other = { ...unsafe(), key: "drawn", seed: 3 };
    const drawn = verdictOf(studyOf([unsafe(), other]), new Set(["drawn"])).details.text;
    expect(drawn).toMatch(
      /seed 3<\/strong>, and 1 other seed alike.*<a href="#run-drawn">See it happen<\/a>/,
    );
  });

  test("tells what was promised from what was not, and from what the workload sets out to show", () => {
    const outside = unsafe({ outside: "n1 lied" });
    expect(verdictOf(studyOf([outside]))).toMatchObject({
      grade: "warn",
      line: "1 run of 1 (raft) broke safety, beyond what the protocol promises.",
    });
    const expectation = {
      workload: "crash",
      algo: "raft",
      n: 3,
      point: {},
      field: "checks.invariants",
      of: "each",
      expected: "invalid",
      ok: true,
      found: "invalid",
      runs: 1,
      seeds: [],
      says: null,
    };
    expect(verdictOf(studyOf([unsafe()], { expectations: [expectation] }))).toMatchObject({
      grade: "warn",
      line: "1 run of 1 (raft) broke safety, as the workload expects. What the workload expects holds.",
    });
    const failed = { ...expectation, ok: false, field: "ops.failed", expected: "== 0", found: 7, seeds: [1] };
    const { grade, details } = verdictOf(
      studyOf([sampleRun({ ...figures, seed: 1 })], { expectations: [failed] }),
    );
    expect(grade).toBe("bad");
    expect(details.text).toContain("expected <code>ops.failed == 0</code>, found 7 at seed 1 (1 of 1 run)");
  });

  test("hides neither what died nor what was not finished nor what nobody checked", () => {
    const unchecked = { linearizable: null, invariants: null, live: null, violations: null };
    const died = sampleRun({
      ...figures,
      seed: 1,
      change: { status: "failed", error: "no such thing", checks: unchecked },
    });
    const { grade, line, details } = verdictOf(studyOf([died], { status: "interrupted" }));
    expect(grade).toBe("bad");
    expect(line).toBe(
      "1 run of 1 died. The study is interrupted: this page has 1 of 1 run. Safety was not checked in this study.",
    );
    expect(details.text).toContain("no such thing");
  });
});

describe("why the term rose", () => {
  const run = sampleRun({ ...figures, seed: 1 });

  test("after which fault, and by whom", () => {
    expect(growthText(storyOf(run, sampleSeries(run)))).toBe(
      "The term went from 1 to 2, raised by n1. " +
        "It rose 160 ms after “crash n0” (the leader) at 2.5 s, which lasted 2 s.",
    );
  });

  test("after which fault, where it was over by then", () => {
    const series = sampleSeries(run);
    const late = series.epochs.map(([us, ...rest]) => [us > 2e6 ? us + 2e6 : us, ...rest]);
    const epochs = late as typeof series.epochs;
    const faultsFrom = (us: number): typeof series.faults => [
      [us, "crash n0"],
      [us + 500_000, "end of crash n0"],
    ];
    const textWith = (us: number) => growthText(storyOf(run, { ...series, epochs, faults: faultsFrom(us) }));
    expect(textWith(3_500_000)).toContain(
      "No fault was under way at the time; “crash n0” had ended 660 ms before, at 4 s.",
    );
    expect(textWith(6_000_000)).toContain("No fault had struck by then.");
  });

  test("in how many terms nobody led", () => {
    const series = sampleSeries(run);
    const epochs = [...series.epochs, [3_000_000, 2, 3], [3_200_000, 2, 4]] as typeof series.epochs;
    expect(growthText(storyOf(run, { ...series, epochs }))).toMatch(
      /All 3 steps fell into “crash n0” \(the leader\) at 2\.5 s, which lasted 2 s\. In 2 of them nobody came to lead/,
    );
    expect(growthText(storyOf(run, series))).not.toContain("nobody");
    const other = series.faults.map(([us, what]): [number, string] => [us, what.replace("n0", "n2")]);
    expect(growthText(storyOf(run, { ...series, faults: other }))).toContain("after “crash n2” at 2.5 s");
  });

  test("where nobody is elected, no election is blamed", () => {
    const leaders = [0, 1, 2].map(node => [0, node, 0, 1]) as ReturnType<typeof sampleSeries>["leaders"];
    const text = growthText(storyOf(run, { ...sampleSeries(run), leaders, faults: [] }));
    expect(text).toContain("No fault had struck: proposers outbid each other");
    expect(text).not.toContain("nobody came to lead");
  });

  test("without a fault, it says so", () => {
    expect(growthText(storyOf(run, { ...sampleSeries(run), faults: [] }))).toContain("No fault had struck");
  });
});

test("the answers: what clients felt, and how to see the worst again", () => {
  const runs = sampleRuns();
  const text = answersMarkup(studyOf(runs), [storyOf(runs[0]!, sampleSeries(runs[0]!))]).text;
  expect(text).toContain("raft (n = 3) 153 ms");
  expect(text).toContain("No operation failed for good");
  expect(text).toContain("No. 18 of 18 runs are linearizable");
  expect(text).toContain("npm run bench -- --algo raft --n 3 --workload crash --seed 3 --trace");
  const swept = sampleRun({ ...figures, seed: 1, change: { point: { "clients.count": 4 } } });
  const said = answersMarkup(studyOf([swept, { ...swept, seed: 2 }]), [
    storyOf(swept, sampleSeries(swept)),
  ]).text;
  expect(said).toContain("raft, n = 3, clients.count = 4, seed 1: The term went from 1 to 2");
  expect(said).toContain("raft (clients.count = 4) 152 ms in every seed");
  const wrong = answersMarkup(studyOf([...runs, unsafe()]), []).text;
  expect(wrong).toContain("Yes: raft with n = 3 in 1 run, of 19 in all.");
  expect(wrong).toContain(violation.again);
});
