/** Studies made up for tests of the report: every number in them is known. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Histogram } from "../../src/metrics/histogram.ts";
import type { Manifest, RunLine, SeriesLine, ViolationLine } from "../../src/results/schema.ts";
import { runLine, seriesLine } from "../results/line.ts";

export const violation: ViolationLine = {
  check: "invariants",
  invariant: "state-machine-safety",
  sentence: "state-machine-safety: n0 committed a at position 3, but n1 committed b there",
  at_us: 2_600_000,
  position: 3,
  epoch: 2,
  facts: [],
  outside: null,
  contradiction: null,
  seed: 1,
  again: "npm run bench -- --algo raft --seed 1 --trace",
};

/** What one protocol does, in round numbers: its seeds differ by a hundredth. */
export interface Figures {
  readonly algo: string;
  readonly n: number;
  readonly seed: number;
  readonly rate: number; // operations a second
  readonly ms: number; // median latency
  readonly change?: Partial<RunLine>;
}

export function sampleRun({ algo, n, seed, rate, ms, change }: Figures): RunLine {
  const factor = 1 + seed / 100;
  const histogram = histogramOf(ms * factor);
  const at = (share: number) => histogram.percentile(share)! / 1e3;
  const ok = Math.round(rate * factor);
  const type = { count: 2 * (n - 1) * ok, bytes: 200 * (n - 1) * ok };
  return runLine(`${algo}-${n}-${seed}`, {
    rerun: `npm run bench -- --algo ${algo} --n ${n} --workload crash --seed ${seed}`,
    algo,
    n,
    f: algo === "unreplicated" ? 0 : Math.floor((n - 1) / 2),
    quorum: algo === "unreplicated" ? 1 : Math.floor(n / 2) + 1,
    workload: "crash",
    seed,
    declared: { messages_per_command: 2 * (n - 1), delays_to_client: 4 },
    batch_mean: 1,
    ops: { submitted: ok, ok, failed: 0, unknown: 0 },
    throughput_ops_s: rate * factor,
    latency_us: {
      mean: histogram.mean! / 1e3,
      min: histogram.min! / 1e3,
      p50: at(0.5),
      p90: at(0.9),
      p95: at(0.95),
      p99: at(0.99),
      p999: at(0.999),
      max: histogram.max! / 1e3,
    },
    latency_histogram: histogram.toSparse(),
    messages: {
      total: type.count,
      per_op: type.count / ok,
      by_type: { Append: type },
      by_cause: { ordering: type.count },
      client: { count: 2 * ok, bytes: 100 * ok },
    },
    bytes: { total: type.bytes, per_op: type.bytes / ok },
    epochs: epochsOf(n),
    availability: {
      longest_gap_us: Math.round(150_000 * factor),
      leaderless_us: Math.round(140_000 * factor),
      recoveries: [{ fault: "crash n0", at_us: 2_500_000, recovered_us: Math.round(151_000 * factor) }],
    },
    faults: {
      scheduled: 1,
      struck: 1,
      strikes: 1,
      withheld: 0,
      never_struck: [],
      beyond_tolerance: false,
      beyond: [],
      lies: [],
      healed_us: null,
    },
    utilization: Array.from({ length: n }, (_, node) => ({ node, cpu: node === 0 ? 0.5 : 0.1, disk: 0.2 })),
    checks: { linearizable: "valid", invariants: "valid", live: "valid", violations: [] },
    ...change,
  });
}

function histogramOf(ms: number): Histogram {
  const histogram = new Histogram();
  for (let step = 0; step < 1000; step++) histogram.record(Math.round(ms * 1e6 * (0.5 + step / 1000)));
  return histogram;
}

const epochsOf = (n: number): RunLine["epochs"] => ({
  start: 1,
  end: 2,
  max: 2,
  growth: 1,
  growth_s: 0.2,
  elections: 1,
  leader_changes: 1,
  nodes: Array.from({ length: n }, (_, node) => ({ node, start: 1, end: 2, growth: 1, growth_s: 0.2 })),
  raised_by: [{ node: 1, times: 1 }],
});

/** A leader dies after 2.5 s of 6 and returns two seconds later; another leads 160 ms after the crash. */
export const sampleSeries = ({ key, algo, n, seed }: RunLine): SeriesLine => ({
  ...seriesLine(key),
  algo,
  n,
  seed,
  epochs: [
    ...Array.from({ length: n }, (_, node): [number, number, number] => [100_000 + node, node, 1]),
    [2_660_000, 1, 2],
    [2_661_000, 2, 2],
    [4_600_000, 0, 2],
  ],
  leaders: [
    [101_000, 0, 1, 1],
    [2_500_000, 0, 1, 0],
    [2_661_000, 1, 2, 1],
  ],
  windows: {
    width_us: 100_000,
    start_us: 0,
    ok: Array.from({ length: 60 }, (_, window) => (window === 25 || window === 26 ? 0 : 50)),
    latency_mean_us: Array.from({ length: 60 }, () => 1000),
    latency_max_us: Array.from({ length: 60 }, () => 2000),
  },
  faults: [
    [2_500_000, "crash n0"],
    [4_500_000, "end of crash n0"],
  ],
});

const protocols = [
  { algo: "raft", rate: 3000, ms: 1 },
  { algo: "primary-backup", rate: 2000, ms: 1.5 },
  { algo: "unreplicated", rate: 6000, ms: 0.5 },
];

/** Three protocols, two sizes, three seeds. */
export const sampleRuns = (): RunLine[] =>
  protocols.flatMap(protocol =>
    [3, 5].flatMap(n => [1, 2, 3].map(seed => sampleRun({ ...protocol, n, seed }))),
  );

export function sampleManifest(runs: readonly RunLine[], change: Partial<Manifest> = {}): Manifest {
  const cells = new Map(
    runs.map(({ algo, n, workload, point }) => [`${algo} ${n}`, { algo, n, workload, point }]),
  );
  const seeds = [...new Set(runs.map(({ seed }) => seed))];
  const workload = { name: "crash", source: "crash", hash: "0123456789abcdef" };
  return {
    schema_version: 1,
    argv: ["bench"],
    command: "npm run bench -- --workload crash",
    workloads: [
      { ...workload, resolved: { name: "crash", description: "The leader dies.", durationNs: 6e9 } },
    ],
    algorithms: [...new Set(runs.map(({ algo }) => algo))].map(name => ({
      name,
      source: name,
      path: null,
      code: null,
    })),
    seeds,
    cells: [...cells.values()].map(cell => ({ ...cell, options: {}, seeds })),
    trace: false,
    versions: {
      project: "0.1.0",
      git_commit: null,
      git_dirty: null,
      code: "fedcba9876543210",
      node: "v26.10.0",
      v8: "14.6",
      packages: {},
    },
    machine: { os: "Linux", cpu: "a processor", cores: 2, memory_bytes: 2 ** 33 },
    started: "2026-01-02T03:04:05.000Z",
    ended: "2026-01-02T03:04:06.000Z",
    status: "complete",
    runs: { planned: runs.length, done: runs.length, failed: 0 },
    verdicts: { valid: runs.length, invalid: 0, unknown: 0 },
    expectations: null,
    saturation: null,
    ...change,
  };
}

/** Puts the files of a study where they are asked for. */
export function writeStudy(
  folder: string,
  runs: readonly RunLine[],
  change: Partial<Manifest> = {},
  series: readonly SeriesLine[] = runs.map(sampleSeries),
): string {
  mkdirSync(folder, { recursive: true });
  const lines = (values: readonly object[]) => values.map(value => `${JSON.stringify(value)}\n`).join("");
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(sampleManifest(runs, change)));
  writeFileSync(join(folder, "runs.ndjson"), lines(runs));
  writeFileSync(join(folder, "series.ndjson"), lines(series));
  return folder;
}
