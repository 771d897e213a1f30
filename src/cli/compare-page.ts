/** A comparison as one HTML file that needs nothing else: no script, no font, no connection. */
import type { By } from "../compare/algorithms.ts";
import type { ComparedRow, Comparison } from "../compare/compare.ts";
import { pairedDots } from "../compare/dots.ts";
import {
  doubts,
  type Finding,
  findings,
  headline,
  legend,
  omissions,
  rowName,
  sideText,
  sizeText,
} from "../compare/findings.ts";
import { cellText, certaintyText } from "../compare/format.ts";
import { samenessText } from "../compare/sameness.ts";
import { headOf, intervalNote, sentencesFor } from "../compare/sentences.ts";
import { tableOf } from "../compare/text.ts";
import { documentText } from "../report/document.ts";
import { html, type Markup, trusted } from "../report/markup.ts";

const styles = `
:root { color-scheme: light dark; --ink: light-dark(#1b1f24, #e4e7eb); --soft: light-dark(#5b636e, #a2a8b1);
  --line: light-dark(#d5d9de, #3a4048); --back: light-dark(#fff, #16191d); --base: light-dark(#666b73, #a2a8b1);
  --next: light-dark(#1d63b5, #74b3f7); --worse: light-dark(#b3312b, #f58d80); --better: light-dark(#1b7a43, #63c988); }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--back); max-width: 80rem;
  margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
p, li { max-width: 60rem; } .soft { color: var(--soft); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 0.25rem 0.75rem 0.25rem 0; border-bottom: 1px solid var(--line);
  white-space: nowrap; }
td.wide { white-space: normal; }
.worse { color: var(--worse); font-weight: 600; } .better { color: var(--better); font-weight: 600; }
.plots { display: flex; flex-wrap: wrap; gap: 1rem; }
figure { margin: 0; max-width: 220px; } figcaption { font-size: 0.85rem; color: var(--soft); }
.axis { fill: var(--soft); font-size: 11px; } .pair { stroke: var(--soft); stroke-opacity: 0.6; }
circle.base { fill: var(--base); } circle.next { fill: var(--next); }
`;

/** `by` is set where algorithms are compared: what one costs beside another is told in sentences. */
export function comparisonPage(comparisons: readonly Comparison[], by: By | undefined): string {
  const parts = comparisons.map(one => (by === undefined ? studiesPart(one) : algorithmsPart(one, by)));
  return documentText({
    title: comparisons.map(({ base, next }) => `${next.label} against ${base.label}`).join("; "),
    styles,
    body: html`<main>${parts}</main>`,
    scripts: [],
  });
}

const studiesPart = (comparison: Comparison): Markup => html`<h1>${headline(comparison)}</h1>
<p>Base: ${sideText(comparison.base)}<br>New: ${sideText(comparison.next)}<br>${sizeText(comparison)}</p>
${section("Worse", findings(comparison, "worse"), "worse")}
${section("Better", findings(comparison, "better"), "better")}
${list("Inconclusive", doubts(comparison))}
${list("Left out", omissions(comparison))}
${list("Warnings", comparison.warnings)}
<h2>All metrics</h2>
<div class="scroll">${matrix(tableOf(comparison))}</div>
<p class="soft">${legend(comparison).join(" ")}</p>
${comparison.rows.map(
  row => html`<h2>${rowName(row)}</h2>
<p class="soft">traces: ${samenessText(row.sameness)}</p>
${plotsOf(row)}`,
)}`;

const algorithmsPart = (comparison: Comparison, by: By): Markup => html`<h1>${comparison.next.label} beside
${comparison.base.label}</h1>
<p>In the drawings base is ${comparison.base.label}, and new is ${comparison.next.label}.</p>
${comparison.rows.map(
  row => html`<h2>${headOf(row, by)}</h2>
<ul>${sentencesFor(row, by).map(
    sentence => html`<li>${sentence}</li>
`,
  )}</ul>
${plotsOf(row)}`,
)}
${list("Left out", omissions(comparison))}
${list("Warnings", comparison.warnings)}
<p class="soft">${intervalNote}</p>`;

function section(title: string, found: readonly Finding[], kind: string): Markup | undefined {
  if (found.length === 0) return undefined;
  return html`<h2 class="${kind}">${title}</h2>
<div class="scroll"><table>
<thead><tr><th>row</th><th>metric</th><th>base</th><th>new</th><th>change</th><th>how sure</th></tr></thead>
<tbody>${found.map(
    one => html`<tr><th scope="row">${one.row}</th><td>${one.what}</td><td>${one.base}</td><td>${one.next}</td>
<td class="${kind}">${one.change}</td><td class="wide">${one.certainty}</td></tr>
`,
  )}</tbody></table></div>`;
}

function list(title: string, items: readonly string[]): Markup | undefined {
  if (items.length === 0) return undefined;
  return html`<h2>${title}</h2>
<ul>${items.map(item => html`<li>${item}</li>`)}</ul>`;
}

function matrix([head, ...rows]: readonly (readonly string[])[]): Markup {
  return html`<table>
<thead><tr>${head!.map(cell => html`<th>${cell}</th>`)}</tr></thead>
<tbody>${rows.map(
    ([name, ...cells]) => html`<tr><th scope="row">${name}</th>${cells.map(
      cell => html`<td class="${/worse$|better$/.exec(cell)?.[0] ?? ""}">${cell}</td>`,
    )}</tr>
`,
  )}</tbody></table>`;
}

/** Only what differs in any seed has something to draw. */
function plotsOf({ metrics }: ComparedRow): Markup {
  const drawn = metrics.filter(({ method }) => method !== "equal");
  return html`<div class="plots">${drawn.map(
    metric => html`<figure>${trusted(pairedDots(metric))}
<figcaption>${metric.metric.title} ${cellText(metric)} (${certaintyText(metric)})</figcaption>
</figure>
`,
  )}</div>`;
}
