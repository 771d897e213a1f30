/** Puts the page of a study together: one file without addresses, which a strict policy of its own protects. */
import { counted, listed } from "../metrics/numbers.ts";
import { packedRuns, runsId } from "../results/in-page.ts";
import { answersMarkup } from "./answers.ts";
import { algorithmsOf, type Cell, cellsOf } from "./cells.ts";
import { chartsOf, tracksOf } from "./charts/all.ts";
import { type Chart, isChart, isOmission, type Omission } from "./charts/chart.ts";
import type { Scene, Story } from "./charts/timeline.ts";
import { type Carried, carried, withoutLast } from "./diagram/embed.ts";
import { diagramSections, slowestMarkup } from "./diagram/index.ts";
import { documentText } from "./document.ts";
import { chartSection, type Drawn, drawAll } from "./figures.ts";
import { headlineMarkup } from "./headline.ts";
import { html, type Markup } from "./markup.ts";
import { type Look, looksOf, paletteRules } from "./palette.ts";
import { contentsMarkup, controlsMarkup, liveCharts, own, sectionMarkup } from "./parts.ts";
import { provenanceMarkup } from "./provenance.ts";
import type { Section } from "./section.ts";
import { standingSection } from "./standing.ts";
import type { Study } from "./study.ts";
import { storiesOf, timelineSection } from "./timeline.ts";
import { expectationsMarkup, verdictOf } from "./verdict.ts";

const MOST_BYTES = 1_950_000; // of the page: who is sent one by mail should get it

/** What takes long to make, and is the same whatever else the page has room for. */
interface Drawings {
  readonly cells: readonly Cell[];
  readonly looks: readonly Look[];
  readonly stories: readonly Story[];
  readonly made: readonly (Chart | Omission)[];
  readonly drawn: ReadonlyMap<string, Drawn>;
}

/** Of the runs that are shown message by message as many as there is room for. */
export async function studyPage(study: Study): Promise<string> {
  const drawings = await drawingsOf(study);
  for (let kept = carried(study); ; kept = withoutLast(kept)) {
    const text = pageText(study, drawings, kept);
    if (Buffer.byteLength(text) <= MOST_BYTES || kept.runs.length === 0) return text;
  }
}

async function drawingsOf(study: Study): Promise<Drawings> {
  const cells = cellsOf(study);
  const looks = looksOf(algorithmsOf(cells));
  const stories = storiesOf(study);
  const made = chartsOf(() => study.manifest.saturation, cells, looks);
  const scenes = stories.map((story): Scene => [story]);
  const drawn = await drawAll([...tracksOf(scenes, looks), ...made.filter(isChart)]);
  return { cells, looks, stories, made, drawn };
}

function pageText(study: Study, { cells, looks, stories, made, drawn }: Drawings, kept: Carried): string {
  const numbers = packedRuns(study.manifest, study.runs);
  const sections: Section[] = [
    {
      id: "results",
      title: "Results",
      html: html`${headlineMarkup(cells, looks)}${expectationsMarkup(study.manifest)}`.text,
    },
    ...(stories.length === 0 ? [] : [timelineSection(study, stories, drawn, looks)]),
    ...diagramSections(study, kept),
    ...made.filter(isChart).map(chart => {
      const links = chart.id === "latency" ? slowestMarkup(kept) : html``;
      return chartSection(chart, drawn.get(chart.id)!, looks, links);
    }),
    ...standingSection(cells),
    leftOutSection([...untold(stories), ...unkept(study, kept), ...made.filter(isOmission)]),
    { id: "run", title: "What was run", html: provenanceMarkup(study, numbers !== undefined).text },
  ];
  const traced = new Set(kept.runs.map(({ line }) => line.key));
  const body = bodyMarkup(study, looks, stories, sections, traced);
  const styles = [own("page.css"), paletteRules(looks), ...sections.flatMap(({ styles }) => styles ?? [])];
  const scripts = sections.flatMap(({ scripts }) => scripts ?? []);
  const { data, scripts: live, packed } = liveCharts(drawn, looks);
  return documentText({
    title: study.name,
    styles: styles.join("\n"),
    body: html`${body}${data}${numbers !== undefined && runsMarkup(numbers)}`,
    scripts: [own("browser/copy.js"), ...live, ...scripts],
    packed,
  });
}

/** For `npm run compare`, where the page is all that one has. */
const runsMarkup = (
  numbers: string,
): Markup => html`<script type="text/plain" id="${runsId}">${numbers}</script>
`;

function bodyMarkup(
  study: Study,
  looks: readonly Look[],
  stories: readonly Story[],
  sections: readonly Section[],
  drawn: ReadonlySet<string>,
): Markup {
  const { manifest } = study;
  const verdict = verdictOf(study, drawn);
  // Where nothing has run yet, what was planned.
  const shown = study.runs.length > 0 ? study.runs : manifest.cells;
  const sizes = [...new Set(shown.map(({ n }) => n))].sort((one, two) => one - two);
  const workloads = manifest.workloads.map(({ name }) => name);
  const algorithms = [...new Set(shown.map(({ algo }) => algo))];
  const title = `${listed(algorithms)} under ${listed(workloads)}`;
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
${contentsMarkup(sections)}
${controlsMarkup(looks)}
${sections.map(sectionMarkup)}</main>`;
}

const untold = (stories: readonly Story[]): Omission[] =>
  stories.length > 0
    ? []
    : [{ title: "What happened over time", because: "nothing struck and no term rose" }];

/** The page is made of files alone: what is not in them, another command has to bring. */
function unkept({ word, runs }: Study, { runs: shown, unreadable }: Carried): Omission[] {
  if (shown.length + unreadable.length > 0 || runs.length === 0) return [];
  const how = `npm run bench -- --resume ${word} keeps some and writes this page anew`;
  return [{ title: "Messages, moment by moment", because: `no run was kept with its messages; ${how}` }];
}

function leftOutSection(omissions: readonly Omission[]): Section {
  const list = omissions.map(({ title, because }) => html`<li>${title}: ${because}.</li>`);
  const markup =
    list.length === 0 ? html`<p>Nothing: every chart has something to show.</p>` : html`<ul>${list}</ul>`;
  return { id: "left-out", title: "Left out, since there is nothing to show", html: markup.text };
}
