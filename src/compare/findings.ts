/** What a comparison found, in the order in which a person wants to know it. All that shows it starts from here. */
import type { ComparedMetric, ComparedRow, Comparison, SideHead, Verdict } from "./compare.ts";
import { differenceText, hintFor } from "./fields.ts";
import { certaintyText, changeText, seedsText, valueText } from "./format.ts";
import type { Refusal } from "./pairing.ts";
import { nameOf, namesOf, whereOf } from "./rows.ts";
import { thresholdText } from "./threshold.ts";

/** One thing that changed, as the cells of a line. */
export interface Finding {
  readonly row: string;
  readonly what: string;
  readonly base: string;
  readonly next: string;
  readonly change: string; // empty for a check's verdict
  readonly certainty: string;
}

export const rowName = ({ base, next }: ComparedRow): string =>
  base.algo === next.algo && base.n === next.n
    ? nameOf(next)
    : `${next.algo} n=${next.n} against ${base.algo} n=${base.n}, ${whereOf(next)}`;

/** Checks first: no number makes up for a run that went wrong. */
export function findings({ rows }: Comparison, verdict: "better" | "worse"): Finding[] {
  const checks = rows.flatMap(row =>
    row.checks
      .filter(({ worse }) => worse === (verdict === "worse"))
      .map(({ check, base, next, seeds, says }) => ({
        row: rowName(row),
        what: check,
        base,
        next,
        change: "",
        certainty: `${seeds.length === 1 ? "seed" : "seeds"} ${seeds.join(", ")}${says === null ? "" : `: ${says}`}`,
      })),
  );
  const numbers = rows.flatMap(row =>
    row.metrics.filter(one => one.verdict === verdict).map(metric => findingOf(row, metric)),
  );
  return [...checks, ...numbers];
}

const findingOf = (row: ComparedRow, metric: ComparedMetric): Finding => ({
  row: rowName(row),
  what: metric.metric.title,
  base: valueText(metric.base, metric),
  next: valueText(metric.next, metric),
  change: changeText(metric),
  certainty: certaintyText(metric),
});

export const countOf = ({ rows }: Comparison, verdict: Verdict): number =>
  rows.flatMap(row => row.metrics).filter(metric => metric.verdict === verdict).length;

/** Why changes are inconclusive, each reason once, the most frequent first. */
export function doubts({ rows }: Comparison): string[] {
  const reasons = rows.flatMap(row => row.metrics.flatMap(({ reason }) => reason ?? []));
  const groups = [...Map.groupBy(reasons, reason => reason).values()];
  return groups
    .sort((left, right) => right.length - left.length)
    .map(group => `${group.length} ${group.length === 1 ? "is" : "are"}: ${group[0]}`);
}

/** The whole outcome in one line. */
export function headline(comparison: Comparison): string {
  const worse = findings(comparison, "worse").length;
  const better = findings(comparison, "better").length;
  const unsure = countOf(comparison, "inconclusive");
  const parts = [
    ...(worse > 0 ? [`${worse} WORSE`] : []),
    ...(better > 0 ? [`${better} better`] : []),
    ...(unsure > 0 ? [`${unsure} inconclusive`] : []),
  ];
  const outcome = parts.length > 0 ? parts.join(", ") : sameText(comparison);
  const { length } = comparison.refused;
  if (length === 0) return outcome;
  return `${outcome}; ${length === 1 ? "1 pair of runs is" : `${length} pairs of runs are`} not comparable`;
}

function sameText(comparison: Comparison): string {
  const pairs = comparison.rows.reduce((sum, { sameness }) => sum + sameness.pairs, 0);
  const identical = comparison.rows.reduce((sum, { sameness }) => sum + sameness.identical, 0);
  return pairs === identical ? "identical: every run has the same trace" : "no difference";
}

export function sizeText({ rows, tested }: Comparison): string {
  const pairs = rows.reduce((sum, { sameness }) => sum + sameness.pairs, 0);
  const place = rows.length === 1 ? "1 row" : `${rows.length} rows`;
  const size = `${pairs} ${pairs === 1 ? "pair" : "pairs"} of runs in ${place}`;
  return tested === 0 ? size : `${size}, ${tested} changes tested together`;
}

export function sideText({ label, commit, dirty, code }: SideHead): string {
  const version = commit === null ? [] : [`commit ${commit.slice(0, 7)}${dirty ? " with changes" : ""}`];
  return `${label} (${[...version, `code ${code}`].join(", ")})`;
}

/** What has been left out, and why. */
export function omissions({ base, next, refused, onlyBase, onlyNext }: Comparison): string[] {
  const from = base.label;
  const to = next.label;
  const groups = Map.groupBy(refused, ({ fields }) =>
    fields.map(field => differenceText(field, from, to)).join("\n"),
  );
  return [
    ...[...groups].map(([, group]) => refusalText(group, from, to)),
    ...onlyText(from, namesOf(onlyBase)),
    ...onlyText(to, namesOf(onlyNext)),
  ];
}

const mostFields = 5;

function refusalText(group: readonly Refusal[], from: string, to: string): string {
  const { fields } = group[0]!;
  const shown = fields.slice(0, mostFields).map(field => differenceText(field, from, to));
  const more = fields.length > mostFields ? [`and ${fields.length - mostFields} fields more`] : [];
  const names = namesOf(group.map(({ next }) => next)).join(", ");
  return `not comparable: ${names}: ${[...shown, ...more].join("; ")}${hintFor(fields)}`;
}

const onlyText = (label: string, names: readonly string[]): string[] =>
  names.length === 0 ? [] : [`only in ${label}: ${names.join(", ")}`];

/** How to read it. Where nothing was to be tested, what a test says needs no explanation. */
export function legend({ thresholds, rows, tested }: Comparison): string[] {
  const marks = "=  equal in every seed";
  if (tested === 0) return [`${marks}.`];
  const units = new Map(
    rows.flatMap(row => row.metrics.map(({ metric }) => [metric.id, metric.unit] as const)),
  );
  const own = Object.entries(thresholds.of).map(
    ([id, threshold]) => `${id} ${thresholdText(threshold, units.get(id) ?? "")}`,
  );
  const beyond = [thresholdText(thresholds.general, ""), ...own].join(", ");
  return [
    `${marks};  ~  no difference: the whole interval is within the threshold;  ?  inconclusive.`,
    `A change is better or worse if its whole 95 % interval lies beyond the threshold (${beyond}) and holds its own`,
    `among all ${tested} that were tested (Holm). Intervals are Student t over pairs of the same seed, on logarithms`,
    "of ratios, or for counts on differences.",
  ];
}

export const seedsOf = ({ seeds, failed }: ComparedRow): string =>
  failed === 0 ? seedsText(seeds.length) : `${seedsText(seeds.length)}, ${failed} failed`;
