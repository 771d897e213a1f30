/** A comparison as one JSON document. Its names and meanings are a promise, as those of the result files are. */

import type { RunLine } from "../results/schema.ts";
import type { ComparedMetric, ComparedRow, Comparison } from "./compare.ts";

export const documentOf = (comparisons: readonly Comparison[], exitCode: number): object => ({
  schema_version: 1,
  exit_code: exitCode,
  error: null,
  comparisons: comparisons.map(comparisonDocument),
});

/** Where there is nothing to compare, and why. */
export const refusalDocument = (error: string, exitCode: number): object => {
  return { schema_version: 1, exit_code: exitCode, error, comparisons: [] };
};

const comparisonDocument = ({
  base,
  next,
  thresholds,
  rows,
  tested,
  refused,
  onlyBase,
  onlyNext,
  warnings,
}: Comparison): object => ({
  base,
  new: next,
  thresholds: { general: thresholds.general, ...thresholds.of },
  tested,
  rows: rows.map(rowDocument),
  not_comparable: refused.map(({ base, next, fields }) => ({
    base: runDocument(base),
    new: runDocument(next),
    fields: fields.map(({ field, base, next }) => ({ field, base: base ?? null, new: next ?? null })),
  })),
  only_in_base: onlyBase.map(runDocument),
  only_in_new: onlyNext.map(runDocument),
  warnings,
});

const rowDocument = ({ base, next, seeds, failed, sameness, metrics, checks }: ComparedRow): object => ({
  ...clusterDocument(next),
  base: clusterDocument(base),
  workload: next.workload,
  point: next.point,
  durability: next.durability,
  cost_model: next.cost_model,
  seeds,
  failed_pairs: failed,
  traces: {
    pairs: sameness.pairs,
    identical: sameness.identical,
    identical_but_recounted: sameness.recounted,
    equal_numbers: sameness.equal,
  },
  metrics: metrics.map(metricDocument),
  checks: checks.map(({ check, base, next, worse, seeds, says }) => {
    return { check, base, new: next, verdict: worse ? "worse" : "better", seeds, says };
  }),
});

const clusterDocument = ({ algo, n, f, quorum, crypto, options }: RunLine) => ({
  algo,
  n,
  f,
  quorum,
  crypto,
  options,
});

const runDocument = ({ algo, n, workload, point, seed, pair_key }: RunLine) => ({
  algo,
  n,
  workload,
  point,
  seed,
  pair_key,
});

const metricDocument = (one: ComparedMetric): object => ({
  metric: one.metric.id,
  unit: one.metric.unit,
  better: one.metric.better,
  verdict: one.verdict,
  reason: one.reason,
  scale: one.scale,
  method: one.method,
  base: one.base,
  new: one.next,
  change: one.change,
  low: one.low,
  high: one.high,
  p: one.p,
  p_adjusted: one.pAdjusted,
  effect_size: one.effect,
  seeds: one.seeds.map(({ seed, base, next }) => ({ seed, base, new: next })),
});
