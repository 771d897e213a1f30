/** A run as the page shows it without scripts: the most telling stretch as a drawing, and as a table. */
import { html, type Markup, trusted } from "../markup.ts";
import { arrowTitle, markTitle } from "./arrows.ts";
import { type Axis, axisOf } from "./axis.ts";
import type { Embedded } from "./embed.ts";
import type { View } from "./frame.ts";
import type { Model } from "./model.ts";
import { momentsOf, viewOf } from "./moments.ts";
import { drawOverview } from "./overview.ts";
import { allShown, drawScene } from "./scene.ts";
import { momentText, placeName } from "./text.ts";

const WIDTH = 1100;
const MOST_LINES = 150;

export function stillMarkup({ model, run }: Embedded, place: number): Markup {
  const axis = axisOf([model], "even");
  const moment = momentsOf(model, run.wrong)[0] ?? { name: "the run", fromNs: 0, toNs: model.header.end_ns };
  const view = viewOf(axis, moment, WIDTH);
  const [fromNs, toNs] = [axis.back(view.fromU), axis.back(view.toU)];
  const overview = drawOverview({ model, width: WIDTH, fromNs, toNs, cursorNs: undefined });
  const scene = drawScene({
    ...allShown,
    id: `s${place}`,
    model,
    axis,
    view,
    width: WIDTH,
    cursorNs: undefined,
  });
  return html`<figure class="d-still"><figcaption>${run.title}: ${moment.name}</figcaption>
<div class="d-wide">${trusted(overview)}${trusted(scene)}</div>
<details><summary>These events as a table</summary>${tableMarkup(model, axis, view)}</details>
<p class="note">Again: ${run.again.map(command => html`<code>${command}</code> `)}</p></figure>`;
}

interface Line {
  readonly ns: number;
  readonly where: string;
  readonly what: string;
}

function tableMarkup(model: Model, axis: Axis, view: View): Markup {
  const [fromNs, toNs] = [axis.back(view.fromU), axis.back(view.toU)];
  const all = linesOf(model).filter(({ ns }) => ns >= fromNs && ns <= toNs);
  const lines = all.slice(0, MOST_LINES);
  const rows = lines.map(
    ({ ns, where, what }) =>
      html`<tr><td class="number">${momentText(ns)}</td><td>${where}</td><td>${what}</td></tr>`,
  );
  const left = all.length - lines.length;
  const more = left > 0 ? html`<p class="note">${left} more events of this stretch are not listed.</p>` : "";
  return html`<div class="scroll"><table><thead><tr><th>Time</th><th>Where</th><th>What</th></tr></thead>
<tbody>${rows}</tbody></table></div>${more}`;
}

/** Of replicas; clients would bury them. */
function linesOf({ arrows, marks, faults }: Model): Line[] {
  const told = marks.filter(({ kind }) => kind !== "disk" && kind !== "commit");
  const lines = [
    ...faults.map(({ ns, what }) => ({ ns, where: "fault", what })),
    ...told.map(mark => ({
      ns: mark.ns,
      where: placeName(mark.node),
      what: markTitle(mark).replace(/, at [\d.]+ ms$/, ""),
    })),
    ...arrows
      .filter(({ cause }) => cause !== "client")
      .map(arrow => ({
        ns: arrow.departs,
        where: `${placeName(arrow.from)} → ${placeName(arrow.to)}`,
        what: arrowTitle(arrow)
          .replace(/: .* ms, /, ", ")
          .replace("\n", ": "),
      })),
  ];
  return lines.sort((left, right) => left.ns - right.ns);
}
