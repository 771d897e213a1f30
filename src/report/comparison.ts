/** A comparison as one HTML file that needs nothing else: what was found, and both sides in every chart. */
import type { By } from "../compare/algorithms.ts";
import type { ComparedMetric, Comparison } from "../compare/compare.ts";
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
import { digits } from "../metrics/numbers.ts";
import { placeOf } from "./cells.ts";
import { chartsOf, tracksOf } from "./charts/all.ts";
import { isChart, isOmission } from "./charts/chart.ts";
import type { Scene } from "./charts/timeline.ts";
import { documentText } from "./document.ts";
import { chartSection, type Drawn, drawAll } from "./figures.ts";
import { growthText } from "./growth.ts";
import { html, type Markup, trusted } from "./markup.ts";
import type { Overlay } from "./overlay.ts";
import { areSided, paletteRules } from "./palette.ts";
import { contentsMarkup, controlsMarkup, liveCharts, own, sectionMarkup } from "./parts.ts";
import type { Section } from "./section.ts";
import { folded } from "./table.ts";
import { tracksMarkup } from "./timeline.ts";

const styles = `
:root { --base: light-dark(#666b73, #a2a8b1); --next: light-dark(#1d63b5, #74b3f7); }
.worse { color: var(--bad); font-weight: 600; } .better { color: var(--good); font-weight: 600; }
main > h2 { margin-top: 1.25rem; } td.wide { white-space: normal; min-width: 14rem; }
@media (max-width: 44rem) { th[scope="row"] { min-width: 9rem; white-space: normal; overflow-wrap: anywhere; } }
.plots { display: flex; flex-wrap: wrap; gap: 1rem; }
.plots figure { max-width: 220px; } .plots figcaption { font-weight: 400; color: var(--soft); }
.axis { fill: var(--soft); font-size: 11px; } .pair { stroke: var(--soft); stroke-opacity: 0.6; }
circle.base { fill: var(--base); } circle.next { fill: var(--next); }
`;

/** `by` is set where algorithms are compared: what one costs beside another is told in sentences. */
export async function comparisonPage(
  comparisons: readonly Comparison[],
  by: By | undefined,
  overlay: Overlay,
): Promise<string> {
  const { cells, looks, searches, scenes } = overlay;
  const made = chartsOf(searches, cells, looks);
  const charts = made.filter(isChart);
  const drawn = await drawAll([...tracksOf(scenes, looks), ...charts]);
  const sections = [
    ...scenesSection(scenes, drawn),
    ...charts.map(chart => chartSection(chart, drawn.get(chart.id)!, looks)),
    seedsSection(comparisons),
    ...leftOutSection(made.filter(isOmission)),
  ];
  const parts = comparisons.map(one => (by === undefined ? studiesPart(one) : algorithmsPart(one, by)));
  const { data, scripts, packed } = liveCharts(drawn, looks);
  const sides = areSided(looks)
    ? "In every drawing the new side looks as in a report, and the base is paler and dotted."
    : "In the charts each algorithm looks as in the report of the study.";
  const body = html`<main>${parts}
<p class="note">${sides}</p>
${contentsMarkup(sections)}
${controlsMarkup(looks)}
${sections.map(sectionMarkup)}</main>${data}`;
  return documentText({
    title: comparisons.map(({ base, next }) => `${next.label} against ${base.label}`).join("; "),
    styles: [own("page.css"), styles, paletteRules(looks)].join("\n"),
    body,
    scripts,
    packed,
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
<div class="scroll" tabindex="0" role="region" aria-label="All metrics">${matrix(tableOf(comparison))}</div>
<p class="note">${legend(comparison).join(" ")}</p>`;

const algorithmsPart = (comparison: Comparison, by: By): Markup => html`<h1>${comparison.next.label} beside
${comparison.base.label}</h1>
${comparison.rows.map(
  row => html`<h2>${headOf(row, by)}</h2>
<ul>${sentencesFor(row, by).map(
    sentence => html`<li>${sentence}</li>
`,
  )}</ul>`,
)}
${list("Left out", omissions(comparison))}
${list("Warnings", comparison.warnings)}
<p class="note">${intervalNote}</p>`;

const reading =
  "A seed of a row, the one with the most to tell. Shaded: a fault is under way. Each thin line is a node's term, " +
  "ballot or view; a thick one leads.";

function scenesSection(scenes: readonly Scene[], drawn: ReadonlyMap<string, Drawn>): Section[] {
  if (scenes.length === 0) return [];
  const markup = html`<p class="reading">${reading}</p>
${scenes.map(scene => sceneMarkup(scene, drawn))}`;
  return [{ id: "timeline", title: "What happened over time", html: markup.text }];
}

function sceneMarkup(scene: Scene, drawn: ReadonlyMap<string, Drawn>): Markup {
  const place = placeOf(scene[0].run);
  const grown = scene.filter(({ run }) => (run.epochs?.growth ?? 0) > 0);
  const texts = grown.map(story => html`<p>${story.side && `${story.side}: `}${growthText(story)}</p>`);
  return html`<article class="story"><h3>${place}</h3>${texts.length > 0 ? texts : html`<p>No term rose.</p>`}
${tracksMarkup(scene[0].run, place, drawn)}</article>
`;
}

const MOST_DOTS = 150;
/** What is drawn before what, where that is too much. */
const weight = { worse: 0, better: 1, inconclusive: 2, "no difference": 3 } as const;

/** Each change with the values of every seed. */
function seedsSection(comparisons: readonly Comparison[]): Section {
  const rows = comparisons.flatMap(({ rows }) => rows);
  const changed = rows.flatMap(({ metrics }) => metrics).filter(({ method }) => method !== "equal");
  const drawn = new Set(
    changed.toSorted((one, two) => weight[one.verdict] - weight[two.verdict]).slice(0, MOST_DOTS),
  );
  const left = changed.length - drawn.size;
  const more = left > 0 && ` Of ${changed.length} changes ${left} are left out here; --json has them all.`;
  const markup = html`<p class="reading">A line for each seed, from its value in the base to its value in the new
side. What is equal in every seed is not drawn.${more}</p>
${rows.map(
  row => html`<h3>${rowName(row)}</h3>
<p class="note">traces: ${samenessText(row.sameness)}</p>
${plotsOf(row.metrics.filter(metric => drawn.has(metric)))}`,
)}`;
  return { id: "seeds", title: "Seed by seed", html: markup.text };
}

function leftOutSection(
  omissions: readonly { readonly title: string; readonly because: string }[],
): Section[] {
  if (omissions.length === 0) return [];
  const items = omissions.map(({ title, because }) => html`<li>${title}: ${because}.</li>`);
  return [
    { id: "left-out", title: "Left out, since there is nothing to show", html: html`<ul>${items}</ul>`.text },
  ];
}

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

const effectText = ({ effect }: ComparedMetric): string =>
  effect === null ? "" : `, Hedges' g ${digits(effect)}`;

function plotsOf(metrics: readonly ComparedMetric[]): Markup {
  if (metrics.length === 0) return html``;
  const figures = metrics.map(
    metric => html`<figure>${trusted(pairedDots(metric))}
<figcaption>${metric.metric.title} ${cellText(metric)} (${certaintyText(metric)}${effectText(metric)})</figcaption>
</figure>
`,
  );
  return folded("Every seed", html`<div class="plots">${figures}</div>`);
}
