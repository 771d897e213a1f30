/** The table of results: a row for all seeds of an algorithm, size and point, and how to run it again. */

import { digits, short, span, spread } from "../metrics/numbers.ts";
import { wentBeyond } from "../results/beyond.ts";
import type { RunLine } from "../results/schema.ts";
import { type Cell, type Contest, contestsOf, namesOf, over, type Read, valueText } from "./cells.ts";
import { commandMarkup } from "./command.ts";
import { notesMarkup } from "./headline-notes.ts";
import { html, type Markup } from "./markup.ts";
import { type Look, lookMarkup } from "./palette.ts";
import { type Column, groupedTable, type Kinded, scrolling, type TableRow } from "./table.ts";

interface Measure {
  readonly title: string;
  readonly unit?: string;
  readonly read: Read;
  readonly write: (value: number) => string;
  readonly better?: "high" | "low"; // left out: neither
}

const ms = (of: (latency: NonNullable<RunLine["latency_us"]>) => number): Read => {
  return line => line.latency_us && of(line.latency_us) / 1e3;
};

const measures: readonly Measure[] = [
  { title: "batch", read: line => line.batch_mean, write: digits },
  { title: "throughput", unit: "ops/s", read: line => line.throughput_ops_s, write: short, better: "high" },
  { title: "p50", unit: "ms", read: ms(({ p50 }) => p50), write: digits, better: "low" },
  { title: "p99", unit: "ms", read: ms(({ p99 }) => p99), write: digits, better: "low" },
  { title: "p99.9", unit: "ms", read: ms(({ p999 }) => p999), write: digits, better: "low" },
  { title: "messages", unit: "per op", read: line => line.messages?.per_op, write: digits, better: "low" },
  { title: "bytes", unit: "per op", read: line => line.bytes?.per_op, write: short, better: "low" },
  { title: "term", unit: "growth", read: line => line.epochs?.growth, write: short },
  {
    title: "leader",
    unit: "changes",
    read: line => line.epochs?.leader_changes,
    write: digits,
  },
  {
    title: "longest",
    unit: "gap",
    read: line => line.availability?.longest_gap_us,
    write: span,
    better: "low",
  },
];

export function headlineMarkup(cells: readonly Cell[], looks: readonly Look[]): Markup {
  const contests = contestsOf(cells);
  const { manyWorkloads } = namesOf(cells);
  const points = new Set(cells.flatMap(({ point }) => Object.keys(point)));
  const fields = [...points].filter(field => field !== "n"); // which has a column in any case
  const columns: Column[] = [
    { title: "algorithm", namesRow: true },
    { title: "n", isNumber: true },
    { title: "f", isNumber: true, about: "faults that it survives" },
    { title: "Q", isNumber: true, about: "quorum" },
    ...(manyWorkloads ? [{ title: "workload" }] : []),
    ...fields.map(fieldColumn),
    ...measures.map(({ title, unit }) => ({ title, below: unit, isNumber: true })),
    { title: "checks" },
    { title: "rerun" },
  ];
  const groups = contests.map(contest =>
    contest.cells.map((cell): TableRow => {
      const { algo, n, f, workload, point, runs } = cell;
      const look = looks.find(({ name }) => name === algo)!;
      const inner = [
        html`${lookMarkup(look)}${algo}`,
        n,
        f,
        runs[0]!.quorum,
        ...(manyWorkloads ? [workload] : []),
        ...fields.map(field => (field in point ? valueText(point[field]) : "-")),
        ...measures.map(measure => measureCell(cell, measure, contest)),
        html`${checksMarkup(runs)}${beyondMarkup(runs)}`,
        againMarkup(runs),
      ];
      return { cells: inner, kind: `a${look.index}` };
    }),
  );
  return html`${scrolling("Results", groupedTable("results", columns, groups))}${notesMarkup(cells, contests)}`;
}

/** clients.count in two lines, to save width. */
function fieldColumn(field: string): Column {
  const steps = field.split(".");
  const last = steps.pop()!;
  return steps.length === 0 ? { title: last } : { title: steps.join("."), below: last };
}

function measureCell(cell: Cell, measure: Measure, contest: Contest): Kinded {
  const found = over(cell, measure.read);
  if (found === undefined) return { kind: "none", inner: html`-` };
  const rank = rankOf(cell, measure, contest);
  const sign = { best: "▲", worst: "▼", none: "" }[rank];
  const mark =
    sign !== "" && html`<i class="mark" title="${rank}" role="img" aria-label="${rank}">${sign}</i>`;
  const value = html`${mark}${measure.write(found.mean)}<small>${spread(found)}</small>`;
  return { kind: rank === "none" ? "" : rank, inner: value };
}

/**
 * Best: the intervals show nobody to be better, and somebody to be worse. So several are best where nothing tells them
 * apart. One server for all does not compete.
 */
function rankOf(cell: Cell, { read, better }: Measure, { cells }: Contest): "best" | "worst" | "none" {
  const rivals = cells
    .filter(({ isCeiling }) => !isCeiling)
    .map(rival => ({ rival, found: over(rival, read) }))
    .filter(({ found }) => found !== undefined)
    .map(({ rival, found }) => ({ rival, low: found!.low ?? found!.mean, high: found!.high ?? found!.mean }));
  const own = rivals.find(({ rival }) => rival.index === cell.index);
  if (better === undefined || own === undefined) return "none";
  const isAboveOne = rivals.some(({ high }) => own.low > high);
  const isBelowOne = rivals.some(({ low }) => own.high < low);
  if (isAboveOne === isBelowOne) return "none";
  return isAboveOne === (better === "high") ? "best" : "worst";
}

const checks = [
  ["linearizable", "not linearizable", "linearizable"],
  ["invariants", "invariant broken", "invariants hold"],
  ["live", "stuck", "live"],
] as const;

/** Of each check the worst that any seed showed. */
function checksMarkup(runs: readonly RunLine[]): Markup {
  const died = runs.filter(({ status }) => status === "failed").length;
  if (died > 0) return html`<b class="bad">✗ ${died} of ${runs.length} died</b>`;
  const wrong = checks.flatMap(([name, title]) => {
    const count = (verdict: string) => runs.filter(run => run.checks[name] === verdict).length;
    const of = (verdict: string) => `${title}: ${count(verdict)} of ${runs.length}`;
    if (count("invalid") > 0) return [html`<b class="bad">✗ ${of("invalid")}</b>`];
    return count("unknown") > 0 ? [html`<b class="warn">? ${of("unknown")}</b>`] : [];
  });
  if (wrong.length > 0) return html`<span class="checks">${wrong}</span>`;
  const passed = checks.filter(([name]) => runs.some(run => run.checks[name] !== null));
  if (passed.length === 0) return html`<span class="none">not checked</span>`;
  const names = passed.map(([, , good]) => good).join(", ");
  const words = passed.length === checks.length ? "all valid" : names;
  return html`<span class="good" title="${names}">✓ ${words}</span>`;
}

const beyondMarkup = (runs: readonly RunLine[]): Markup =>
  runs.some(wentBeyond) ? html` <small title="More went wrong than is tolerated.">beyond f</small>` : html``;

/** The command for the whole row where its seeds are those that --seeds gives, otherwise for the first. */
function againMarkup(runs: readonly RunLine[]): Markup {
  const [{ algo, n, rerun }] = runs as readonly [RunLine];
  const isFirst = runs.length > 1 && runs.every(({ seed }, place) => seed === place + 1);
  const all = isFirst ? rerun.replace(/ --seed \d+/, ` --seeds ${runs.length}`) : rerun;
  const summary = html`<summary aria-label="The command for ${algo}, n = ${n}">rerun</summary>`;
  return html`<details class="again">${summary}${commandMarkup(all)}</details>`;
}
