/** What pages with charts have in common: their sections, the boxes that hide algorithms, and what draws again. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Packed } from "./document.ts";
import type { Drawn } from "./figures.ts";
import { html, json, type Markup, trusted } from "./markup.ts";
import { type Look, lookMarkup } from "./palette.ts";
import type { Section } from "./section.ts";

export const own = (name: string): string => readFileSync(join(import.meta.dirname, name), "utf8");

export const contentsMarkup = (sections: readonly Section[]): Markup =>
  html`<nav aria-label="Contents">${sections.map(({ id, title }) => html`<a href="#${id}">${title}</a> `)}</nav>`;

export const sectionMarkup = ({ id, title, html: inner }: Section): Markup =>
  html`<section id="${id}"><h2>${title}</h2>${trusted(inner)}</section>
`;

/** Style alone makes them work: without scripts they hide as well, and only axes stay as they are. */
export function controlsMarkup(looks: readonly Look[]): Markup {
  if (looks.length < 2) return html``;
  const boxes = looks.map(look => {
    const box = html`<input type="checkbox" id="show-a${look.index}" autocomplete="off" checked>`;
    return html`<label>${box}${lookMarkup(look)}${look.name}</label>`;
  });
  return html`<fieldset class="show"><legend>Show</legend>${boxes}</fieldset>`;
}

interface Live {
  readonly data: Markup;
  readonly scripts: readonly string[];
  readonly packed: Packed | undefined;
}

/** What the script needs to draw the charts again: their specifications, their data, and how far axes reach. */
export function liveCharts(drawn: ReadonlyMap<string, Drawn>, looks: readonly Look[]): Live {
  if (drawn.size === 0) return { data: html``, scripts: [], packed: undefined };
  const charts = [...drawn].map(([id, { track, drawing }]) => {
    const panels = track.panels.map(({ data, group = "", signals = {} }) => ({ data, group, signals }));
    return [id, { spec: drawing.spec, reach: track.reach, panels }];
  });
  const value = { names: looks.map(({ name }) => name), charts: Object.fromEntries(charts) };
  const data = html`<script type="application/json" id="charts">${json(value)}</script>`;
  const packed = { id: "vega", script: own("browser/vega.min.js") };
  return { data, scripts: [own("browser/charts.js")], packed };
}
