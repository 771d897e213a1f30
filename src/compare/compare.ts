/** Two sets of results against each other: pairs, rows, metrics, verdicts. Everything else shows what stands here. */
import { holm } from "../metrics/statistics.ts";
import { beyondTexts } from "../results/beyond.ts";
import type { Manifest, RunLine } from "../results/schema.ts";
import { type Change, changeOf } from "./change.ts";
import { type CheckChange, checkChanges } from "./checks.ts";
import { metrics } from "./metrics.ts";
import type { Pair, Pairing, Refusal } from "./pairing.ts";
import { rowsOf } from "./rows.ts";
import { notReproduced, type Sameness, samenessOf } from "./sameness.ts";
import { type Thresholds, thresholdOf } from "./threshold.ts";

export type Verdict = "better" | "worse" | "no difference" | "inconclusive";

export interface ComparedMetric extends Change {
  readonly pAdjusted: number | null; // Holm's, over all that was tested
  readonly verdict: Verdict;
  readonly reason: string | null; // why it is inconclusive
}

export interface ComparedRow {
  readonly base: RunLine; // the first run of either side, for all that its runs have in common
  readonly next: RunLine;
  readonly seeds: readonly number[];
  readonly failed: number; // pairs of which a side failed
  readonly sameness: Sameness;
  readonly metrics: readonly ComparedMetric[];
  readonly checks: readonly CheckChange[];
}

export interface SideHead {
  readonly label: string;
  readonly commit: string | null;
  readonly dirty: boolean | null;
  readonly code: string;
}

export interface Comparison {
  readonly base: SideHead;
  readonly next: SideHead;
  readonly thresholds: Thresholds;
  readonly rows: readonly ComparedRow[];
  readonly tested: number; // how many metrics share the 5 % of false alarms
  readonly refused: readonly Refusal[];
  readonly onlyBase: readonly RunLine[];
  readonly onlyNext: readonly RunLine[];
  readonly warnings: readonly string[];
}

/** What the family of all tests together may say wrongly. */
const level = 0.05;

interface Heads {
  readonly base: SideHead;
  readonly next: SideHead;
}

export const headOf = (label: string, { versions }: Manifest): SideHead => ({
  label,
  commit: versions.git_commit,
  dirty: versions.git_dirty,
  code: versions.code,
});

export function comparePairs(
  { pairs, refused, onlyBase, onlyNext }: Pairing,
  plan: Manifest,
  heads: Heads,
  thresholds: Thresholds,
): Comparison {
  const groups = rowsOf(pairs, plan);
  const changes = groups.map(group =>
    metrics.flatMap(metric => changeOf(metric, group, thresholdOf(thresholds, metric.id)) ?? []),
  );
  const tests = changes.flat().filter(({ p }) => p !== null);
  const adjusted = holm(tests.map(({ p }) => p!));
  const adjustedFor = new Map(tests.map((change, index) => [change, adjusted[index]!]));
  const rows = groups.map((group, index) => ({
    base: group[0]!.base,
    next: group[0]!.next,
    seeds: group.map(({ next }) => next.seed),
    failed: group.filter(({ base, next }) => base.status === "failed" || next.status === "failed").length,
    sameness: samenessOf(group),
    metrics: changes[index]!.map(change => judged(change, adjustedFor.get(change) ?? null, tests.length)),
    checks: checkChanges(group),
  }));
  const warnings = warningsFor(pairs, rows);
  return { ...heads, thresholds, rows, tested: tests.length, refused, onlyBase, onlyNext, warnings };
}

function judged(change: Change, pAdjusted: number | null, tested: number): ComparedMetric {
  const reason = doubt(change, pAdjusted, tested);
  const verdict = reason === null ? verdictOf(change) : "inconclusive";
  return { ...change, pAdjusted, verdict, reason };
}

function verdictOf({ metric, lies }: Change): Verdict {
  if (lies === "inside") return "no difference";
  return (lies === "above") === (metric.better === "higher") ? "better" : "worse";
}

function doubt(change: Change, pAdjusted: number | null, tested: number): string | null {
  const { method, lies, seeds, unmeasured } = change;
  if (unmeasured > 0) return `${unmeasured} of ${seeds.length + unmeasured} pairs have it on one side only`;
  if (method === "few") return "fewer than 3 seeds give no interval";
  if (lies === "across") return "the interval reaches across the threshold";
  if (lies === "inside" || pAdjusted === null || pAdjusted <= level) return null;
  return `beyond the threshold by itself, but one of ${tested} tests may look so by chance: more seeds would tell`;
}

function warningsFor(pairs: readonly Pair[], rows: readonly ComparedRow[]): string[] {
  const unlike = pairs.filter(notReproduced);
  const unsure = rows.filter(({ sameness }) => sameness.identical < sameness.pairs);
  const few = unsure.filter(({ seeds }) => seeds.length < 3).length;
  const wide = unsure.filter(({ seeds }) => seeds.length >= 3 && seeds.length < 5).length;
  const recounted = rows.some(({ sameness }) => sameness.recounted > 0);
  const unsafe = rows.filter(({ base, next }) => base.unsafe === null && next.unsafe !== null);
  return [
    ...(unlike.length > 0
      ? [
          `${unlike.length} pairs are the same run of the same code and came out differently: ` +
            `${unlike[0]!.base.rerun} is not reproducible`,
        ]
      : []),
    ...(recounted ? ["some runs have the same trace and other numbers: what measures has changed"] : []),
    ...(few > 0
      ? [`${few} of ${rows.length} rows have fewer than 3 seeds, which give no interval: --seeds 5`]
      : []),
    ...(wide > 0 ? [`${wide} of ${rows.length} rows have fewer than 5 seeds: intervals are wide`] : []),
    ...new Set(rows.flatMap(({ base, next }) => [...lackedBy(base, next), ...lackedBy(next, base)])),
    ...unsafe.map(({ next }) => `${next.algo} n=${next.n} is unsafe on the new side only: ${next.unsafe}`),
    ...beyondWarnings(pairs),
  ];
}

/** Settings of the workload that one algorithm followed and the other does not have. */
function lackedBy(one: RunLine, other: RunLine): string[] {
  if (one.algo === other.algo) return [];
  const alone = one.lacks.filter(({ setting }) => !other.lacks.some(lack => lack.setting === setting));
  return alone.map(
    ({ setting, instead }) => `${one.algo} has no ${setting}, unlike ${other.algo}, and ${instead}`,
  );
}

/** What a side shows where more went wrong than it tolerates says little about the other. */
function beyondWarnings(pairs: readonly Pair[]): string[] {
  const base = beyondTexts(pairs.map(pair => pair.base));
  const next = beyondTexts(pairs.map(pair => pair.next));
  const sideOf = (text: string) =>
    base.includes(text) ? (next.includes(text) ? "both sides" : "the base side only") : "the new side only";
  return [...new Set([...base, ...next])].map(text => `beyond f on ${sideOf(text)}: ${text}`);
}

/** Whether there is anything to hold against the new side. */
export const regressed = ({ rows }: Comparison): boolean =>
  rows.some(
    row => row.metrics.some(({ verdict }) => verdict === "worse") || row.checks.some(({ worse }) => worse),
  );

/** Whether any number, or any verdict, of one side had one of the other beside it. */
export const foundAnything = ({ rows }: Comparison): boolean =>
  rows.some(row => row.metrics.length > 0 || row.checks.length > 0);
