/** The laboratory's workload files, run as the harness runs them, by few seeds. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Fact, NodeId, Request } from "#protocol";
import { type Judgement, judge } from "../../src/harness/judge.ts";
import { expand, type Plan, type PlannedRun, planStudy } from "../../src/harness/plan.ts";
import { runOnce } from "../../src/harness/run.ts";
import type { RunResult } from "../../src/harness/spec.ts";
import { listWorkloads } from "../../src/workload/load.ts";
import type { Workload } from "../../src/workload/workload.ts";

export const labNames = listWorkloads()
  .map(({ name }) => name)
  .filter(name => name.startsWith("lab-"));

export interface Lab {
  readonly workload: Workload;
  readonly cells: Plan["cells"];
  readonly runs: readonly PlannedRun[];
  run(planned: PlannedRun): RunResult;
  traced(planned: PlannedRun): Traced;
}

/** What a file says is to be run, by these seeds. */
export async function lab(name: string, seeds: readonly number[]): Promise<Lab> {
  const plan = await planStudy({
    algorithms: undefined,
    n: undefined,
    f: undefined,
    workloads: [name],
    seeds,
    settings: [],
    folder: ".",
  });
  const codes = new Map(plan.protocols.map(({ protocol }) => [protocol.name, "code"]));
  const protocolOf = (algo: string) =>
    plan.protocols.find(({ protocol }) => protocol.name === algo)!.protocol;
  const run = ({ spec }: PlannedRun, traceFile?: string) =>
    runOnce({ ...spec, traceFile }, protocolOf(spec.algo));
  return {
    workload: plan.workloads[0]!.workload,
    cells: plan.cells,
    runs: expand(plan, codes),
    run: planned => run(planned),
    traced: planned => inTraceFile(file => run(planned, file)),
  };
}

/** All that a file expects, held to what these seeds give. */
export async function judged(name: string, seeds: readonly number[]): Promise<Judgement[]> {
  const { workload, cells, runs, run } = await lab(name, seeds);
  const lines = runs.map(planned => run(planned).line);
  return judge({ workloads: [workload], cells, lines, saturation: [] });
}

// --- What the trace of a run tells -------------------------------------------------------------------------------

interface Event {
  readonly t_ns: number;
  readonly event: string;
  readonly node: NodeId;
  readonly fact: Fact;
  readonly epoch: number;
  readonly position: number;
  readonly subject: Request | number | undefined;
  readonly request: Request;
  readonly result: string | null;
  readonly from: NodeId;
  readonly arrives_ns: number | undefined;
}

export interface Traced extends RunResult {
  readonly events: readonly Event[];
}

function inTraceFile(run: (file: string) => RunResult): Traced {
  const folder = mkdtempSync(join(tmpdir(), "lab-"));
  try {
    const file = join(folder, "trace.ndjson");
    const result = run(file);
    const lines = readFileSync(file, "utf8").trim().split("\n");
    return { ...result, events: lines.map(line => JSON.parse(line) as Event) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const factsOf = ({ events }: Traced, fact: Fact): Event[] =>
  events.filter(event => event.event === "fact" && event.fact === fact);

const nameOf = ({ client, sequence }: Request): string => `${client}.${sequence}`;

/** By node: what is committed at each position, as this node knows it. Commands only. */
export function committed(traced: Traced): Map<NodeId, Map<number, string>> {
  const logs = new Map<NodeId, Map<number, string>>();
  for (const { node, position, subject } of factsOf(traced, "committed")) {
    if (typeof subject !== "object" || subject === null) continue;
    const log = logs.get(node) ?? new Map<number, string>();
    logs.set(node, log.set(position, nameOf(subject)));
  }
  return logs;
}

/** Positions at which different commands were said to be committed, by whomever and whenever. */
export function diverged(traced: Traced): number[] {
  const facts = factsOf(traced, "committed").filter(({ subject }) => typeof subject === "object");
  const byPosition = Map.groupBy(facts, ({ position }) => position);
  return [...byPosition]
    .filter(([, there]) => new Set(there.map(commandOf)).size > 1)
    .map(([position]) => position);
}

const commandOf = ({ subject }: Event): string => nameOf(subject as Request);

/** Terms that more than one node has led. */
export function contested(traced: Traced): number[] {
  const leaders = Map.groupBy(factsOf(traced, "leads"), ({ epoch }) => epoch);
  return [...leaders]
    .filter(([, facts]) => new Set(facts.map(({ node }) => node)).size > 1)
    .map(([term]) => term);
}

/** What clients were answered, and when. */
export const answersOf = ({ events }: Traced): Event[] =>
  events.filter(({ event, arrives_ns }) => event === "reply" && arrives_ns !== undefined);
