/** The part of the page that shows single runs over time. */

import { digits, moment, short, span, whole } from "../metrics/numbers.ts";
import type { RunLine } from "../results/schema.ts";
import { placeOf } from "./cells.ts";
import { type Story, storyOf } from "./charts/timeline.ts";
import { diagramAnchor } from "./diagram/index.ts";
import { type Drawn, drawingMarkup } from "./figures.ts";
import { growthText } from "./growth.ts";
import { html, type Markup } from "./markup.ts";
import { type Look, lookMarkup } from "./palette.ts";
import type { Section } from "./section.ts";
import type { Study } from "./study.ts";
import { folded, sameNumbers, scrolling, tableOf } from "./table.ts";
import { eventfulRows } from "./telling.ts";

/** What there is to tell of single runs. */
export const storiesOf = ({ told, series }: Study): Story[] =>
  told.map(run => storyOf(run, series.get(run.key)!));

const reading =
  "One run of a row, that of which messages were kept or else the one with the most to tell. Shaded: a fault is " +
  "under way. Each thin line is a node's term, " +
  "ballot or view; a thick one leads. A term that climbs without a leader is a node that campaigns in vain.";

export function timelineSection(
  study: Study,
  stories: readonly Story[],
  drawn: ReadonlyMap<string, Drawn>,
  looks: readonly Look[],
): Section {
  const all = eventfulRows(study.runs);
  const some = ` Of ${all} rows with something to tell, ${stories.length} are here.`;
  const markup = html`<p class="reading">${reading}${all > stories.length && some}</p>
${stories.map(story => storyMarkup(story, study, drawn, looks))}`;
  return { id: "timeline", title: "What happened over time", html: markup.text };
}

function storyMarkup(
  story: Story,
  { traces }: Study,
  drawn: ReadonlyMap<string, Drawn>,
  looks: readonly Look[],
): Markup {
  const { run } = story;
  const look = looks.find(({ name }) => name === run.algo)!;
  const place = placeOf(run);
  const grew = (run.epochs?.growth ?? 0) > 0 ? growthText(story) : "No term rose.";
  const link = traces.has(run.key) && html` <a href="#${diagramAnchor(run.key)}">Its messages</a>`;
  return html`<article class="story a${look.index}"><h3>${lookMarkup(look)}${place}</h3><p>${grew}${link}</p>
${tracksMarkup(run, place, drawn)}
${folded(sameNumbers, scrolling(`Numbers of ${place}`, html`${faultTable(story)}${nodeTable(story)}`))}</article>
`;
}

/** What struck, what clients got and what terms did, on one axis. */
export function tracksMarkup({ key }: RunLine, place: string, drawn: ReadonlyMap<string, Drawn>): Markup {
  const drawings = ["faults", "throughput", "terms"].map(id => trackMarkup(key, drawn.get(id)));
  return html`<div class="wide">${scrolling(`${place}, over time`, html`${drawings}`)}</div>`;
}

function trackMarkup(key: string, drawn: Drawn | undefined): Markup | undefined {
  if (drawn === undefined) return undefined;
  const { track, drawing } = drawn;
  const index = track.panels.findIndex(panel => panel.run === key);
  return index < 0 ? undefined : drawingMarkup(track.id, track.panels[index]!, index, drawing);
}

const faultColumns = [
  { title: "fault" },
  { title: "from", isNumber: true },
  { title: "to", isNumber: true },
  { title: "clients served as before after", isNumber: true },
  { title: "answers a second meanwhile", isNumber: true },
];

function faultTable(story: Story): Markup | undefined {
  const { run, spans } = story;
  if (spans.length === 0) return undefined;
  const recoveries = run.availability?.recoveries ?? [];
  const recovered = new Map(recoveries.map(one => [`${one.at_us} ${one.fault}`, one.recovered_us]));
  const rows = spans.map(({ what, startUs, endUs }) => {
    const after = recovered.get(`${startUs} ${what}`);
    const text = after === undefined ? "-" : after === null ? "never" : span(after);
    return { cells: [what, moment(startUs), moment(endUs), text, rateIn(story, startUs, endUs)] };
  });
  return tableOf(faultColumns, rows);
}

const nodeColumns = [
  { title: "node" },
  { title: "term at the start", isNumber: true },
  { title: "at the end", isNumber: true },
  { title: "growth", isNumber: true },
  { title: "a second", isNumber: true },
];

function nodeTable({ run }: Story): Markup {
  const rows = (run.epochs?.nodes ?? []).map(({ node, start, end, growth, growth_s }) => {
    const rate = growth_s === null ? "-" : digits(growth_s);
    return { cells: [`n${node}`, whole(start), whole(end), whole(growth), rate] };
  });
  return tableOf(nodeColumns, rows);
}

/** From whole windows inside the span. */
function rateIn({ series }: Story, startUs: number, endUs: number): string {
  const { width_us, start_us, ok } = series.windows;
  const inside = ok.filter((_, index) => {
    const from = start_us + index * width_us;
    return from >= startUs && from + width_us <= endUs;
  });
  if (inside.length === 0) return "-";
  return short((inside.reduce((sum, count) => sum + count, 0) * 1e6) / (inside.length * width_us));
}
