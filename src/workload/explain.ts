/** Says what is wrong with a workload file so that its writer can mend it: where, what, and the nearest legal word. */
import { type Document, isAlias, isMap, isNode, isScalar, isSeq, type LineCounter, type Node } from "yaml";
import type { z } from "zod";
import { didYouMean } from "./nearest.ts";
import type { JsonSchema } from "./schema.ts";

/** A text that a mistake can stand in. */
export interface Source {
  readonly label: string; // what messages call it
  readonly text: string;
  readonly lines: LineCounter;
  /** Where a path stands: the name of its last step, or what that holds. */
  placeOf(path: Path, ofKey: boolean): number;
}

/** One mistake: where, and what. */
export interface Mistake {
  readonly source: Source;
  readonly offset: number | undefined; // undefined: all that is known is the file
  readonly text: string; // "path: message"
}

/** Finds the place of a path: of the name of its last step, or of what that holds. */
export type Locate = (path: Path, ofKey: boolean) => Pick<Mistake, "source" | "offset">;

/** `file:line:column  path: message`, the line, and a caret under the place; all of them, in the order of the files. */
export function printMistakes(mistakes: readonly Mistake[]): string {
  return [...Map.groupBy(mistakes, ({ source }) => source)]
    .flatMap(([source, inside]) =>
      inside
        .toSorted((left, right) => (left.offset ?? 0) - (right.offset ?? 0))
        .map(mistake => printed(source, mistake)),
    )
    .join("\n");
}

function printed({ label, text: source, lines }: Source, { offset, text }: Mistake): string {
  if (offset === undefined) return `${label}  ${text}`;
  const { line, col } = lines.linePos(offset);
  const number = String(line).padStart(7);
  const shown = (source.split("\n")[line - 1] ?? "").replaceAll("\t", " ").trimEnd();
  return `${label}:${line}:${col}  ${text}\n${number} | ${shown}\n${" ".repeat(7)} | ${" ".repeat(col - 1)}^`;
}

/** What the schema found wrong, as mistakes with places. */
export function explainIssues(
  issues: readonly z.core.$ZodIssue[],
  locate: Locate,
  data: unknown,
  schema: JsonSchema,
): Mistake[] {
  return issues.flatMap(issue => explainIssue(issue, [], { locate, data, schema }));
}

interface Subject {
  readonly locate: Locate;
  readonly data: unknown;
  readonly schema: JsonSchema;
}
export type Path = readonly PropertyKey[];

function explainIssue(issue: z.core.$ZodIssue, prefix: Path, subject: Subject): Mistake[] {
  const path = [...prefix, ...issue.path];
  const value = valueAt(subject.data, path);
  const ofKey = issue.code === "custom" && issue.params?.ofKey === true;
  const mistake = (message: string): Mistake[] => [
    { ...subject.locate(path, ofKey), text: `${pathText(path)}: ${message}` },
  ];
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map(key => unknownField(key, path, subject));
  }
  if (value === undefined && issue.code !== "custom") return mistake("is missing");
  switch (issue.code) {
    case "invalid_type":
      if (saysWhatFits(issue)) return mistake(`${issue.message}, found ${show(value)}`);
      return mistake(`expected ${typeNames[issue.expected] ?? issue.expected}, found ${show(value)}`);
    case "invalid_value":
      return mistake(expectedOneOf(issue.values.map(String), value));
    case "too_small":
      return mistake(tooFew(issue, value));
    case "too_big":
      return mistake(tooMany(issue, value));
    case "invalid_union": {
      const branch = nearestBranch(issue.errors);
      if (branch !== undefined) return branch.flatMap(inner => explainIssue(inner, path, subject));
      const { values } = wordsAt(path, subject);
      if (issue.discriminator !== undefined) return mistake(expectedOneOf(values, value));
      const found = issue.message.startsWith("expected") ? `, found ${show(value)}` : "";
      return mistake(`${issue.message}${found}${typeof value === "string" ? didYouMean(value, values) : ""}`);
    }
    default:
      return mistake(issue.message);
  }
}

/** The schema has words of its own for what it expects; those of the library begin otherwise. */
const saysWhatFits = ({ message }: z.core.$ZodIssue): boolean => message.startsWith("expected ");

function tooFew(issue: z.core.$ZodIssueTooSmall, value: unknown): string {
  if (issue.origin !== "number" && issue.origin !== "int") return misfitIn(issue, value);
  return `must be ${issue.inclusive ? "at least" : "above"} ${issue.minimum}, found ${show(value)}`;
}

function tooMany(issue: z.core.$ZodIssueTooBig, value: unknown): string {
  if (issue.origin === "array") return misfitIn(issue, value);
  return `must be ${issue.inclusive ? "at most" : "below"} ${issue.maximum}, found ${show(value)}`;
}

function misfitIn(issue: z.core.$ZodIssue, value: unknown): string {
  if (!saysWhatFits(issue)) return "must not be empty";
  const found = Array.isArray(value) ? `a list of ${value.length}` : show(value);
  return `${issue.message}, found ${found}`;
}

const typeNames: Readonly<Record<string, string>> = {
  number: "a number",
  int: "a whole number",
  string: "text",
  boolean: "true or false",
  array: "a list",
  object: "a mapping of fields",
  record: "a mapping of fields",
};

/** Whether a branch of a union was not meant at all: already its outermost type is another. */
const isMisfit = (issue: z.core.$ZodIssue): boolean =>
  issue.path.length === 0 &&
  (issue.code === "invalid_type" ||
    issue.code === "invalid_value" ||
    (issue.code === "invalid_union" && issue.errors.every(errors => errors.some(isMisfit))));

/** Of those that may have been meant, the one that knows most of the fields that are there. */
function nearestBranch(branches: readonly z.core.$ZodIssue[][]): readonly z.core.$ZodIssue[] | undefined {
  const strangers = (issues: readonly z.core.$ZodIssue[]): number =>
    issues.reduce((sum, issue) => sum + (issue.code === "unrecognized_keys" ? issue.keys.length : 0), 0);
  const meant = branches.filter(issues => !issues.some(isMisfit));
  return meant.toSorted((left, right) => strangers(left) - strangers(right))[0];
}

function unknownField(key: string, path: Path, subject: Subject): Mistake {
  const place = subject.locate([...path, key], true);
  const name = pathText([...path, key]);
  if (key === "<<")
    return { ...place, text: `${name}: merge keys are not supported: a file takes over another by extends` };
  const known = wordsAt(path, subject).fields;
  const meant = didYouMean(key, known);
  const help = meant === "" ? `; known: ${known.join(", ")}` : meant;
  return { ...place, text: `${name}: unknown field${help}` };
}

const expectedOneOf = (words: readonly string[], value: unknown): string =>
  `expected ${words.length > 1 ? "one of " : ""}${words.join(", ")}, found ${show(value)}` +
  (typeof value === "string" ? didYouMean(value, words) : "");

export const pathText = (path: Path): string =>
  path.length === 0 ? "(the whole file)" : path.map(String).join(".");

function show(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "a mapping" : JSON.stringify(value);
}

export function valueAt(data: unknown, path: Path): unknown {
  let value = data;
  for (const step of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return value;
}

/** The fields and the literal values that the schema knows at a path. */
function wordsAt(path: Path, { data, schema }: Subject): { fields: string[]; values: string[] } {
  let branches = branchesOf(schema, data);
  let value = data;
  for (const step of path) {
    value = valueAt(value, [step]);
    branches = branches
      .map(branch => (typeof step === "number" ? branch.items : branch.properties?.[String(step)]))
      .filter(branch => branch !== undefined)
      .flatMap(branch => branchesOf(branch, value));
  }
  const fields = branches.flatMap(branch => Object.keys(branch.properties ?? {}));
  const values = branches.flatMap(
    ({ const: only, enum: several }) => several ?? (only === undefined ? [] : [only]),
  );
  return { fields: [...new Set(fields)], values: [...new Set(values.map(String))] };
}

/** The alternatives of a schema that the value may have meant: those whose literal fields it does not contradict. */
function branchesOf(schema: JsonSchema, value: unknown): JsonSchema[] {
  const alternatives = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  if (alternatives.length === 0) return [schema];
  const all = alternatives.flatMap(alternative => branchesOf(alternative, value));
  const telling = all.flatMap(({ properties }) =>
    Object.entries(properties ?? {}).flatMap(([name, field]) => (field.const === undefined ? [] : [name])),
  );
  const fitting = all.filter(({ properties }) =>
    telling.every(name => properties?.[name]?.const === valueAt(value, [name])),
  );
  return fitting.some(({ properties }) => properties !== undefined) ? fitting : all;
}

/** Where a path stands in the text. What is missing is looked for at the nearest thing around it that is there. */
export function placeOf(document: Document, path: Path, ofKey: boolean): number {
  let node: Node | null = document.contents;
  let place = startOf(node) ?? 0;
  for (const [depth, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document) ?? null;
    if (isSeq(node)) {
      node = (node.items[Number(step)] as Node | undefined) ?? null;
      place = startOf(node) ?? place; // an entry has no name to point at
    } else if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (pair === undefined) return place;
      place = startOf(pair.key) ?? place;
      if (ofKey && depth === path.length - 1) return place;
      node = isNode(pair.value) ? pair.value : null;
    } else {
      return place;
    }
    const last = depth === path.length - 1;
    // A mapping that lacks a field is best pointed at by its name, a wrong value by itself.
    if (last || isSeq(node)) place = startOf(node) ?? place;
  }
  return place;
}

const startOf = (node: unknown): number | undefined => (isNode(node) ? node.range?.[0] : undefined);
