/** Comparisons as text: a table for each section and protocol, a line for each quantity, a column for each n. */
import { agrees, type Comparison, deviation } from "./comparison.ts";

const sections: Readonly<Record<string, string>> = {
  "1": "messages of the normal case, commands in instances of b",
  "1b": "messages that a node handles, with those of clients",
  "2": "delays of the normal case, computing and storing free",
  "3": "unequal links and disks, by random matrices of delays",
  "4": "elections",
  "5": "processors that take time",
  "6": "large clusters",
};

export function tables(compared: readonly Comparison[]): string {
  const bySection = [...Map.groupBy(compared, ({ section }) => section)].sort(([one], [other]) =>
    one < other ? -1 : 1,
  );
  return bySection.map(([section, all]) => `${section}. ${sections[section]}\n${ofSection(all)}`).join("\n");
}

function ofSection(all: readonly Comparison[]): string {
  const byProtocol = [...Map.groupBy(all, ({ protocol }) => protocol)];
  return byProtocol.map(([protocol, rows]) => `\n${table(protocol, rows)}\n`).join("");
}

function table(protocol: string, all: readonly Comparison[]): string {
  const sizes = [...new Set(all.map(({ n }) => n))].sort((one, other) => one - other);
  const alike = Map.groupBy(all, ({ variant, quantity }) => `${variant} ${quantity}`);
  const rows = [...alike.values()].flatMap(each => linesOf(each, sizes));
  const head = [`  ${protocol}`, "", "formula", "b", ...sizes.map(n => `n=${n}`), ""];
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map(row => row[column]!.length)));
  const padded = (cell: string, column: number): string =>
    column < 3 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!);
  return [head, ...rows].map(row => row.map(padded).join("  ").trimEnd()).join("\n");
}

/** Batches that make no difference share a line. */
function linesOf(alike: readonly Comparison[], sizes: readonly number[]): string[][] {
  const { variant, quantity, formula } = alike[0]!;
  const byBatch = [...Map.groupBy(alike, ({ batch }) => batch)].map(([batch, row]) => {
    const cells = sizes.map(size => cellOf(row.find(({ n }) => n === size)));
    return { batch: `${batch ?? ""}`, cells, verdict: row.every(agrees) ? "=" : "NOT EQUAL" };
  });
  return [...Map.groupBy(byBatch, ({ cells }) => cells.join()).values()].map(same => {
    const { cells, verdict } = same[0]!;
    return [`    ${variant}`, quantity, formula, same.map(({ batch }) => batch).join(), ...cells, verdict];
  });
}

/** What was measured; where that is not the formula's number exactly, that too, and how far off by chance it is. */
function cellOf(one: Comparison | undefined): string {
  if (one === undefined) return "";
  const { expected, measured, standardError } = one;
  const errors = deviation(one);
  if (measured === expected && errors === undefined) return short(measured);
  const spread = standardError === undefined ? "" : ` ±${Number(standardError.toPrecision(2))}`;
  const off = errors === undefined ? "" : ` (${errors.toFixed(1)} σ)`;
  return `${short(measured)}${spread} ${agrees(one) ? "≈" : "≠"} ${short(expected)}${off}`;
}

const short = (value: number): string => `${Number(value.toPrecision(6))}`;
