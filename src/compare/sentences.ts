/** What one algorithm costs beside another, in sentences. */
import { short } from "../metrics/numbers.ts";
import type { By } from "./algorithms.ts";
import type { ComparedMetric, ComparedRow, Comparison } from "./compare.ts";
import { omissions } from "./findings.ts";
import { seedsText } from "./format.ts";
import { whereOf } from "./rows.ts";

export const intervalNote =
  "Intervals are Student t over pairs of the same seed, on logarithms of ratios or else on differences.";

export function sentencesText(comparison: Comparison, by: By): string {
  const { rows, warnings } = comparison;
  const parts = [
    ...rows.map(row => [headOf(row, by), ...sentencesFor(row, by).map(sentence => `  ${sentence}`)]),
    [...omissions(comparison), ...warnings.map(warning => `warning: ${warning}`)],
    [intervalNote],
  ];
  return parts
    .filter(lines => lines.length > 0)
    .map(lines => lines.join("\n"))
    .join("\n\n");
}

/** What the row takes for granted: nothing of it may be hidden by a factor. */
export function headOf({ base, next, seeds, failed }: ComparedRow, by: By): string {
  const cluster = ({ algo, n, f, quorum, crypto }: ComparedRow["base"]) =>
    `${algo} n=${n} f=${f} quorum ${quorum}${crypto === "none" ? "" : ` crypto ${crypto}`}`;
  const at = `at ${by} = ${next[by]}, ${whereOf(next)}, durability ${next.durability}, cost model ${next.cost_model}`;
  const lost = failed === 0 ? "" : `, ${failed} with a failed run`;
  return `${cluster(next)} against ${cluster(base)}, ${at}, ${seedsText(seeds.length)}${lost}`;
}

export function sentencesFor(row: ComparedRow, by: By): string[] {
  const checks = row.checks.map(
    ({ check, base, next, seeds }) =>
      `${check}: ${next} for ${row.next.algo}, ${base} for ${row.base.algo} at seed ${seeds.join(", ")}`,
  );
  return [...checks, ...row.metrics.filter(isTelling).map(metric => sentence(row, metric, by))];
}

/** That neither ever lost its leader need not be said again and again. */
const isTelling = ({ method, base }: ComparedMetric): boolean => method !== "equal" || base !== 0;

function sentence({ base, next }: ComparedRow, compared: ComparedMetric, by: By): string {
  const { metric, scale, method } = compared;
  const end = `of ${base.algo} at ${by} = ${next[by]}`;
  if (method === "equal")
    return `${next.algo} ${metric.verb} exactly the ${metric.noun} ${end}${certainty(compared)}`;
  const doubt = compared.verdict === "inconclusive" && compared.reason !== null ? `: ${compared.reason}` : "";
  if (scale === "ratio") {
    const times = `${factor(compared.change)} times the ${metric.noun} ${end}`;
    return `${next.algo} ${metric.verb} ${times}${certainty(compared)}${doubt}`;
  }
  const unit = metric.unit === "" ? "" : ` ${metric.unit}`;
  const values = `${short(compared.next)}${unit} against ${short(compared.base)}${unit}`;
  return `${metric.noun}: ${next.algo} ${values} ${end}${certainty(compared)}${doubt}`;
}

function certainty({ method, scale, low, high, seeds, metric }: ComparedMetric): string {
  const count = seedsText(seeds.length);
  if (method === "equal" || method === "constant") return ` (the same in all ${count})`;
  if (low === null || high === null) return ` (${count}, no interval)`;
  const shown = scale === "ratio" ? factor : short;
  const unit = scale === "ratio" || metric.unit === "" ? "" : ` ${metric.unit}`;
  const what = scale === "ratio" ? "" : "difference ";
  return ` (95 %: ${what}${shown(low)} to ${shown(high)}${unit}, ${count})`;
}

/** Three digits, also where the last of them are zeros: 6.00 times is not about 6 times. */
const factor = (value: number): string => (value >= 99.95 ? value.toFixed(0) : value.toPrecision(3));
