/**
 * What a workload expects of its results: conditions on fields of a run's line in `runs.ndjson`, as a file writes them
 * and as the harness judges them. Here they are only read and checked; nothing is known of results but their fields.
 */

import { conditionOf, readShare } from "./expect-conditions.ts";
import {
  type FieldKind,
  fieldsInside,
  kindOf,
  lineFields,
  shortNames,
  strangeEntry,
} from "./expect-fields.ts";
import { type Quantile, quantilesOf } from "./expect-quantiles.ts";
import { didYouMean } from "./nearest.ts";

export type Operator = "<" | "<=" | ">" | ">=" | "==" | "!=";

export type Condition =
  | { readonly kind: "compare"; readonly operator: Operator; readonly value: number }
  | { readonly kind: "within"; readonly low: number; readonly high: number }
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "unlike"; readonly words: readonly string[] };

/** Of the runs of a cell, which differ in their seed only: every one of them, or one number for all. */
export type Summary = "each" | "mean" | "min" | "max" | "median" | "distance" | `p${number}`;

export interface Expectation {
  readonly field: string; // its path in a line; `*` stands for every entry
  readonly is: Condition;
  readonly written: string; // the condition as people read it
  readonly of: Summary;
  /** Of a distance: to a distribution that has these quantiles, by the share that lies below. */
  readonly quantiles: readonly Quantile[] | undefined;
  /** With fewer it is not judged. */
  readonly seeds: number | undefined;
  /** The share of the runs for which the condition must hold; all of them where undefined. */
  readonly share: { readonly is: Condition; readonly written: string } | undefined;
  /** A protocol: judged is the ratio to what it has in the same place. */
  readonly relativeTo: string | undefined;
  /** Whom it is about; everybody where undefined. */
  readonly algo: readonly string[] | undefined;
  readonly n: readonly number[] | undefined;
  readonly at: Readonly<Record<string, unknown>>; // coordinates of a sweep
}

/** As it stands in a file, for modules that write it as code. */
type ConditionFile =
  | string
  | number
  | boolean
  | readonly string[]
  | {
      readonly is: string | number | boolean | readonly string[];
      readonly of?: string;
      readonly in?: string | number;
      readonly relativeTo?: string;
      readonly to?: Readonly<Record<string, string | number>>;
      readonly seeds?: number;
    };
export type ExpectGroupFile = {
  readonly algo?: string | readonly string[];
  readonly n?: number | readonly number[];
  readonly at?: Readonly<Record<string, unknown>>;
} & {
  readonly [field: string]: ConditionFile | readonly number[] | Readonly<Record<string, unknown>> | undefined;
};
export type ExpectFile = ExpectGroupFile | readonly ExpectGroupFile[];

/** Something wrong, at a path inside `expect`. */
export interface Flaw {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly ofKey: boolean; // whether the name is wrong, not what it is given
}

type Report = (path: readonly (string | number)[], message: string, ofKey?: boolean) => undefined;

/** The expectations of a file, and all that is wrong with them. */
export function readExpect(expect: unknown): { expectations: Expectation[]; flaws: Flaw[] } {
  const flaws: Flaw[] = [];
  const report: Report = (path, message, ofKey = false) => {
    flaws.push({ path, message, ofKey });
    return undefined;
  };
  const groups = Array.isArray(expect) ? expect : [expect];
  const expectations = groups.flatMap((group: unknown, index) => {
    const path = Array.isArray(expect) ? [index] : [];
    if (!isRecord(group)) {
      report(
        path,
        "expected fields with conditions, such as { linearizable: valid }, or a list of such groups",
      );
      return [];
    }
    return readGroup(group, path, report);
  });
  return { expectations, flaws };
}

function readGroup(
  group: Readonly<Record<string, unknown>>,
  path: readonly (string | number)[],
  report: Report,
): Expectation[] {
  const { algo, n, at, ...conditions } = group;
  const whom = {
    algo: listOf(algo, "string", () =>
      report([...path, "algo"], "expected a protocol's name, or a list of names"),
    ),
    n: listOf(n, "number", () =>
      report([...path, "n"], "expected a number of replicas, or a list of numbers"),
    ),
    at: isRecord(at) ? at : {},
  };
  if (at !== undefined && !isRecord(at)) {
    report([...path, "at"], "expected coordinates of the sweep, such as { clients.count: 64 }");
  }
  const fields = Object.entries(conditions);
  if (fields.length === 0)
    report(path, "expects nothing: name a field and a condition, such as linearizable: valid");
  return fields.flatMap(([name, written]) => {
    const read = readField(name, written, [...path, name], report);
    return read === undefined ? [] : [{ ...read, ...whom } as Expectation];
  });
}

function listOf<Item>(value: unknown, type: "string" | "number", complain: () => void): Item[] | undefined {
  if (value === undefined) return undefined;
  const items: unknown[] = Array.isArray(value) ? value : [value];
  if (items.length > 0 && items.every(item => typeof item === type)) return items as Item[];
  complain();
  return undefined;
}

const detailNames = ["is", "of", "in", "relativeTo", "to", "seeds"];

function readField(name: string, written: unknown, path: readonly (string | number)[], report: Report) {
  const field = shortNames[name] ?? name;
  const kind = kindOf(field);
  if (kind === undefined) return report(path, unknownField(name), true);
  const strange = strangeEntry(field);
  if (strange !== undefined) return report(path, strange, true);
  if (!isRecord(written)) return readDetails({ is: written }, field, kind, path, path, report);
  const stranger = Object.keys(written).find(key => !detailNames.includes(key));
  if (stranger !== undefined) {
    return report([...path, stranger], `unknown field; known: ${detailNames.join(", ")}`, true);
  }
  if (written.is === undefined) return report(path, 'lacks its condition, such as is: "< 10"', true);
  return readDetails(written, field, kind, path, [...path, "is"], report);
}

function readDetails(
  details: Readonly<Record<string, unknown>>,
  field: string,
  kind: FieldKind,
  path: readonly (string | number)[],
  isPath: readonly (string | number)[],
  report: Report,
) {
  const read = conditionOf(details.is, field, kind);
  if (typeof read === "string") return report(isPath, read);
  const { condition, written } = read;
  const wrong = (field: string, message: string) => report([...path, field], message);
  const relativeTo = read.relativeTo ?? details.relativeTo;
  if (relativeTo !== undefined && (typeof relativeTo !== "string" || kind !== "number")) {
    return wrong("relativeTo", "expected the name of a protocol to compare a number with");
  }
  const of = details.of ?? "each";
  if (!isSummary(of)) return wrong("of", EXPECTED_SUMMARY);
  if (of !== "each" && kind !== "number") return wrong("of", "a word has no mean: leave it out");
  const share = details.in === undefined ? undefined : readShare(details.in);
  if (typeof share === "string") return wrong("in", share);
  if (share !== undefined && of !== "each") {
    return wrong("in", `counts runs one by one: it does not go with of: ${of}`);
  }
  const { seeds } = details;
  if (seeds !== undefined && !(Number.isInteger(seeds) && (seeds as number) > 0)) {
    return wrong("seeds", "expected the fewest seeds with which this may be judged, such as 100");
  }
  const quantiles = quantilesOf(details.to, of, field);
  if (typeof quantiles === "string") return wrong("to", quantiles);
  return {
    field,
    is: condition,
    written,
    of,
    share,
    relativeTo,
    quantiles,
    seeds: seeds as number | undefined,
  };
}

const EXPECTED_SUMMARY =
  "expected each, mean, min, max, median, a percentile of the runs such as p95, or distance";

const isSummary = (of: unknown): of is Summary =>
  typeof of === "string" && /^(each|mean|min|max|median|distance|p\d+(\.\d+)?)$/.test(of) && !afar(of);

const afar = (of: string): boolean => of.startsWith("p") && Number(of.slice(1)) > 100;

function unknownField(name: string): string {
  const known = [...Object.keys(shortNames), ...Object.keys(lineFields)];
  const inside = fieldsInside(name);
  if (inside.length > 0) return `is a group of fields: ${inside.join(", ")}`;
  const meant = didYouMean(name, known);
  if (meant !== "") return `no result has such a field${meant}`;
  const begun = known.filter(field => field.startsWith(name));
  if (begun.length > 0) return `no result has such a field; there are ${begun.join(", ")}`;
  const last = name.split(".").at(-1)!;
  const alike = known.filter(field => field.split(".").includes(last));
  if (alike.length > 0)
    return `no result has such a field; there ${alike.length === 1 ? "is" : "are"} ${alike.join(", ")}`;
  const groups = new Set(known.filter(field => field.includes(".")).map(field => field.split(".")[0]));
  const single = known.filter(field => !field.includes("."));
  return `no result has such a field; there are ${single.join(", ")}, and fields of ${[...groups].join(", ")}`;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
