/** What was expected and what was found, and where the knees are, in words for under the table. */
import type { Manifest } from "../results/schema.ts";

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
    ...(open.length > 0 ? [`${open.length} not checked, which proves nothing`] : []),
  ];
  const reasons = Map.groupBy(open, ({ workload, field, expected, says }) => {
    return `${workload}: ${field} ${expected}: ${says}`;
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
  expected,
  found,
  seeds,
  runs,
  says,
}: Judgement): string {
  const place = [`${algo} n=${n} ${workload}`, ...coordinates(point)].join(" ");
  const which = seeds.length === 0 ? "" : ` at seed ${shortList(seeds)} (${seeds.length} of ${runs} runs)`;
  const value = typeof found === "number" ? shown(found) : found;
  const result =
    value === null ? (says ?? "nothing found") : `found ${value}${says === null ? "" : ` (${says})`}`;
  return `  FAILS  ${place}: ${field} ${expected}, ${result}${which}`;
}

const shortList = (seeds: readonly number[]): string =>
  seeds.length <= 5 ? seeds.join(", ") : `${seeds.slice(0, 5).join(", ")} …`;

const shown = (value: number): string => String(Number(value.toPrecision(6)));

export const coordinates = (point: Readonly<Record<string, unknown>>): string[] =>
  Object.entries(point).map(([field, value]) => `${field}=${coordinate(value)}`);

/** As it is written in the file. */
export const coordinate = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value);

/** One line for each search. */
export function saturationText(searches: Manifest["saturation"]): string {
  if (searches === null || searches.length === 0) return "";
  return ["\nsaturation:", ...searches.map(search => `  ${searchLine(search)}`)].join("\n");
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
