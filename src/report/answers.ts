/** The first questions of a reader, answered in sentences made of this study's numbers. */

import { counted, listed, span } from "../metrics/numbers.ts";
import type { Estimate } from "../metrics/statistics.ts";
import type { RunLine } from "../results/schema.ts";
import { type Cell, cellsOf, namesOf, over, pointText } from "./cells.ts";
import { spanOf } from "./charts/availability.ts";
import type { Story } from "./charts/timeline.ts";
import { commandMarkup } from "./command.ts";
import { fastest } from "./fastest.ts";
import { growthText } from "./growth.ts";
import { html, type Markup } from "./markup.ts";
import type { Study } from "./study.ts";
import { isUnsafe } from "./telling.ts";

const MOST_RISES = 3;

interface Answer {
  readonly question: string;
  readonly answer: Markup;
}

export function answersMarkup(study: Study, stories: readonly Story[]): Markup {
  const cells = cellsOf(study);
  const answers = [
    { question: "Who is fastest?", answer: lines(fastest(cells)) },
    { question: "Was any run unsafe?", answer: lines([unsafe(study.runs)]) },
    { question: "Why did the term rise?", answer: lines(rises(cells, stories)) },
    { question: "What did faults do to clients?", answer: lines(suffering(cells)) },
    { question: "How to rerun the worst?", answer: again(study.runs) },
  ];
  return html`<dl class="answers">${answers.map(
    ({ question, answer }: Answer) => html`<div><dt>${question}</dt><dd>${answer}</dd></div>`,
  )}</dl>`;
}

const lines = (texts: readonly string[]): Markup => html`${texts.map(text => html`<p>${text}</p>`)}`;

function unsafe(runs: readonly RunLine[]): string {
  const invalid = runs.filter(({ checks }) => isUnsafe(checks));
  const checked = runs.filter(({ checks }) => checks.linearizable !== null || checks.invariants !== null);
  if (checked.length === 0) return "Not checked: this study says nothing about safety.";
  if (invalid.length === 0) {
    const judged = checked.filter(({ checks }) => checks.linearizable === "valid").length;
    return `No. ${judged} of ${counted(runs.length, "run")} are linearizable, and no replica broke an invariant.`;
  }
  const names = [...Map.groupBy(invalid, ({ algo, n }) => `${algo} with n = ${n}`)];
  const counts = names.map(([name, group]) => `${name} in ${counted(group.length, "run")}`);
  return `Yes: ${listed(counts)}, of ${runs.length} in all. Above are the sentences that say how.`;
}

/** One sentence for the steepest rise of each protocol. */
function rises(cells: readonly Cell[], stories: readonly Story[]): string[] {
  const risen = cells.filter(({ runs }) => runs.some(({ epochs }) => (epochs?.growth ?? 0) > 0));
  if (cells.every(({ runs }) => runs.every(({ epochs }) => epochs === null)))
    return ["Nothing was measured."];
  if (risen.length === 0) return ["It did not: every leader kept its office while runs were measured."];
  const steepest = stories
    .filter(({ run }) => (run.epochs?.growth ?? 0) > 0)
    .toSorted((one, two) => two.run.epochs!.growth - one.run.epochs!.growth);
  const first = [...Map.groupBy(steepest, ({ run }) => run.algo).values()].map(group => group[0]!);
  return first.slice(0, MOST_RISES).map(story => {
    const { algo, n, point, seed } = story.run;
    const place = [`${algo}, n = ${n}`, ...pointText(point), `seed ${seed}`].join(", ");
    return `${place}: ${growthText(story)}`;
  });
}

/** The longest gap of each protocol, where it was longest. */
function suffering(cells: readonly Cell[]): string[] {
  const struck = cells.filter(({ runs }) => runs.some(({ faults }) => (faults?.strikes ?? 0) > 0));
  if (struck.length === 0) return ["None struck: nothing was to go wrong in this study."];
  const { manySizes } = namesOf(cells);
  const gap = (cell: Cell) => over(cell, line => line.availability?.longest_gap_us);
  const worst = [...Map.groupBy(struck, ({ algo }) => algo).values()].map(group =>
    group.reduce((one, two) => ((gap(two)?.mean ?? 0) > (gap(one)?.mean ?? 0) ? two : one)),
  );
  const waits = worst.map(cell => {
    const found = gap(cell);
    const place = [...(manySizes ? [`n = ${cell.n}`] : []), ...pointText(cell.point)].join(", ");
    const where = place === "" ? "" : ` (${place})`;
    return `${cell.algo}${where} ${found === undefined ? "not measured" : inWords(found)}`;
  });
  return [
    `The longest time without any answer, as a mean over seeds with its 95 % interval: ${waits.join("; ")}. ` +
      losses(struck),
  ];
}

const inWords = (found: Estimate): string =>
  found.method === "constant" ? `${span(found.mean)} in every seed` : spanOf(found);

function losses(cells: readonly Cell[]): string {
  const sum = (outcome: "failed" | "unknown") =>
    cells.reduce((all, { runs }) => all + runs.reduce((own, { ops }) => own + (ops?.[outcome] ?? 0), 0), 0);
  const [failed, unknown] = [sum("failed"), sum("unknown")];
  if (failed + unknown === 0)
    return "No operation failed for good: clients asked again until they were answered.";
  return `${counted(failed, "operation")} failed, and of ${unknown} nobody knows whether they took effect.`;
}

function again(runs: readonly RunLine[]): Markup {
  const worst = runs.toSorted(byHarm)[0];
  if (worst === undefined) return html`<p>No run has ended yet.</p>`;
  const { algo, n, seed, point } = worst;
  const place = [`${algo}, n = ${n}`, ...pointText(point), `seed ${seed}`].join(", ");
  const command = worst.checks.violations?.[0]?.again ?? `${worst.rerun} --trace`;
  return html`<p>${place}: ${harm(worst)}. With its full event log:</p>${commandMarkup(command)}`;
}

function byHarm(one: RunLine, two: RunLine): number {
  return (
    Number(isUnsafe(two.checks)) - Number(isUnsafe(one.checks)) ||
    Number(two.status === "failed") - Number(one.status === "failed") ||
    (two.availability?.longest_gap_us ?? 0) - (one.availability?.longest_gap_us ?? 0)
  );
}

function harm({ checks, status, availability, latency_us }: RunLine): string {
  if (isUnsafe(checks)) return "unsafe";
  if (status === "failed") return "it died";
  const gap = availability?.longest_gap_us;
  const slowest = latency_us === null ? "" : `, the slowest answer took ${span(latency_us.max)}`;
  return gap === null || gap === undefined
    ? "nothing was measured"
    : `the longest gap, ${span(gap)}${slowest}`;
}
