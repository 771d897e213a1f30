/** What a study would run, and roughly what that would take. */
import type { PlannedRun } from "../harness/plan.ts";
import { defaultWorkers } from "../harness/pool.ts";
import { coordinates } from "./expectations.ts";

/** `searches`: where a search for saturation may end before it has run all of them. */
export function printDryRun(
  runs: readonly PlannedRun[],
  askedFor: number | undefined,
  json: boolean,
  searches: boolean,
): void {
  if (json) return console.log(JSON.stringify({ runs: runs.map(described) }, undefined, 2));
  const workers = askedFor ?? defaultWorkers();
  const events = runs.reduce((sum, { estimate }) => sum + estimate.events, 0);
  const wallMs = runs.reduce((sum, { estimate }) => sum + estimate.wallMs, 0) / workers;
  for (const cell of Map.groupBy(runs, cellText).values()) console.log(cellLine(cell));
  const most = searches ? "at most " : "";
  console.log(
    `${most}${runs.length} runs, about ${millions(events)} events, ${seconds(wallMs)} on this machine`,
  );
}

/** A row for all the seeds of a point. */
function cellText({ spec }: PlannedRun): string {
  const { algo, n, workload, point } = spec;
  const name = `${shortName(algo).padEnd(16)} n=${String(n).padEnd(4)} ${workload.name.padEnd(16)}`;
  return [name, ...coordinates(point)].join(" ");
}

function cellLine(cell: readonly PlannedRun[]): string {
  const seeds = cell.map(({ spec }) => spec.seed);
  const runs =
    seeds.length === 1 ? `seed ${seeds[0]}` : `seeds ${seeds[0]} … ${seeds.at(-1)}, ${seeds.length} runs of`;
  return `${`${cellText(cell[0]!)} ${runs}`.padEnd(64)} about ${millions(cell[0]!.estimate.events)} events`;
}

const shortName = (algo: string): string => algo.replace(/^.*[/\\]/, "");

function described({ spec, estimate }: PlannedRun) {
  return {
    key: spec.key,
    algo: shortName(spec.algo),
    n: spec.n,
    workload: spec.workload.name,
    point: spec.point,
    seed: spec.seed,
    rerun: spec.rerun,
    estimated_events: estimate.events,
    estimated_wall_ms: estimate.wallMs,
  };
}

export const millions = (events: number): string =>
  events < 1e9
    ? `${Number((events / 1e6).toPrecision(2))} million`
    : `${(events / 1e9).toPrecision(2)} billion`;
export const seconds = (ms: number): string =>
  ms < 100_000 ? `${Math.ceil(ms / 1000)} s` : `${Math.ceil(ms / 60_000)} min`;
