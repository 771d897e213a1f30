/** What has to be known to read the table of results rightly, below it. */

import { whole } from "../metrics/numbers.ts";
import { beyondTexts } from "../results/beyond.ts";
import { algorithmsOf, type Cell, type Contest } from "./cells.ts";
import { html, type Markup } from "./markup.ts";

export function notesMarkup(cells: readonly Cell[], contests: readonly Contest[]): Markup {
  const models = new Set(cells.flatMap(({ runs }) => runs.map(run => run.cost_model)));
  const rates =
    `Rates are simulated operations a second under cost model ${[...models].join(", ")}: ` +
    "they compare protocols, not machines.";
  const first = [rates, ...spreadNotes(cells), ...markNotes(contests)].join(" ");
  const notes = [
    first,
    ...optionNotes(cells),
    ...lackNotes(cells),
    ...unsafeNotes(cells),
    ...beyondNotes(cells),
    policyNote(cells),
  ];
  return html`${notes.map(note => html`<p class="note">${note}</p>`)}`;
}

function spreadNotes(cells: readonly Cell[]): string[] {
  const seeds = Math.max(0, ...cells.map(({ runs }) => runs.length));
  if (seeds <= 1) return ["One seed: no interval can be given."];
  const few = seeds < 5 ? [`${seeds} seeds are few: intervals are wide.`] : [];
  return [
    `± is the 95 % confidence interval of the mean over ${whole(seeds)} seeds (Student t, on logarithms if all are`,
    "above 0); = the same in all seeds, so that no interval can be given.",
    ...few,
  ];
}

function markNotes(contests: readonly Contest[]): string[] {
  const isRivalry = contests.some(({ cells }) => cells.filter(({ isCeiling }) => !isCeiling).length > 1);
  if (!isRivalry) return [];
  const isOne = contests.every(({ cells }) => cells.every(({ runs }) => runs.length < 2));
  const sure = isOne ? "of that one seed" : "several where their intervals do not tell them apart";
  return [
    `▲ best and ▼ worst under the same work, ${sure};`,
    "one server without replication takes no part.",
  ];
}

/** Options that are swept have a column. */
function optionNotes(cells: readonly Cell[]): string[] {
  const set = cells.flatMap(({ algo, point, runs }) => {
    const swept = Object.entries(point).flatMap(([field, value]) => namesIn(field, value));
    const settings = [...runs[0]!.rerun.matchAll(/ --set (\S+)/g)]
      .map(match => match[1]!)
      .filter(setting => !swept.some(name => `options.${setting}`.startsWith(`${name}=`)));
    return settings.length === 0 ? [] : [`${algo} runs with ${settings.join(", ")}.`];
  });
  return [...new Set(set)];
}

const namesIn = (field: string, value: unknown): string[] =>
  typeof value === "object" && value !== null ? Object.keys(value).map(name => `${field}.${name}`) : [field];

/** Settings that other protocols followed. */
function lackNotes(cells: readonly Cell[]): string[] {
  const notes = cells.flatMap(({ algo, runs }) =>
    runs[0]!.lacks.map(({ setting, instead }) => `${algo} has no ${setting}, and ${instead}.`),
  );
  return [...new Set(notes)];
}

function unsafeNotes(cells: readonly Cell[]): string[] {
  const unsafe = cells.flatMap(({ algo, runs }) => {
    const unsafe = runs.map(run => run.unsafe).filter(why => why !== null); // those in which somebody lied
    return unsafe.slice(0, 1).map(why => `${algo} is unsafe like this: ${why}.`);
  });
  return [...new Set(unsafe)];
}

function beyondNotes(cells: readonly Cell[]): string[] {
  const texts = beyondTexts(cells.flatMap(({ runs }) => runs));
  return texts.length === 0
    ? []
    : [`Beyond f: more went wrong than the algorithm tolerates. ${texts.join(". ")}.`];
}

/** What must not be overlooked when rows are compared: what survives a crash, and how messages are vouched for. */
function policyNote(cells: readonly Cell[]): string {
  const forgetful = cells.filter(({ runs }) => runs[0]!.durability === "memory");
  const groups = Map.groupBy(cells, ({ runs }) => runs[0]!.crypto);
  const crypto = [...groups].map(([kind, group]) => `${algorithmsOf(group).join(", ")}: ${kind}`);
  const durability =
    forgetful.length > 0
      ? "Durability: memory. A node that restarts has forgotten everything and counts as faulty."
      : "Durability: sync. What is vouched for is on disk first.";
  return `${durability} Authentication of messages: ${crypto.join("; ")}.`;
}
