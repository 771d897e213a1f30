/** Runs for tests of what is kept of them. */
import { join } from "node:path";
import type { AnyProtocol } from "#protocol";
import { taskOf } from "../../src/harness/kept-traces.ts";
import { tracedAgain } from "../../src/harness/kept-traces-thread.ts";
import { codesOf } from "../../src/harness/manifest.ts";
import { expand, type PlannedRun, planStudy } from "../../src/harness/plan.ts";
import { loadProtocol } from "../../src/harness/protocols.ts";
import { runTraced } from "../../src/harness/run.ts";
import { type KeptTrace, parseKeptTrace } from "../../src/results/kept-trace.ts";
import type { RunLine, SeriesLine } from "../../src/results/schema.ts";
import type { TracedNode, TraceEvent, Tracer } from "../../src/simulation/observer.ts";

const root = join(import.meta.dirname, "../..");

export async function plannedRuns(
  algorithms: readonly string[],
  n: readonly number[],
  workload: string,
  seeds: readonly number[],
): Promise<PlannedRun[]> {
  const request = { algorithms, n, f: undefined, workloads: [workload], seeds, settings: [], folder: root };
  const plan = await planStudy(request);
  return expand(plan, codesOf(plan.protocols).of);
}

/** Everything that happened, for comparison. */
export class WholeTrace implements Tracer {
  readonly events: TraceEvent[] = [];
  nodes: readonly TracedNode[] = [];
  attach(nodes: readonly TracedNode[]): void {
    this.nodes = nodes;
  }
  record(event: TraceEvent): void {
    this.events.push(event);
  }
}

export interface Performed {
  readonly run: PlannedRun;
  readonly protocol: AnyProtocol;
  readonly line: RunLine;
  readonly series: SeriesLine;
  readonly whole: readonly TraceEvent[];
}

export async function perform(run: PlannedRun): Promise<Performed> {
  const { protocol } = await loadProtocol(run.spec.algo, "/");
  const tracer = new WholeTrace();
  const { line, series } = runTraced(run.spec, protocol, tracer);
  return { run, protocol, line, series, whole: tracer.events };
}

export function keptText({ run, line, protocol }: Performed): string {
  const { spec, identity, known } = taskOf({ spec: run.spec, line }, "");
  return tracedAgain(spec, identity, known, protocol);
}

export const kept = (performed: Performed): KeptTrace => parseKeptTrace(keptText(performed), "a test");

export async function performOne(algo: string, n: number, workload: string, seed = 1): Promise<Performed> {
  const [run] = await plannedRuns([algo], [n], workload, [seed]);
  return perform(run!);
}
