/** A whole run under faults, with its trace: what a fault does must be seen there. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { algorithms } from "../../algorithms/index.ts";
import { runOnce } from "../../src/harness/run.ts";
import type { RunLine, SeriesLine } from "../../src/results/schema.ts";
import { parseWorkload } from "../../src/workload/load.ts";

/** Any line of a trace; what is not there is undefined. */
export interface Line {
  readonly t_ns: number;
  readonly event: string;
  readonly node: number;
  readonly from: number;
  readonly to: number;
  readonly type: string;
  readonly what: string;
  readonly fact: string;
  readonly epoch: number;
  readonly position: number;
  readonly subject: readonly unknown[]; // of "accepted": the entries from that position on
  readonly departs_ns: number;
  readonly arrives_ns: number;
  readonly factor: number;
  readonly rate: number;
  readonly jump_ns: number;
  readonly request: { readonly client: number };
}

export interface Traced {
  readonly line: RunLine;
  readonly series: SeriesLine;
  readonly trace: readonly Line[];
  /** What happened from one instant to another, in ms. */
  between(fromMs: number, toMs: number, event?: string): readonly Line[];
}

export interface Choice {
  readonly n?: number;
  readonly seed?: number;
  readonly algo?: string;
}

/** A quiet load for three seconds, unless the text says otherwise. */
export function traced(text: string, { n = 5, seed = 1, algo = "raft" }: Choice = {}): Traced {
  const usual = "clients: { mode: open, rate: 200/s }\noperations: { put: 100 }\n";
  const head = /^duration:/m.test(text) ? "" : "duration: 3s\nwarmup: 100ms\n";
  const load = /^clients:/m.test(text) ? "" : usual;
  const workload = parseWorkload("faulty", `${load}${head}${text}`, "faulty.yaml");
  const folder = mkdtempSync(join(tmpdir(), "faults-"));
  const traceFile = join(folder, "trace");
  const spec = {
    algo,
    n,
    seed,
    options: {},
    workload,
    point: {},
    key: "k",
    pairKey: "p",
    rerun: "",
    traceFile,
  };
  const protocol = algorithms.find(({ name }) => name === algo)!;
  try {
    const { line, series } = runOnce(spec, protocol);
    const trace = readFileSync(traceFile, "utf8")
      .trimEnd()
      .split("\n")
      .map(row => JSON.parse(row) as Line);
    const between = (fromMs: number, toMs: number, event?: string) =>
      trace.filter(
        row =>
          row.t_ns >= fromMs * 1e6 && row.t_ns < toMs * 1e6 && (event === undefined || row.event === event),
      );
    return { line: { ...line, host: { wall_ms: 0 } }, series, trace, between };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The node that the first strike of this kind hit. */
export const hitBy = ({ series }: Traced, kind: string): number =>
  Number(/n(\d+)/.exec(series.faults.find(([, what]) => what.startsWith(kind))![1])![1]);
