/** The part of the manual that follows from the schema: a table of every field. */
import type { JsonSchema } from "./schema.ts";

/** One row a field, nested ones by their whole path: what it takes, what it usually is, and what it is for. */
export function fieldTable(schema: JsonSchema): string {
  const rows = fieldsOf(schema, "").map(
    ({ path, field }) =>
      `| \`${path}\` | ${takes(field)} | ${usual(field)} | ${(field.description ?? "").replaceAll("|", "\\|")} |`,
  );
  return ["| field | takes | if left out | |", "|---|---|---|---|", ...rows].join("\n");
}

interface Field {
  readonly path: string;
  readonly field: JsonSchema;
}

function fieldsOf(schema: JsonSchema, prefix: string): Field[] {
  const fields = Object.entries(schema.properties ?? {}).filter(([, { not }]) => not === undefined);
  return fields.flatMap(([name, field]) => {
    const path = `${prefix}${name}`;
    const inner = [field, ...(field.anyOf ?? [])].find(isGroup);
    return [{ path, field }, ...(inner === undefined ? [] : fieldsOf(inner, `${path}.`))];
  });
}

/** A mapping of fields of its own, not one of several shapes, which a description tells better. */
const isGroup = (schema: JsonSchema): boolean =>
  schema.properties !== undefined && schema.const === undefined;

function takes(field: JsonSchema): string {
  const kinds = kindsOf(field);
  return [...new Set(kinds)].join(", ");
}

function kindsOf({
  type,
  const: only,
  enum: words,
  anyOf,
  oneOf,
  properties,
  pattern,
}: JsonSchema): string[] {
  if (anyOf?.some(branch => branch.pattern !== undefined)) {
    const others = anyOf.filter(branch => branch.pattern === undefined && branch.const !== 0);
    return [...anyOf.filter(branch => branch.pattern !== undefined), ...others].flatMap(kindsOf);
  }
  if (anyOf !== undefined) return anyOf.flatMap(kindsOf);
  if (oneOf !== undefined) return ["a distribution"];
  if (pattern !== undefined) return [quantityOf(pattern)];
  if (words !== undefined) return words.map(word => `\`${word}\``);
  if (only !== undefined) return [`\`${only}\``];
  if (properties !== undefined || type === "object") return ["fields"];
  return [typeNames[type ?? ""] ?? "anything"];
}

const typeNames: Readonly<Record<string, string>> = {
  integer: "a whole number",
  number: "a number",
  string: "text",
  boolean: "true or false",
  array: "a list",
};

function quantityOf(pattern: string): string {
  if (pattern.includes("operations")) return "a number of operations";
  if (pattern.includes("%")) return "a percent";
  if (pattern.includes("bps")) return "a bandwidth";
  if (pattern.includes("KiB")) return "a size";
  return pattern.includes("/s") ? "a rate" : "a duration";
}

const usual = ({ default: value }: JsonSchema): string => (value === undefined ? "" : `\`${flow(value)}\``);

/** As one would write it in a file. */
function flow(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  return `{ ${Object.entries(value)
    .map(([name, inner]) => `${name}: ${flow(inner)}`)
    .join(", ")} }`;
}
