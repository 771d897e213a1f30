/** Charts as parts of the page: words, drawings, and the same numbers as a table. */
import { type Chart, type Drawing, draw, type Panel, type Table, type Track } from "./charts/chart.ts";
import { html, type Markup, trusted } from "./markup.ts";
import { type Look, lookMarkup } from "./palette.ts";
import type { Section } from "./section.ts";
import { folded, sameNumbers, scrolling, tableOf } from "./table.ts";

/** A chart with its drawings, ready for the page and, as data, for the script that brings it to life. */
export interface Drawn {
  readonly track: Track;
  readonly drawing: Drawing;
}

export async function drawAll(tracks: readonly Track[]): Promise<Map<string, Drawn>> {
  const drawn = new Map<string, Drawn>();
  for (const track of tracks) drawn.set(track.id, { track, drawing: await draw(track) });
  return drawn;
}

/** `more`: what else belongs below the drawings. */
export function chartSection(
  chart: Chart,
  { drawing }: Drawn,
  looks: readonly Look[],
  more: Markup = html``,
): Section {
  const { id, title, reading, panels, notes, table } = chart;
  const figures = panels.map((panel, index) => panelMarkup(id, panel, index, drawing, looks));
  const numbers = scrolling(title, numbersOf(table, looks));
  const markup = html`<p class="reading">${reading}</p>${legendMarkup(looks, panels)}
<div class="panels">
${figures}</div>
${more}${notes.map(note => html`<p class="note">${note}</p>`)}${folded(sameNumbers, numbers)}`;
  return { id, title, html: markup.text };
}

function panelMarkup(
  id: string,
  panel: Panel,
  index: number,
  drawing: Drawing,
  looks: readonly Look[],
): Markup {
  const own = looks.find(({ name }) => name === panel.algo);
  const kind = own === undefined ? "panel" : `panel a${own.index}`;
  const caption = panel.title !== "" && html`<figcaption>${panel.title}</figcaption>`;
  return html`<figure class="${kind}">${caption}${drawingMarkup(id, panel, index, drawing)}</figure>
`;
}

export function drawingMarkup(id: string, { about }: Panel, index: number, { svgs }: Drawing): Markup {
  const place = html`data-chart="${id}" data-panel="${index}"`;
  return html`<div class="drawing" role="img" aria-label="${about}" ${place}>${trusted(svgs[index]!)}</div>`;
}

/** Only those that the chart draws. */
function legendMarkup(looks: readonly Look[], panels: readonly Panel[]): Markup {
  const rows = panels.flatMap(({ data }) => Object.values(data).flat());
  const names = new Set(rows.map(({ a }) => a));
  const items = looks
    .filter(({ name }) => names.has(name))
    .map(look => html`<li class="a${look.index}">${lookMarkup(look)}${look.name}</li>`);
  return items.length < 2 ? html`` : html`<ul class="legend">${items}</ul>`;
}

function numbersOf({ head, rows }: Table, looks: readonly Look[]): Markup {
  const columns = head.map((title, column) => {
    return { title, isNumber: rows.every(({ cells }) => /^[-\d<]/.test(String(cells[column]))) };
  });
  const classOf = (algo: string) => `a${looks.findIndex(({ name }) => name === algo)}`;
  return tableOf(
    columns,
    rows.map(({ algo, cells }) => ({ cells, kind: classOf(algo) })),
  );
}
