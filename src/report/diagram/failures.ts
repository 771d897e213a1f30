/** The section on what clients saw and nothing explains. */
import type { Contradiction } from "../../results/contradiction.ts";
import { rowOf } from "../../results/row.ts";
import type { RunLine } from "../../results/schema.ts";
import { html, type Markup, trusted } from "../markup.ts";
import type { Section } from "../section.ts";
import type { Study } from "../study.ts";
import { diagramAnchor, titleOf } from "./embed.ts";
import { type Annotation, drawHistory } from "./history.ts";
import { momentText } from "./text.ts";

const MOST = 4;
const MOST_NOTES = 12;

interface Failure {
  readonly line: RunLine;
  readonly contradiction: Contradiction;
}

export function historySections(study: Study): Section[] {
  const failures = study.runs.flatMap(line =>
    (line.checks.violations ?? []).flatMap(({ contradiction }) =>
      contradiction === null ? [] : [{ line, contradiction }],
    ),
  );
  if (failures.length === 0) return [];
  // Another seed of a row tells the same once more.
  const rows = [...Map.groupBy(failures, ({ line }) => rowOf(line)).values()];
  const shown = rows.map(row => row.find(({ line }) => study.traces.has(line.key)) ?? row[0]!).slice(0, MOST);
  const more = new Set(failures.map(({ line }) => line)).size - shown.length;
  const also =
    more === 1
      ? "One more run is not linearizable either."
      : `${more} more runs are not linearizable either.`;
  const note = more > 0 && html`<p class="note">${also}</p>`;
  return [
    {
      id: "histories",
      title: "What clients saw, and nothing explains",
      html: html`<div class="d">${shown.map(failure => figure(failure, study))}${note}</div>`.text,
    },
  ];
}

function figure({ line, contradiction }: Failure, study: Study): Markup {
  const { key, operations, left_out } = contradiction;
  const several = new Set(study.runs.map(({ workload }) => workload)).size > 1;
  const traced = study.traces.has(line.key);
  const others = left_out === 0 ? "" : `; the other ${left_out} on this key are left out`;
  return html`<figure><figcaption>${titleOf(line, several)}: key k${key}</figcaption>
<p>${operations.length} operations that no order explains${others}. A bar reaches from call to return; numbers and the
line are the longest order that explains the answers; ✗ is the one that has no place after it.</p>
<div class="d-wide">${trusted(drawHistory(contradiction, annotationsOf(line, contradiction, study)))}</div>
${conclusion(contradiction)}
<p class="note">${traced && html`<a href="#${diagramAnchor(line.key)}">What the replicas did meanwhile</a>. `}Again:
<code>${line.rerun}</code></p></figure>`;
}

function conclusion({ operations, order, holds, stuck, start, unwritten, failed }: Contradiction): Markup {
  const named = (place: number) => `${operations[place]!.says} of c${operations[place]!.client}`;
  const steps = order.map(place => html`<li>${named(place)}</li>`);
  const held = (value: string | null) => (value === null ? "nothing" : JSON.stringify(value));
  const suspects = failed.map(({ says, client }) => `; reported to have failed: ${says} of c${client}`);
  const why = unwritten
    ? "nothing that may have taken effect by then wrote what it saw"
    : `the key then holds ${held(holds)}`;
  return html`<p>Before: the key holds ${held(start)}.</p>${steps.length > 0 && html`<ol>${steps}</ol>`}
<p class="bad">✗ ${named(stuck)} has no place: ${why}${suspects}.</p>`;
}

/** Faults and new leaders from the first call to the last return, and what had begun before. */
function annotationsOf({ key }: RunLine, { operations }: Contradiction, study: Study): Annotation[] {
  const series = study.series.get(key);
  if (series === undefined) return [];
  const from = Math.min(...operations.map(({ call_ns }) => call_ns));
  const to = Math.max(...operations.map(({ call_ns, return_ns }) => return_ns ?? call_ns));
  const faults = series.faults.map(([us, what]) => ({ ns: us * 1e3, says: what }));
  const leaders = series.leaders
    .filter(([, , , begins]) => begins === 1)
    .map(([us, node, epoch]) => ({ ns: us * 1e3, says: `n${node} leads ${epoch}` }));
  const lasting = faults.filter(({ ns, says }) => ns < from && isOpen(faults, ns, says, from));
  const during = [...faults, ...leaders].filter(({ ns }) => ns >= from && ns <= to);
  return [...lasting, ...during]
    .sort((left, right) => left.ns - right.ns)
    .slice(0, MOST_NOTES)
    .map(({ ns, says }) => ({
      ns: Math.max(ns, from),
      says: `${says} (${ns < from ? "since " : ""}${momentText(ns)})`,
    }));
}

const isOpen = (faults: readonly Annotation[], begun: number, what: string, at: number): boolean =>
  !/^(end of|heal)\b/.test(what) &&
  !faults.some(
    ({ ns, says }) => ns > begun && ns <= at && (says.startsWith(`end of ${what}`) || says === "heal all"),
  );
