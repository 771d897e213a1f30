/** The part of the manual that follows from the schema: a table of every field. */
import type { JsonSchema } from "./schema.ts";

/**
 * One row a field, nested ones by their whole path, those of a list's entries after `[]`: what it takes, what it
 * usually is, and what it is for.
 */
export function fieldTable(schema: JsonSchema): string {
  const rows = fieldsOf([schema], "", new Map()).map(
    ({ path, takes, usual, about }) =>
      `| \`${path}\` | ${takes} | ${usual} | ${about.replaceAll("|", "\\|")} |`,
  );
  return ["| field | takes | if left out | |", "|---|---|---|---|", ...rows].join("\n");
}

interface Row {
  readonly path: string;
  readonly takes: string;
  readonly usual: string;
  readonly about: string;
}

/** `told`: distributions that have been spelled out, and where. Elsewhere the same ones are only named. */
function fieldsOf(shapes: readonly JsonSchema[], prefix: string, told: Map<string, string>): Row[] {
  const names = [...new Set(shapes.flatMap(({ properties }) => Object.keys(properties ?? {})))];
  return names.flatMap(name => {
    const field = together(name, shapes);
    if (field === undefined) return [];
    const path = `${prefix}${name}`;
    const laws = JSON.stringify(lawsOf(field));
    const twin = laws === "[]" ? undefined : told.get(laws);
    if (twin === undefined) told.set(laws, path);
    const likewise = twin === undefined ? "" : ` as in \`${twin}\``;
    const row = {
      path,
      takes: `${takes(field)}${likewise}`,
      usual: usual(field),
      about: field.description ?? "",
    };
    if (twin !== undefined) return [row];
    const entries = shapesIn(entriesOf(field));
    return [row, ...fieldsOf(shapesIn([field]), `${path}.`, told), ...fieldsOf(entries, `${path}[].`, told)];
  });
}

/** The field of that name in all shapes that have it, as one. Which these are is told where it makes a difference. */
function together(name: string, shapes: readonly JsonSchema[]): JsonSchema | undefined {
  const having = shapes.filter(({ properties }) => properties?.[name] !== undefined);
  const fields = having.map(({ properties }) => properties![name]!).filter(({ not }) => not === undefined);
  const [first] = fields;
  if (first === undefined) return undefined;
  const alternatives = fields.length === 1 ? {} : { anyOf: fields };
  return { ...first, ...alternatives, description: aboutAll(name, fields, having, shapes) };
}

function aboutAll(
  name: string,
  fields: readonly JsonSchema[],
  having: readonly JsonSchema[],
  shapes: readonly JsonSchema[],
): string {
  const isLaw = name === "distribution" && fields.length > 1;
  if (isLaw) return fields.map(field => `${field.const}: ${field.description}`).join(" ");
  const laws = having.flatMap(({ properties }) => properties?.distribution?.const ?? []);
  const isOfFew = laws.length > 0 && laws.length < lawCount(shapes);
  return `${fields[0]!.description ?? ""}${isOfFew ? ` Of ${laws.join(", ")}.` : ""}`;
}

const lawCount = (shapes: readonly JsonSchema[]): number =>
  shapes.filter(({ properties }) => properties?.distribution?.const !== undefined).length;

/** The mappings of fields that it may be. */
function shapesIn(schemas: readonly JsonSchema[]): JsonSchema[] {
  return schemas.flatMap(schema => [
    ...(schema.properties === undefined ? [] : [schema]),
    ...shapesIn([...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]),
  ]);
}

const entriesOf = (schema: JsonSchema): JsonSchema[] =>
  [schema, ...(schema.anyOf ?? [])].flatMap(({ items }) => items ?? []);

/** The distributions that it may be. */
const lawsOf = (field: JsonSchema): JsonSchema[] =>
  shapesIn([field]).filter(({ properties }) => properties?.distribution?.const !== undefined);

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
  if (pattern.includes("n\\d+")) return pattern.includes("leader") ? "a node, a role" : "a node";
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
