/** The specifications of the charts, and what makes a chart stay away. `vitest -u` renews what is in golden/. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { algorithmsOf, cellsOf } from "../../src/report/cells.ts";
import { chartsOf as allCharts } from "../../src/report/charts/all.ts";
import { type Chart, isChart, type Omission, type Track } from "../../src/report/charts/chart.ts";
import { faultTrack, storyOf, termTrack, throughputTrack } from "../../src/report/charts/timeline.ts";
import { looksOf } from "../../src/report/palette.ts";
import type { Manifest, RunLine } from "../../src/results/schema.ts";
import { sampleRun, sampleRuns, sampleSeries } from "./sample.ts";

/** Three loads: from 64 clients on there is no more to be had. */
const swept = [1, 16, 64, 256].flatMap((count, index) =>
  [1, 2].map(seed =>
    sampleRun({
      algo: "raft",
      n: 3,
      seed,
      rate: [900, 9000, 20_000, 20_500][index]!,
      ms: [1, 1.1, 1.5, 12][index]!,
      change: { key: `swept-${count}-${seed}`, point: { "clients.count": count } },
    }),
  ),
);

function chartsOf(runs: readonly RunLine[], saturation: Manifest["saturation"] = null): (Chart | Omission)[] {
  const cells = cellsOf({ runs });
  return allCharts(() => saturation, cells, looksOf(algorithmsOf(cells)));
}

/** What a search for saturation over those loads would have left. */
const search = {
  workload: "crash",
  algo: "raft",
  n: 3,
  point: {},
  field: "clients.count",
  gain: 0.1,
  knee: 64,
  throughput_ops_s: 20_000,
  tried: [],
  law: { lambda_ops_s: 950, sigma: 0.03, kappa: 0.00005, peak: 139.3, worst: 0.12 },
};

const looks = looksOf(["raft", "primary-backup", "unreplicated"]);
const story = storyOf(sampleRuns()[0]!, sampleSeries(sampleRuns()[0]!));
const tracks: Track[] = [
  faultTrack([[story]]),
  throughputTrack([[story]], looks),
  termTrack([[story]], looks),
];
const charts = [...chartsOf(sampleRuns()), ...chartsOf(swept, [search]).slice(0, 2), ...tracks] as Track[];

test.each(charts.filter(chart => "spec" in chart).map(chart => [chart.id, chart] as const))(
  "%s",
  async (id, { spec, panels, reach }) => {
    const seen = JSON.stringify({ spec, reach, panels }, undefined, 1);
    await expect(`${seen}\n`).toMatchFileSnapshot(join(import.meta.dirname, "golden", `${id}.json`));
  },
);

test("the knee is the point beyond which no step adds a tenth", () => {
  const [chart] = chartsOf(swept) as [Chart];
  const knees = chart.panels[0]!.data.lines!.filter(({ knee }) => knee);
  expect(knees.map(({ at }) => at)).toEqual(["64"]);
  expect(chart.notes[0]).toContain("raft n=3 at 64");
});

test("the law of a search has a line as far as there are points, and its numbers in the table", () => {
  const [, scaling] = chartsOf(swept, [search]) as [Chart, Chart];
  const { points, curves } = scaling.panels[0]!.data;
  expect(points!.filter(({ knee }) => knee).map(({ x }) => x)).toEqual([64]);
  expect([curves![0], curves!.at(-1)].map(row => [row!.x, row!.y])).toEqual([
    [1, 950],
    [256, 20_410],
  ]);
  expect(scaling.table.rows[0]!.cells.slice(3)).toEqual([
    "64",
    expect.stringMatching(/^20\.\dk ±/),
    "950",
    "0.030",
    "0.000050",
    "139",
    "12 %",
  ]);
  const [, none] = chartsOf(swept, [{ ...search, law: null }]) as [Chart, Omission];
  expect(none.because).toContain("fits none of the searches");
});

test("a chart that has nothing to show says why", () => {
  const quiet = sampleRun({
    algo: "unreplicated",
    n: 3,
    seed: 1,
    rate: 100,
    ms: 1,
    change: { faults: null, availability: null, messages: null },
  });
  const reasons = chartsOf([quiet]).filter(made => !isChart(made)) as Omission[];
  expect(reasons.map(({ because }) => because)).toEqual([
    "the study does not sweep the load",
    "nothing struck, and there was always a leader",
    "no fault struck",
    "there is one cluster size only",
    "no replica sent a message to another",
    "no replica sent a message to another",
  ]);
});
