/** What the page shows of single runs: who said what to whom, moment by moment. */
import { html, json, type Markup, trusted } from "../markup.ts";
import { own } from "../parts.ts";
import type { Section } from "../section.ts";
import type { Study } from "../study.ts";
import { type Carried, diagramAnchor, slowestAnchor, titleOf } from "./embed.ts";
import { historySections } from "./failures.ts";
import { legendMarkup } from "./legend.ts";
import { slowestOf } from "./slowest.ts";
import { stillMarkup } from "./still.ts";
import { durationText } from "./text.ts";

export { diagramAnchor };

const MOST_STILLS = 4;
const MOST_NAMED = 8;

/** Empty where no trace was kept and nothing is to be explained. */
export function diagramSections(study: Study, found: Carried): Section[] {
  const sections = [...historySections(study), ...messagesSection(study, found)];
  return sections.map((section, place) =>
    place === 0 ? { ...section, styles: own("diagram/diagram.css") } : section,
  );
}

/** From the tail of the latencies to what the operation waited for. */
export function slowestMarkup({ runs }: Carried): Markup {
  const links = runs.flatMap(({ line, run, model }) => {
    const { call_ns, return_ns } = slowestOf(model) ?? { call_ns: 0, return_ns: null };
    if (return_ns === null) return [];
    const look = html`<a href="#${slowestAnchor(line.key)}">${durationText(return_ns - call_ns)}</a>`;
    return [html`<li>${run.title}: ${look}</li>`];
  });
  if (links.length === 0) return html``;
  return html`<p class="note">The slowest operation of each run that was kept, and what it waited for:</p>
<ul class="slowest">${links}</ul>`;
}

function messagesSection(study: Study, found: Carried): Section[] {
  if (found.runs.length === 0 && found.unreadable.length === 0) return [];
  return [
    {
      id: "messages",
      title: "Messages, moment by moment",
      html: diagramMarkup(found, study).text,
      scripts: [own("diagram/browser/diagram.min.js")],
    },
  ];
}

function diagramMarkup(found: Carried, study: Study): Markup {
  const { runs } = found;
  const anchors = runs.map(
    ({ run }) =>
      html`<span id="${diagramAnchor(run.key)}"></span><span id="${slowestAnchor(run.key)}"></span>`,
  );
  const stills = runs.slice(0, MOST_STILLS).map(stillMarkup);
  const data = json(runs.map(({ run }) => run));
  return html`<div class="d d-root">${anchors}
<p class="reading">One run of each row was performed again with every message written down. Time goes from left to
right; each line is a node, and an arrow a message from when it leaves to when it arrives.</p>
${legendMarkup(runs.map(({ model }) => model))}
${stills}
${runs.length > 0 && trusted(own("diagram/live.html"))}
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
