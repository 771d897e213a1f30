/** What the page shows of single runs: who said what to whom, moment by moment. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { html, json, type Markup, trusted } from "../markup.ts";
import type { Section } from "../section.ts";
import type { Study } from "../study.ts";
import { type Carried, carried, diagramAnchor, titleOf } from "./embed.ts";
import { historySections } from "./failures.ts";
import { legendMarkup } from "./legend.ts";
import { stillMarkup } from "./still.ts";

export { diagramAnchor };

const MOST_STILLS = 4;
const MOST_NAMED = 8;

const own = (name: string): string => readFileSync(join(import.meta.dirname, name), "utf8");

/** Empty where no trace was kept and nothing is to be explained. */
export function diagramSections(study: Study): Section[] {
  const sections = [...historySections(study), ...messagesSection(study)];
  return sections.map((section, place) =>
    place === 0 ? { ...section, styles: own("diagram.css") } : section,
  );
}

function messagesSection(study: Study): Section[] {
  const found = carried(study);
  if (found.runs.length === 0 && found.unreadable.length === 0) return [];
  return [
    {
      id: "messages",
      title: "Messages, moment by moment",
      html: diagramMarkup(found, study).text,
      scripts: [own("browser/diagram.min.js")],
    },
  ];
}

function diagramMarkup(found: Carried, study: Study): Markup {
  const { runs } = found;
  const anchors = runs.map(({ run }) => html`<span id="${diagramAnchor(run.key)}"></span>`);
  const stills = runs.slice(0, MOST_STILLS).map(stillMarkup);
  const data = json(runs.map(({ run }) => run));
  return html`<div class="d d-root">${anchors}
<p class="reading">One run of each row was performed again with every message written down. Time goes from left to
right; each line is a node, and an arrow a message from when it leaves to when it arrives.</p>
${legendMarkup(runs.map(({ model }) => model))}
${stills}
${runs.length > 0 && trusted(own("live.html"))}
${leftOutMarkup(found, study)}
<script type="application/json" id="diagram-runs">${data}</script></div>`;
}

function leftOutMarkup({ runs, leftOut, unreadable }: Carried, { runs: all }: Study): Markup | undefined {
  const several = new Set(all.map(({ workload }) => workload)).size > 1;
  const cells = new Set(
    all.map(({ algo, n, workload, point }) => JSON.stringify([algo, n, workload, point])),
  );
  const missing = cells.size - runs.length - leftOut.length - unreadable.length;
  const named = leftOut.slice(0, MOST_NAMED).map(line => titleOf(line, several));
  if (leftOut.length > MOST_NAMED) named.push(`${leftOut.length - MOST_NAMED} more`);
  const notes = [
    ...(leftOut.length > 0 ? [`Not in this page, but kept beside the results: ${named.join("; ")}.`] : []),
    ...unreadable,
    ...(missing > 0 ? [`Of ${missing} more rows nothing was kept; npm run replay shows any run.`] : []),
  ];
  return notes.length === 0 ? undefined : html`<p class="note">${notes.join(" ")}</p>`;
}
