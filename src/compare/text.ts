/** A comparison for the terminal: verdict first, then the numbers, advice last. */
import type { ComparedRow, Comparison } from "./compare.ts";
import {
  doubts,
  type Finding,
  findings,
  headline,
  legend,
  omissions,
  rowName,
  seedsOf,
  sideText,
  sizeText,
} from "./findings.ts";
import { cellText } from "./format.ts";
import { metrics } from "./metrics.ts";
import { samenessText } from "./sameness.ts";

export function comparisonText(comparison: Comparison): string {
  const parts = [
    [`base  ${sideText(comparison.base)}`, `new   ${sideText(comparison.next)}`],
    [`${headline(comparison)}  (${sizeText(comparison)})`],
    section("WORSE", findings(comparison, "worse")),
    section("better", findings(comparison, "better")),
    titled("inconclusive", doubts(comparison)),
    aligned(tableOf(comparison)),
    omissions(comparison),
    comparison.warnings.map(warning => `warning: ${warning}`),
    legend(comparison),
  ];
  return parts
    .filter(lines => lines.length > 0)
    .map(lines => lines.join("\n"))
    .join("\n\n");
}

const titled = (title: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`${title}:`, ...lines.map(line => `  ${line}`)];

function section(title: string, found: readonly Finding[]): string[] {
  const cells = found.map(({ row, what, base, next, change, certainty }) => [
    row,
    what,
    `${base} -> ${next}`,
    change,
    `(${certainty})`,
  ]);
  return titled(title, aligned(cells, ["left", "left", "left", "right", "left"]));
}

/** A row for each cell of the study, a column for each metric that any of them has. */
export function tableOf({ rows }: Comparison): string[][] {
  const shown = metrics.filter(({ id }) =>
    rows.some(row => row.metrics.some(({ metric }) => metric.id === id)),
  );
  const head = ["", "seeds", "traces", ...shown.map(({ title }) => title)];
  return [
    head,
    ...rows.map(row => [rowName(row), seedsOf(row), samenessText(row.sameness), ...cellsOf(row)]),
  ];

  function cellsOf(row: ComparedRow): string[] {
    return shown.map(({ id }) => {
      const found = row.metrics.find(({ metric }) => metric.id === id);
      return found === undefined ? "" : cellText(found);
    });
  }
}

function aligned(
  rows: readonly (readonly string[])[],
  sides: readonly ("left" | "right")[] = ["left"],
): string[] {
  const columns = Math.max(0, ...rows.map(row => row.length));
  const widths = Array.from({ length: columns }, (_, column) => {
    return Math.max(...rows.map(row => (row[column] ?? "").length));
  });
  return rows.map(row =>
    row
      .map((cell, column) =>
        sides[column] === "right" ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      )
      .join("  ")
      .trimEnd(),
  );
}
