import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { faultSpans } from "../../src/report/faults.ts";
import { readStudy } from "../../src/report/study.ts";
import { tellingRuns } from "../../src/report/telling.ts";
import { inTemporaryFolder } from "../cli/run.ts";
import { seriesLine } from "../results/line.ts";
import { sampleRun, sampleRuns, sampleSeries, violation, writeStudy } from "./sample.ts";

test("runs come in the order of the plan and by seed, in whatever order they were written", () =>
  inTemporaryFolder(async folder => {
    const runs = sampleRuns();
    const keys = runs.map(({ key }) => key);
    const shuffled = runs.toReversed();
    writeStudy(folder, runs);
    writeFileSync(join(folder, "runs.ndjson"), shuffled.map(run => `${JSON.stringify(run)}\n`).join(""));
    expect(readStudy(folder).runs.map(({ key }) => key)).toEqual(keys);
  }));

test("series are read of the runs that are shown only; those with a kept trace are told of before others", () =>
  inTemporaryFolder(async folder => {
    const runs = sampleRuns();
    writeStudy(folder, runs);
    // A line of a run that is not shown need not even be readable.
    appendFileSync(join(folder, "series.ndjson"), `{"key":"raft-3-9","epochs":"none"}\n`);
    mkdirSync(join(folder, "traces"));
    writeFileSync(join(folder, "traces", "raft-3-2.kept.ndjson"), "");
    writeFileSync(join(folder, "traces", "raft-3-1.ndjson"), "");
    const { series, traces } = readStudy(folder);
    expect([...traces.keys()]).toEqual(["raft-3-2"]);
    expect([...series.keys()].sort()).toEqual(
      ["primary-backup-3-3", "primary-backup-5-3", "raft-3-2", "raft-5-3"].concat(
        "unreplicated-3-3",
        "unreplicated-5-3",
      ),
    );
  }));

test("a run without its course is not told of, however bad", () =>
  inTemporaryFolder(async folder => {
    const runs = sampleRuns().slice(0, 3);
    writeStudy(folder, runs, {}, runs.slice(0, 2).map(sampleSeries));
    expect(readStudy(folder).told.map(({ key }) => key)).toEqual(["raft-3-2"]);
  }));

test("of a row the unsafe run is told before the one with the longest gap; uneventful runs are not", () => {
  const figures = { algo: "raft", n: 3, rate: 100, ms: 1 };
  const checks = {
    linearizable: "valid",
    invariants: "invalid",
    live: "valid",
    violations: [violation],
  } as const;
  const quiet = { faults: null, epochs: null };
  const unsafe = sampleRun({
    ...figures,
    seed: 1,
    change: { checks: { ...checks, violations: [violation] } },
  });
  const slow = sampleRun({ ...figures, seed: 2 });
  expect(tellingRuns([unsafe, slow])).toEqual([unsafe]);
  expect(tellingRuns([slow])).toEqual([slow]);
  expect(tellingRuns([sampleRun({ ...figures, seed: 1, change: quiet })])).toEqual([]);
});

test("faults are spans: from the log of what began and what ended, to the end where nothing did", () => {
  const faults: [number, string][] = [
    [1, "crash n0"],
    [2, "loss 5% on every link"],
    [3, "end of crash n0"],
    [4, "end of loss 5% on every link (8 messages)"],
    [5, "clockJump n1 by -2s"],
    [6, "crash n0"],
  ];
  expect(
    faultSpans({ ...seriesLine("a"), faults }, 9).map(({ startUs, endUs, kind }) => [startUs, endUs, kind]),
  ).toEqual([
    [1, 3, "crash"],
    [2, 4, "loss"],
    [5, 5, "clockJump"],
    [6, 9, "crash"],
  ]);
});
