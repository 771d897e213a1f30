/** What a study would run, and roughly what that would take. */
import type { PlannedRun } from "../harness/plan.ts";
import { defaultWorkers } from "../harness/pool.ts";

export function printDryRun(runs: readonly PlannedRun[], workers: number | undefined, json: boolean): void {
  if (json) return console.log(JSON.stringify({ runs: runs.map(described) }, undefined, 2));
  const rows = runs.map(described);
  const events = rows.reduce((sum, row) => sum + row.estimated_events, 0);
  const wallMs = rows.reduce((sum, row) => sum + row.estimated_wall_ms, 0) / (workers ?? defaultWorkers());
  for (const row of rows) {
    const name = `${row.algo.padEnd(16)} n=${String(row.n).padEnd(4)} ${row.workload.padEnd(16)} seed ${row.seed}`;
    console.log(`${name.padEnd(56)} about ${millions(row.estimated_events)} events`);
  }
  console.log(`${rows.length} runs, about ${millions(events)} events, ${seconds(wallMs)} on this machine`);
}

function described({ spec, estimate }: PlannedRun) {
  return {
    key: spec.key,
    algo: spec.algo.replace(/^.*[/\\]/, ""),
    n: spec.n,
    workload: spec.workload.name,
    seed: spec.seed,
    rerun: spec.rerun,
    estimated_events: estimate.events,
    estimated_wall_ms: estimate.wallMs,
  };
}

const millions = (events: number): string => `${(events / 1e6).toPrecision(2)} million`;
const seconds = (ms: number): string =>
  ms < 100_000 ? `${Math.ceil(ms / 1000)} s` : `${Math.ceil(ms / 60_000)} min`;
