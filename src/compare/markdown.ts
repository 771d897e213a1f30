/** A comparison for a pull request. */
import type { By } from "./algorithms.ts";
import type { Comparison } from "./compare.ts";
import {
  doubts,
  type Finding,
  findings,
  headline,
  legend,
  omissions,
  sideText,
  sizeText,
} from "./findings.ts";
import { headOf, intervalNote, sentencesFor } from "./sentences.ts";
import { tableOf } from "./text.ts";

/** `by` is set where algorithms are compared. */
export function comparisonMarkdown(comparison: Comparison, by?: By): string {
  const parts = by === undefined ? studiesParts(comparison) : algorithmsParts(comparison, by);
  return parts
    .filter(lines => lines.length > 0)
    .map(lines => lines.join("\n"))
    .join("\n\n");
}

function algorithmsParts(comparison: Comparison, by: By): string[][] {
  return [
    [`### ${escaped(comparison.next.label)} beside ${escaped(comparison.base.label)}`],
    ...comparison.rows.map(row => list(headOf(row, by), sentencesFor(row, by))),
    list("Left out", omissions(comparison)),
    list("Warnings", comparison.warnings),
    [intervalNote],
  ];
}

function studiesParts(comparison: Comparison): string[][] {
  return [
    [`### ${escaped(headline(comparison))}`],
    [
      `Base: ${escaped(sideText(comparison.base))}  `,
      `New: ${escaped(sideText(comparison.next))}  `,
      `${escaped(sizeText(comparison))}`,
    ],
    section("Worse", findings(comparison, "worse")),
    section("Better", findings(comparison, "better")),
    list("Inconclusive", doubts(comparison)),
    list("Left out", omissions(comparison)),
    list("Warnings", comparison.warnings),
    ["<details><summary>All metrics</summary>", "", ...table(tableOf(comparison)), "", "</details>"],
    [escaped(legend(comparison).join(" "))],
  ];
}

function section(title: string, found: readonly Finding[]): string[] {
  if (found.length === 0) return [];
  const head = ["", "metric", "base", "new", "change", ""];
  const rows = found.map(one => [one.row, one.what, one.base, one.next, one.change, one.certainty]);
  return [`**${title}**`, "", ...table([head, ...rows])];
}

function list(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [`**${escaped(title)}**`, "", ...items.map(item => `- ${escaped(item)}`)];
}

function table([head, ...rows]: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(" | ")} |`;
  return [line(head!), `|${head!.map(() => " --- |").join("")}`, ...rows.map(line)];
}

/** Names come from files: nothing in them may make a table, a link, a mention or a tag. */
const escaped = (text: string): string =>
  text
    .replaceAll("\n", " ")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replace(/[\\`*_{}[\]|~@#]/g, character => `\\${character}`);
