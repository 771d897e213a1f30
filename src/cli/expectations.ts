/** What was expected and what was found, and where the knees are, in words for under the table. */
import type { Manifest } from "../results/schema.ts";
import { formatDuration, formatRate, formatSize } from "../workload/units.ts";

type Judgement = NonNullable<Manifest["expectations"]>[number];
type Saturation = NonNullable<Manifest["saturation"]>[number];

export const failing = (judgements: Manifest["expectations"]): Judgement[] =>
  (judgements ?? []).filter(({ ok }) => ok === false);

/** Empty where nothing is expected. The failures first, then what nobody could judge, each reason once. */
export function expectationsText(judgements: Manifest["expectations"]): string {
  if (judgements === null || judgements.length === 0) return "";
  const wrong = failing(judgements);
  const open = judgements.filter(({ ok }) => ok === null);
  const counts = [
    `${judgements.length - wrong.length - open.length} hold`,
    ...(wrong.length > 0 ? [`${wrong.length} FAIL`] : []),
    ...(open.length > 0 ? [`${open.length} not judged, which proves nothing`] : []),
  ];
  const reasons = Map.groupBy(open, ({ workload, field, expected, says }) => {
    // Where too few seeds were run, that is all there is to say, however many expectations it concerns.
    return says?.endsWith(" seeds") ? `${workload}: ${says}` : `${workload}: ${field} ${expected}: ${says}`;
  });
  return [
    `\nexpectations: ${counts.join(", ")}`,
    ...wrong.map(failureLine),
    ...[...reasons].map(
      ([reason, group]) => `  open   ${reason}${group.length > 1 ? ` (${group.length} cells)` : ""}`,
    ),
  ].join("\n");
}

function failureLine({
  algo,
  n,
  workload,
  point,
  field,
  of,
  expected,
  found,
  seeds,
  runs,
  says,
}: Judgement): string {
  const place = [`${algo} n=${n} ${workload}`, ...coordinates(point)].join(" ");
  const which = seeds.length === 0 ? "" : ` at seed ${shortList(seeds)} (${seeds.length} of ${runs} runs)`;
  const isRatio = of === "distance" || /\sx\s|×|\stimes\s/.test(expected) || says?.startsWith("share of");
  const value = typeof found === "number" ? withUnit(found, isRatio ? "" : field) : found;
  const result =
    value === null ? (says ?? "nothing found") : `found ${value}${says === null ? "" : ` (${says})`}`;
  return `  FAILS  ${place}: ${field} ${expected}, ${result}${which}`;
}

const shortList = (seeds: readonly number[]): string =>
  seeds.length <= 5 ? seeds.join(", ") : `${seeds.slice(0, 5).join(", ")} …`;

/** In the unit of the field's name, as the file writes it. */
function withUnit(value: number, field: string): string {
  if (value > 0 && /_us(\.|$)/.test(field)) return formatDuration(value * 1e3);
  if (value > 0 && /_s$/.test(field)) return formatRate(value);
  if (value > 0 && /^bytes|bytes$/.test(field)) return formatSize(Math.round(value));
  return String(Number(value.toPrecision(6)));
}

export const coordinates = (point: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(point).map(([field, value]) => `${field}=${coordinate(value)}`);

/** As it is written in the file. */
export const coordinate = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value);

/** One line for each search. */
export function saturationText(searches: Manifest["saturation"]): string {
  if (searches === null || searches.length === 0) return "";
  const laws = searches.flatMap(search => lawLine(search) ?? []);
  const head = "\nuniversal scalability law, X(n) = λn / (1 + σ(n - 1) + κn(n - 1)) with n clients:";
  return [
    "\nsaturation:",
    ...searches.map(search => `  ${searchLine(search)}`),
    ...(laws.length === 0 ? [] : [head, ...laws.map(line => `  ${line}`)]),
  ].join("\n");
}

function lawLine({ algo, n, workload, point, law }: Saturation): string | undefined {
  if (law === null) return undefined;
  const short = (value: number) => String(Number(value.toPrecision(3)));
  const place = [`${algo} n=${n} ${workload}`, ...coordinates(point)].join(" ");
  const peak = law.peak === null ? "no peak" : `its peak at n = ${Math.round(law.peak)}`;
  const numbers = `λ ${short(law.lambda_ops_s)} ops/s, σ ${short(law.sigma)}, κ ${short(law.kappa)}, ${peak}`;
  return `${place}: ${numbers}; within ${short(law.worst * 100)} % of every point`;
}

function searchLine({
  algo,
  n,
  workload,
  point,
  field,
  gain,
  knee,
  throughput_ops_s,
  tried,
}: Saturation): string {
  const place = [`${algo} n=${n} ${workload}`, ...coordinates(point)].join(" ");
  const last = tried.at(-1);
  if (knee === null) {
    const rate = Math.round(last?.throughput_ops_s ?? 0);
    return `${place}: no knee up to ${field}=${coordinate(last?.value)}, ${rate} ops/s`;
  }
  const rule = `the next two points gain less than ${Number((gain * 100).toPrecision(6))} % each`;
  return `${place}: knee at ${field}=${coordinate(knee)}, ${Math.round(throughput_ops_s ?? 0)} ops/s; ${rule}`;
}
