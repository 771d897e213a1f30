/** Puts the page of a study together: one file without addresses, which a strict policy of its own protects. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { answersMarkup } from "./answers.ts";
import { algorithmsOf, type Cell, cellsOf } from "./cells.ts";
import { availabilityChart } from "./charts/availability.ts";
import { mixChart } from "./charts/bars.ts";
import { type Chart, isChart, isOmission, type Omission } from "./charts/chart.ts";
import { latencyChart } from "./charts/latency.ts";
import { messagesChart } from "./charts/messages.ts";
import { recoveryChart } from "./charts/recovery.ts";
import { faultTrack, type Story, termTrack, throughputTrack } from "./charts/timeline.ts";
import { tradeoffChart } from "./charts/tradeoff.ts";
import { utilizationChart } from "./charts/utilization.ts";
import { diagramSections } from "./diagram/index.ts";
import { documentText } from "./document.ts";
import { chartSection, type Drawn, drawAll } from "./figures.ts";
import { headlineMarkup } from "./headline.ts";
import { html, json, type Markup, trusted } from "./markup.ts";
import { counted, listed } from "./numbers.ts";
import { type Look, lookMarkup, looksOf, paletteRules } from "./palette.ts";
import { provenanceMarkup } from "./provenance.ts";
import type { Section } from "./section.ts";
import type { Study } from "./study.ts";
import { storiesOf, timelineSection } from "./timeline.ts";
import { expectationsMarkup, verdictOf } from "./verdict.ts";

const own = (name: string): string => readFileSync(join(import.meta.dirname, name), "utf8");

export async function studyPage(study: Study): Promise<string> {
  const cells = cellsOf(study);
  const looks = looksOf(algorithmsOf(cells));
  const stories = storiesOf(study);
  const made = chartsOf(study, cells, looks);
  const charts = made.filter(isChart);
  const tracks = stories.length === 0 ? [] : tracksOf(stories, looks);
  const drawn = await drawAll([...tracks, ...charts]);
  const sections: Section[] = [
    {
      id: "results",
      title: "Results",
      html: html`${headlineMarkup(cells, looks)}${expectationsMarkup(study.manifest)}`.text,
    },
    ...(stories.length === 0 ? [] : [timelineSection(study, stories, drawn, looks)]),
    ...diagramSections(study),
    ...charts.map(chart => chartSection(chart, drawn.get(chart.id)!, looks)),
    leftOutSection(made.filter(isOmission), stories),
    { id: "run", title: "What was run", html: provenanceMarkup(study.manifest, study.name).text },
  ];
  const body = bodyMarkup(study, looks, stories, sections);
  const styles = [own("page.css"), paletteRules(looks), ...sections.flatMap(({ styles }) => styles ?? [])];
  const scripts = sections.flatMap(({ scripts }) => scripts ?? []);
  const live = drawn.size === 0 ? [] : [own("browser/vega.min.js"), own("browser/charts.js")];
  const data = drawn.size === 0 ? html`` : liveData(drawn, looks);
  return documentText({
    title: study.name,
    styles: styles.join("\n"),
    body: html`${body}${data}`,
    scripts: [own("browser/copy.js"), ...live, ...scripts],
  });
}

function chartsOf(study: Study, cells: readonly Cell[], looks: readonly Look[]): (Chart | Omission)[] {
  return [
    tradeoffChart(study, cells, looks),
    latencyChart(cells, looks),
    availabilityChart(cells, looks),
    recoveryChart(cells, looks),
    messagesChart(cells, looks),
    mixChart("count", cells, looks),
    mixChart("bytes", cells, looks),
    utilizationChart(cells, looks),
  ];
}

function tracksOf(stories: readonly Story[], looks: readonly Look[]) {
  const grown = stories.filter(({ series }) => series.epochs.some(([, , epoch]) => epoch > 0));
  const tracks = [faultTrack(stories), throughputTrack(stories, looks), termTrack(grown, looks)];
  return tracks.filter(({ panels }) => panels.length > 0);
}

/** What the script needs to draw the charts again: their specifications, their data, and how far axes reach. */
function liveData(drawn: ReadonlyMap<string, Drawn>, looks: readonly Look[]): Markup {
  const charts = [...drawn].map(([id, { track, drawing }]) => {
    const panels = track.panels.map(({ data, group = "", signals = {} }) => ({ data, group, signals }));
    return [id, { spec: drawing.spec, reach: track.reach, panels }];
  });
  const value = { names: looks.map(({ name }) => name), charts: Object.fromEntries(charts) };
  return html`<script type="application/json" id="charts">${json(value)}</script>`;
}

function bodyMarkup(
  study: Study,
  looks: readonly Look[],
  stories: readonly Story[],
  sections: readonly Section[],
): Markup {
  const { manifest } = study;
  const verdict = verdictOf(study);
  const sizes = [...new Set(study.runs.map(({ n }) => n))].sort((one, two) => one - two);
  const workloads = manifest.workloads.map(({ name }) => name);
  const title = `${listed(looks.map(({ name }) => name))} under ${listed(workloads)}`;
  const facts = [
    `n = ${sizes.join(", ")}`,
    counted(study.runs.length, "run"),
    counted(manifest.seeds.length, "seed"),
    manifest.started.slice(0, 10),
  ];
  const symbol = { bad: "✗", warn: "!", good: "✓", plain: "–" }[verdict.grade];
  const head = html`<p class="brand">consensus-bench</p><h1>${title}</h1><p>${facts.join(" · ")}</p>`;
  const line = html`<p class="line"><b aria-hidden="true">${symbol}</b> ${verdict.line}</p>`;
  return html`<header>${head}</header>
<main>
<section class="verdict ${verdict.grade}" aria-label="Verdict">${line}${verdict.details}</section>
${answersMarkup(study, stories)}
<nav aria-label="Contents">${sections.map(({ id, title }) => html`<a href="#${id}">${title}</a> `)}</nav>
${controlsMarkup(looks)}
${sections.map(sectionMarkup)}</main>`;
}

const sectionMarkup = ({ id, title, html: inner }: Section): Markup =>
  html`<section id="${id}"><h2>${title}</h2>${trusted(inner)}</section>
`;

/** Style alone makes them work: without scripts they hide as well, and only axes stay as they are. */
function controlsMarkup(looks: readonly Look[]): Markup {
  if (looks.length < 2) return html``;
  const boxes = looks.map(look => {
    const box = html`<input type="checkbox" id="show-a${look.index}" autocomplete="off" checked>`;
    return html`<label>${box}${lookMarkup(look)}${look.name}</label>`;
  });
  return html`<fieldset class="show"><legend>Show</legend>${boxes}</fieldset>`;
}

function leftOutSection(omissions: readonly Omission[], stories: readonly Story[]): Section {
  const items = [...omissions];
  if (stories.length === 0)
    items.unshift({ title: "What happened over time", because: "nothing struck and no term rose" });
  const list = items.map(({ title, because }) => html`<li>${title}: ${because}.</li>`);
  const markup =
    items.length === 0 ? html`<p>Nothing: every chart has something to show.</p>` : html`<ul>${list}</ul>`;
  return { id: "left-out", title: "Left out, since there is nothing to show", html: markup.text };
}
