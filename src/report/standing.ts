/** What replicas said of themselves at the end of each row: who led, how far logs had come, and why a log is short. */
import { whole } from "../metrics/numbers.ts";
import type { Replicas } from "../results/schema.ts";
import { type Cell, namesOf } from "./cells.ts";
import { html } from "./markup.ts";
import type { Section } from "./section.ts";
import { type Column, folded, scrolling, type TableRow, tableOf } from "./table.ts";

const MOST_SHOWN = 24; // rows; more are folded away

const reading =
  "Of each row the least and the most that its seeds show, when the window of measurement closed; growth is since it " +
  "opened. Log and positions are those of the foremost replica, which has committed the most: others hear later of it.";

const columns: readonly Column[] = [
  { title: "row", namesRow: true },
  { title: "what the log did" },
  { title: "leaders", isNumber: true, about: "replicas that took themselves for the leader" },
  { title: "without", below: "quorum", isNumber: true, about: "leaders that knew to have no quorum" },
  { title: "candidates", isNumber: true },
  { title: "down", isNumber: true },
  { title: "log", below: "length", isNumber: true },
  { title: "log", below: "growth", isNumber: true },
  { title: "committed", below: "growth", isNumber: true },
  { title: "applied", below: "growth", isNumber: true },
  { title: "behind", isNumber: true, about: "from the most committed of any replica to the least" },
  { title: "snapshots", isNumber: true, about: "times a snapshot replaced the head of a log" },
];

/** Nothing where no line tells, as in studies of before lines did. */
export function standingSection(cells: readonly Cell[]): Section[] {
  const { name } = namesOf(cells);
  const rows = cells.flatMap((cell): TableRow[] => {
    const told = cell.runs.map(({ replicas }) => replicas).filter(replicas => replicas !== null);
    return told.length === 0 ? [] : [{ cells: [name(cell), wordsOf(told), ...numbersOf(told)] }];
  });
  if (rows.length === 0) return [];
  const table = scrolling("Replicas at the end", tableOf(columns, rows));
  const shown = rows.length <= MOST_SHOWN ? table : folded(`All ${rows.length} rows`, table);
  const markup = html`<p class="reading">${reading}</p>
${shown}`;
  return [{ id: "replicas", title: "What replicas said of themselves at the end", html: markup.text }];
}

const measures: readonly ((replicas: Replicas) => number | null)[] = [
  ({ leaders }) => leaders,
  ({ without_quorum }) => without_quorum,
  ({ candidates }) => candidates,
  ({ down }) => down,
  ({ log_length }) => log_length,
  ({ log_growth }) => log_growth,
  ({ committed_growth }) => committed_growth,
  ({ applied_growth }) => applied_growth,
  ({ behind }) => behind,
  ({ snapshots }) => snapshots,
];

const numbersOf = (told: readonly Replicas[]): string[] => measures.map(read => rangeText(told.map(read)));

function rangeText(values: readonly (number | null)[]): string {
  const known = values.filter(value => value !== null);
  if (known.length === 0) return "-";
  const [least, most] = [Math.min(...known), Math.max(...known)];
  return least === most ? signed(least) : `${signed(least)} … ${signed(most)}`;
}

const signed = (value: number): string => (value < 0 ? `−${whole(-value)}` : whole(value));

/** Each thing that a log did in any of the seeds, once. */
const wordsOf = (told: readonly Replicas[]): string => [...new Set(told.map(happenedTo))].join("; ");

/** A log may stay as long as it was although something was appended: students have wondered why. */
function happenedTo({ log_growth, committed_growth, snapshots }: Replicas): string {
  if (log_growth === null || committed_growth === null) return "not known: all were down";
  if (snapshots > 0 && log_growth < committed_growth) {
    return log_growth === 0 ? "stayed: a snapshot replaced its head" : "a snapshot replaced its head";
  }
  if (log_growth > 0) return committed_growth > 0 ? "grew" : "grew, by what was not committed";
  return log_growth < 0 ? "lost entries" : "stayed: nothing was added";
}
