/** The specifications of the charts, and what makes a chart stay away. `vitest -u` renews what is in golden/. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { algorithmsOf, cellsOf } from "../../src/report/cells.ts";
import { availabilityChart } from "../../src/report/charts/availability.ts";
import { mixChart } from "../../src/report/charts/bars.ts";
import { type Chart, isChart, type Omission, type Track } from "../../src/report/charts/chart.ts";
import { latencyChart } from "../../src/report/charts/latency.ts";
import { messagesChart } from "../../src/report/charts/messages.ts";
import { recoveryChart } from "../../src/report/charts/recovery.ts";
import { faultTrack, storyOf, termTrack, throughputTrack } from "../../src/report/charts/timeline.ts";
import { tradeoffChart } from "../../src/report/charts/tradeoff.ts";
import { utilizationChart } from "../../src/report/charts/utilization.ts";
import { looksOf } from "../../src/report/palette.ts";
import type { RunLine } from "../../src/results/schema.ts";
import { sampleManifest, sampleRun, sampleRuns, sampleSeries } from "./sample.ts";

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

function chartsOf(runs: readonly RunLine[]): (Chart | Omission)[] {
  const study = {
    name: "",
    manifest: sampleManifest(runs),
    runs,
    told: [],
    series: new Map(),
    traces: new Map(),
  };
  const cells = cellsOf(study);
  const looks = looksOf(algorithmsOf(cells));
  return [
    tradeoffChart(study, cells, looks),
    latencyChart(cells, looks),
    availabilityChart(cells, looks),
    recoveryChart(cells, looks),
    messagesChart(cells, looks),
    mixChart("count", cells, looks),
    mixChart("bytes", cells, looks),
    utilizationChart(cells, looks),
  ];
}

const looks = looksOf(["raft", "primary-backup", "unreplicated"]);
const story = storyOf(sampleRuns()[0]!, sampleSeries(sampleRuns()[0]!));
const tracks: Track[] = [faultTrack([story]), throughputTrack([story], looks), termTrack([story], looks)];
const charts = [...chartsOf(sampleRuns()), ...chartsOf(swept).slice(0, 1), ...tracks] as Track[];

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
