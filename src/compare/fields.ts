/** What makes two runs different experiments, field by field, with both values. */
import { canonical, silentFields } from "../results/keys.ts";
import type { Manifest, RunLine } from "../results/schema.ts";

export interface FieldDifference {
  readonly field: string;
  readonly base: unknown; // undefined where that side does not have the field
  readonly next: unknown;
}

const MOST_NAMED = 5;

/** Told by a run's line. The first are also in the workload or in the options; a line that has them says it shorter. */
const named = ["durability", "crypto", "cost_model", "f", "quorum"] as const;

/** Empty where the two are the same experiment. */
export function fieldDifferences(
  baseManifest: Manifest,
  base: RunLine,
  nextManifest: Manifest,
  next: RunLine,
): FieldDifference[] {
  const own = named.flatMap(field => differences(field, base[field], next[field]));
  const options = differences("options", base.options, next.options);
  if (base.pair_key === next.pair_key) return own;
  const workload = differences("", workloadOf(baseManifest, base), workloadOf(nextManifest, next));
  const rest = workload.filter(({ field }) => !(own.length > 0 && /^(durability$|cost\.)/.test(field)));
  const all = [...own, ...options, ...rest];
  if (all.length > 0) return all;
  // Nothing to be seen, and yet another experiment: the manifest does not hold what the key was made of.
  return [{ field: "pair_key", base: base.pair_key, next: next.pair_key }];
}

/** The workload as this run had it: the point of the sweep applied. */
function workloadOf(
  { workloads }: Manifest,
  { workload, point }: RunLine,
): Readonly<Record<string, unknown>> {
  const resolved = workloads.find(({ name }) => name === workload)?.resolved ?? {};
  const { sweep } = resolved as {
    sweep?: { points?: { at: Record<string, unknown>; workload: Record<string, unknown> }[] };
  };
  const coordinates = Object.entries(point);
  const found = (sweep?.points ?? []).find(({ at }) =>
    coordinates.every(([field, value]) => JSON.stringify(at[field]) === JSON.stringify(value)),
  );
  const applied = coordinates.length === 0 ? resolved : (found?.workload ?? resolved);
  return Object.fromEntries(Object.entries(applied).filter(([field]) => !silentFields.includes(field)));
}

/** Down to the leaves of objects; a list is one value, since an entry more would shift all behind it. */
function differences(path: string, base: unknown, next: unknown): FieldDifference[] {
  if (same(base, next)) return [];
  if (!isRecord(base) || !isRecord(next)) return [{ field: path, base, next }];
  const fields = [...new Set([...Object.keys(base), ...Object.keys(next)])].sort();
  return fields.flatMap(field => {
    return differences(path === "" ? field : `${path}.${field}`, base[field], next[field]);
  });
}

const same = (left: unknown, right: unknown): boolean =>
  canonical(left ?? null) === canonical(right ?? null) && (left === undefined) === (right === undefined);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** For a line of text: `clients.count: 16 in BASE, 32 in NEW`. */
export function differenceText({ field, base, next }: FieldDifference, from: string, to: string): string {
  return `${field}: ${valueText(base)} in ${from}, ${valueText(next)} in ${to}`;
}

/** Options are what one most often wants to know the effect of. */
export function hintFor(fields: readonly FieldDifference[]): string {
  if (fields.some(({ field }) => !field.startsWith("options."))) return "";
  const all = fields.length > MOST_NAMED ? "options" : fields.map(({ field }) => field).join(",");
  return `. To see what ${fields.length === 1 ? "it changes" : "they change"}: --vary ${all}`;
}

function valueText(value: unknown): string {
  if (value === undefined) return "absent";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length <= 80 ? text : `${text.slice(0, 77)}…`;
}
