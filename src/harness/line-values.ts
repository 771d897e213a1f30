/** What the line of a run has at a field that a workload expects something of. */
import type { RunLine } from "../results/schema.ts";
import { kindOf } from "../workload/expect-fields.ts";

export type Value = number | string | null;

/** Null where nothing was measured; a text that is not there is `none`. */
export const valuesOf = (line: RunLine | undefined, field: string): Value[] =>
  valuesAt(line, field.split("."), kindOf(field) === "text" ? "none" : null);

/** A type of message that was never sent was sent 0 times. */
function valuesAt(value: unknown, path: readonly string[], absent: "none" | null): Value[] {
  const [step, ...rest] = path;
  if (step === undefined) return [told(value, absent)];
  if (value === undefined || value === null) return [null];
  if (step === "*") return Object.values(value).flatMap(inner => valuesAt(inner, rest, absent));
  const inner = (value as Readonly<Record<string, unknown>>)[step];
  const counted = (step === "by_type" || step === "by_cause") && inner !== undefined && rest[0] !== "*";
  if (!counted) return valuesAt(inner, rest, absent);
  const entries = inner as Readonly<Record<string, unknown>>;
  return rest[0] !== undefined && rest[0] in entries
    ? valuesAt(entries[rest[0]], rest.slice(1), absent)
    : [0];
}

function told(value: unknown, absent: "none" | null): Value {
  if (value === null) return absent;
  if (typeof value === "boolean") return String(value);
  return typeof value === "number" || typeof value === "string" ? value : null;
}
