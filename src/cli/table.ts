/** The study as a table of text: a row for each algorithm, size and workload, its numbers over all seeds. */
import { short, spread } from "../metrics/numbers.ts";
import { estimate } from "../metrics/statistics.ts";
import { beyondTexts, wentBeyond } from "../results/beyond.ts";
import { rowOf } from "../results/row.ts";
import type { RunLine } from "../results/schema.ts";
import { worstOf } from "../results/verdict.ts";
import { coordinate } from "./expectations.ts";

type Read = (line: RunLine) => number | null | undefined;

interface Column {
  readonly title: string;
  readonly cell: (row: readonly RunLine[]) => string;
  readonly left?: true;
}

const identity = (title: string, of: (line: RunLine) => string | number): Column => ({
  title,
  cell: row => String(of(row[0]!)),
});
const metric = (title: string, read: Read): Column => ({ title, cell: row => overSeeds(row, read) });
const perMs = (of: (latency: NonNullable<RunLine["latency_us"]>) => number): Read => {
  return line => line.latency_us && of(line.latency_us) / 1000;
};

const columnsBefore: readonly Column[] = [
  { ...identity("algorithm", line => line.algo), left: true },
  identity("n", line => line.n),
  identity("f", line => line.f),
  identity("quorum", line => line.quorum),
  { ...identity("workload", line => line.workload), left: true },
];
const columnsAfter: readonly Column[] = [
  { ...identity("durability", line => line.durability), left: true },
  { ...identity("crypto", line => line.crypto), left: true },
  metric("batch mean", line => line.batch_mean),
  metric("ops/s", line => line.throughput_ops_s),
  metric(
    "p50 ms",
    perMs(latency => latency.p50),
  ),
  metric(
    "p99 ms",
    perMs(latency => latency.p99),
  ),
  identity("hops", line => line.declared?.delays_to_client ?? "-"),
  metric("cpu µs/op", processorUsOf),
  metric("messages/op", line => line.messages?.per_op),
  metric("bytes/op", line => line.bytes?.per_op),
  metric("term growth", line => line.epochs?.growth),
  metric("leader changes", line => line.epochs?.leader_changes),
  { title: "verdict", cell: verdictOf, left: true },
];

/** Lines in the order in which their rows are to appear. */
export function table(lines: readonly RunLine[]): string {
  const rows = [...Map.groupBy(lines, rowOf).values()];
  const swept = sweptColumns(lines);
  const after = columnsAfter.filter(column => !swept.some(({ title }) => title === column.title));
  const columns = [...columnsBefore, ...swept, ...after];
  const cells = [
    columns.map(column => column.title),
    ...rows.map(row => columns.map(({ cell }) => cell(row))),
  ];
  const widths = columns.map((_, column) => Math.max(...cells.map(row => row[column]!.length)));
  const text = cells.map(row =>
    row
      .map((cell, index) =>
        columns[index]!.left ? cell.padEnd(widths[index]!) : cell.padStart(widths[index]!),
      )
      .join("  ")
      .trimEnd(),
  );
  return [...text, "", ...legend(lines, rows)].join("\n");
}

/** What an answered operation takes of the busiest replica's processor: that one sets the pace. */
function processorUsOf({ utilization, throughput_ops_s }: RunLine): number | undefined {
  if (!utilization || !throughput_ops_s) return undefined;
  return (Math.max(...utilization.map(({ cpu }) => cpu)) / throughput_ops_s) * 1e6;
}

/** One for each field that any of the workloads sweeps, its values as they are written. `n` has one already. */
function sweptColumns(lines: readonly RunLine[]): Column[] {
  const fields = new Set(lines.flatMap(({ point }) => Object.keys(point)));
  return [...fields]
    .filter(field => field !== "n")
    .map(field => identity(field, ({ point }) => (field in point ? coordinate(point[field]) : "-")));
}

function overSeeds(row: readonly RunLine[], read: Read): string {
  const found = estimate(row.map(read).filter(value => value !== null && value !== undefined));
  return found === undefined ? "-" : `${short(found.mean)} ${spread(found)}`.trimEnd();
}

/** The worst that any seed showed. */
function verdictOf(row: readonly RunLine[]): string {
  const failed = row.filter(line => line.status === "failed").length;
  if (failed > 0) return `${failed} of ${row.length} failed`;
  const worst = worstOf(row);
  const beyond = row.some(wentBeyond) ? ", beyond f" : "";
  if (worst === undefined) return `not checked${beyond}`;
  if (worst !== "invalid") return `${worst}${beyond}`;
  const broken = row.flatMap(({ checks }) => (checks.violations ?? []).map(({ check }) => inShort[check]));
  return `INVALID: ${[...new Set(broken)].join(", ")}${beyond}`;
}

const inShort = { linearizable: "not linearizable", invariants: "replicas", live: "stuck" } as const;

function legend(lines: readonly RunLine[], rows: readonly (readonly RunLine[])[]): string[] {
  const models = [...new Set(lines.map(line => line.cost_model))].join(", ");
  const seeds = Math.max(...rows.map(row => row.length));
  const spread =
    seeds === 1
      ? ["one seed: no interval can be given, --seeds 5 gives one"]
      : [
          `±  95 % confidence interval of the mean over ${seeds} seeds (Student t, on logarithms if all are above 0)`,
          `=  same in all ${seeds} seeds: no interval can be given`,
        ];
  const few =
    seeds > 1 && seeds < 5 ? [`warning: ${seeds} seeds are few, intervals are wide: --seeds 5`] : [];
  return [
    `ops/s: simulated operations a second under cost model ${models}; they compare protocols, not machines`,
    "hops: message delays to the client, by the paper; cpu: time of the busiest replica's processor",
    ...spread,
    ...few,
    ...optionNotes(lines),
    ...lackNotes(lines),
    ...unsafeNotes(lines),
    ...rows.flatMap(emptyNote),
    ...beyondNotes(lines),
  ];
}

function optionNotes(lines: readonly RunLine[]): string[] {
  const set = lines.flatMap(({ algo, rerun }) => {
    const settings = [...rerun.matchAll(/ --set (\S+)/g)].map(match => match[1]!);
    return settings.length === 0 ? [] : [`${algo} runs with ${settings.join(", ")}`];
  });
  return [...new Set(set)];
}

/** Rows that did not do what the others did. */
function lackNotes(lines: readonly RunLine[]): string[] {
  const notes = lines.flatMap(({ algo, lacks }) =>
    lacks.map(({ setting, instead }) => `${algo} has no ${setting}, and ${instead}`),
  );
  return [...new Set(notes)];
}

function unsafeNotes(lines: readonly RunLine[]): string[] {
  const unsafe = lines.filter(line => line.unsafe !== null);
  return [...new Set(unsafe.map(({ algo, unsafe }) => `warning: ${algo} is unsafe like this: ${unsafe}`))];
}

/** A verdict on runs in which nothing was answered says little, and a few files mean just that. */
function emptyNote(row: readonly RunLine[]): string[] {
  const empty = row.filter(({ status, ops }) => status === "ok" && ops?.ok === 0);
  const { algo, n, workload } = row[0]!;
  if (empty.length === 0) return [];
  const runs = row.length === 1 ? "" : ` in ${empty.length} of ${row.length} runs`;
  return [
    `warning: ${algo} n=${n} ${workload} answered no operation of the measured time${runs}: ${whyEmpty(empty)}`,
  ];
}

function whyEmpty(lines: readonly RunLine[]): string {
  const sum = (of: "submitted" | "failed" | "unknown") =>
    lines.reduce((before, { ops }) => before + ops![of], 0);
  if (sum("submitted") === 0) return "none was begun then";
  const leaderless = lines.every(({ replicas }) => replicas?.leaders === 0) ? "; in the end nobody led" : "";
  return `of ${sum("submitted")} begun ${sum("failed")} failed and ${sum("unknown")} got no answer${leaderless}`;
}

function beyondNotes(lines: readonly RunLine[]): string[] {
  const texts = beyondTexts(lines);
  if (texts.length === 0) return [];
  return ["beyond f: more went wrong there than the algorithm tolerates", ...texts.map(text => `  ${text}`)];
}

/** The failed runs, each with what went wrong and how to see it again. */
export function failures(lines: readonly RunLine[], traceOf: (line: RunLine) => string | undefined): string {
  const failed = lines.filter(line => line.status === "failed");
  if (failed.length === 0) return "";
  const entries = failed.map(line =>
    [
      `  ${line.algo} n=${line.n} ${line.workload} seed ${line.seed}: ${line.error}`,
      `    again: ${line.rerun}`,
      `    trace: ${traceOf(line) ?? "none, it died with its thread"}`,
    ].join("\n"),
  );
  const runs = failed.length === 1 ? "1 run failed" : `${failed.length} runs failed`;
  return [`\n${runs}:`, ...entries].join("\n");
}
