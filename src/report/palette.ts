/** Colour, dash and shape of each algorithm: the same in every chart, and for those of the house in every report. */

import { type Side, sided } from "./cells.ts";
import { html, type Markup } from "./markup.ts";

export interface Look {
  readonly name: string;
  readonly side?: Side;
  readonly index: number; // in the page: the algorithm's class is a0, a1 …
  readonly color: string; // a variable of the page's style, so that charts follow light and dark
  readonly light: string;
  readonly dark: string;
  readonly dash: readonly number[];
  readonly shape: string;
}

type Style = Pick<Look, "light" | "dark" | "dash" | "shape">;

const known: Readonly<Record<string, Style>> = {
  raft: { light: "#1d63b5", dark: "#74b3f7", dash: [1, 0], shape: "circle" },
  "multi-paxos": { light: "#1b7a43", dark: "#63c988", dash: [8, 3], shape: "square" },
  pbft: { light: "#b3312b", dark: "#f58d80", dash: [5, 2], shape: "triangle-up" },
  paxos: { light: "#0b7a83", dark: "#55c4cd", dash: [10, 2, 2, 2], shape: "triangle-down" },
  "primary-backup": { light: "#a05a00", dark: "#e8a84e", dash: [6, 2, 1, 2], shape: "diamond" },
  unreplicated: { light: "#666b73", dark: "#a2a8b1", dash: [2, 2], shape: "cross" },
};

const others: readonly Style[] = [
  { light: "#7440b0", dark: "#c39cf5", dash: [4, 2], shape: "triangle-right" },
  { light: "#ae2f78", dark: "#f391c7", dash: [9, 2, 4, 2], shape: "triangle-left" },
  { light: "#6b6b00", dark: "#c9c858", dash: [3, 1], shape: "circle" },
  { light: "#2c4a8f", dark: "#9fb4ef", dash: [12, 3], shape: "square" },
  { light: "#7d4b3a", dark: "#d6a48f", dash: [7, 2, 1, 2, 1, 2], shape: "diamond" },
  { light: "#3d5c12", dark: "#a7c76f", dash: [2, 4], shape: "triangle-up" },
];

/** Beyond the last of the others they begin again; colours then repeat, names never do. */
export function looksOf(names: readonly string[]): Look[] {
  let strangers = 0;
  return names.map((name, index) => {
    const style = Object.hasOwn(known, name) ? known[name]! : others[strangers++ % others.length]!;
    return { name, index, color: `var(--a${index})`, ...style };
  });
}

const DOTS: readonly number[] = [1.5, 3];

/** In a comparison the new side looks as in every report; the base is lighter, and dotted. */
export function looksOfSides(names: readonly string[]): Look[] {
  return looksOf(names).flatMap((look, place) => {
    const paler = (color: string) => `color-mix(in srgb,${color} 58%,var(--paper))`;
    const base = { ...look, light: paler(look.light), dark: paler(look.dark), dash: DOTS };
    return [sideOf(base, "base", 2 * place), sideOf(look, "new", 2 * place + 1)];
  });
}

const sideOf = (look: Look, side: Side, index: number): Look => {
  return { ...look, name: sided(look.name, side), side, index, color: `var(--a${index})` };
};

/** Whether two sides share a drawing: what they have in common is drawn at one place then, a little apart. */
export const areSided = (looks: readonly Look[]): boolean => looks.some(({ side }) => side !== undefined);

/** The variables of the page's style. Unchecking an algorithm sets its own to transparent, in every chart at once. */
export function paletteRules(looks: readonly Look[]): string {
  const variables = (pick: (look: Look) => string) =>
    looks.map(look => `--a${look.index}:${pick(look)}`).join(";");
  const hidden = looks.map(
    ({ index }) =>
      `body:has(#show-a${index}:not(:checked)){--a${index}:transparent}` +
      `body:has(#show-a${index}:not(:checked)) .a${index}{display:none}`,
  );
  return [
    `:root{${variables(({ light }) => light)}}`,
    `@media screen and (prefers-color-scheme:dark){:root{${variables(({ dark }) => dark)}}}`,
    ...hidden,
  ].join("\n");
}

const outlines: Readonly<Record<string, string>> = {
  circle: "M17 7a4 4 0 1 1-8 0a4 4 0 1 1 8 0",
  square: "M9.5 3.5h7v7h-7z",
  diamond: "M13 2.5l4.5 4.5l-4.5 4.5l-4.5-4.5z",
  cross: "M11.5 3h3v2.5h2.5v3h-2.5v2.5h-3v-2.5h-2.5v-3h2.5z",
  "triangle-up": "M13 2.5l4.5 8h-9z",
  "triangle-down": "M13 11.5l4.5-8h-9z",
  "triangle-right": "M9 2.5l8.5 4.5l-8.5 4.5z",
  "triangle-left": "M17 2.5l-8.5 4.5l8.5 4.5z",
};

/** A stroke as the charts have it. */
export function lookMarkup({ color, dash, shape }: Look): Markup {
  const line = html`<path d="M0 7h26" stroke="${color}" stroke-width="2" stroke-dasharray="${dash.join(" ")}"/>`;
  const symbol = html`<path d="${outlines[shape]!}" fill="${color}"/>`;
  const size = html`width="26" height="14" viewBox="0 0 26 14"`;
  return html`<svg class="look" ${size} aria-hidden="true">${line}${symbol}</svg>`;
}
