/** Every chart of a page, in its order. */
import type { Cell } from "../cells.ts";
import type { Look } from "../palette.ts";
import { availabilityChart } from "./availability.ts";
import { mixChart } from "./bars.ts";
import type { Chart, Omission, Track } from "./chart.ts";
import type { Searches } from "./climbs.ts";
import { latencyChart } from "./latency.ts";
import { messagesChart } from "./messages.ts";
import { recoveryChart } from "./recovery.ts";
import { scalingChart } from "./scaling.ts";
import { faultTrack, type Scene, termTrack, throughputTrack } from "./timeline.ts";
import { tradeoffChart } from "./tradeoff.ts";
import { utilizationChart } from "./utilization.ts";

export const chartsOf = (
  searches: Searches,
  cells: readonly Cell[],
  looks: readonly Look[],
): (Chart | Omission)[] => [
  tradeoffChart(searches, cells, looks),
  ...scalingChart(searches, cells, looks),
  latencyChart(cells, looks),
  availabilityChart(cells, looks),
  recoveryChart(cells, looks),
  messagesChart(cells, looks),
  mixChart("count", cells, looks),
  mixChart("bytes", cells, looks),
  utilizationChart(cells, looks),
];

/** Above each other for each scene: what struck, what clients got, what terms did. */
export function tracksOf(scenes: readonly Scene[], looks: readonly Look[]): Track[] {
  const grown = scenes.filter(scene =>
    scene.some(({ series }) => series.epochs.some(([, , epoch]) => epoch > 0)),
  );
  const tracks = [faultTrack(scenes), throughputTrack(scenes, looks), termTrack(grown, looks)];
  return tracks.filter(({ panels }) => panels.length > 0);
}
