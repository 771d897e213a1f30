/** What came of the study in one line, and below it whatever is wrong, with why, and how to see it again. */

import { counted, digits, listed, whole } from "../metrics/numbers.ts";
import { wentBeyond } from "../results/beyond.ts";
import { canonical } from "../results/keys.ts";
import { rowOf } from "../results/row.ts";
import type { Manifest, RunLine, ViolationLine } from "../results/schema.ts";
import { placeOf, pointText } from "./cells.ts";
import { commandMarkup } from "./command.ts";
import { diagramAnchor } from "./diagram/embed.ts";
import { html, type Markup } from "./markup.ts";
import type { Study } from "./study.ts";
import { folded, scrolling } from "./table.ts";
import { isUnsafe } from "./telling.ts";

export type Grade = "bad" | "warn" | "good" | "plain";

export interface Verdict {
  readonly grade: Grade;
  readonly line: string; // in words
  readonly short: string; // for a list of studies
  readonly details: Markup;
}

const MOST = 4; // of a kind, so that the first screen has room for more than what is wrong; the rest is counted

/** `drawn`: the keys of runs whose messages the page shows. */
export function verdictOf({ manifest, runs }: Study, drawn: ReadonlySet<string> = new Set()): Verdict {
  const unsafe = unsafeClauses(runs, manifest);
  const threw = runs.filter(({ status }) => status === "failed");
  const wrong = (manifest.expectations ?? []).filter(({ ok }) => ok === false);
  const bad = [
    ...unsafe.stuck,
    ...(threw.length > 0 ? [`${counted(threw.length, "run")} of ${runs.length} died`] : []),
    ...(wrong.length > 0
      ? [`${counted(wrong.length, "expectation")} of ${manifest.expectations!.length} failed`]
      : []),
  ];
  const warnings = [...unfinished(manifest), ...unsafe.unknown];
  const fine = [...unsafe.fine, ...held(manifest), ...beyond(runs)];
  const isBad = unsafe.broken.length + bad.length > 0;
  const isDoubtful = unsafe.outside.length + warnings.length > 0;
  const grade = isBad ? "bad" : isDoubtful ? "warn" : unsafe.isChecked ? "good" : "plain";
  const clauses = [...unsafe.broken, ...unsafe.outside, ...bad, ...warnings, ...fine];
  const details = html`${violations(runs, drawn)}${deaths(threw)}${failures(wrong)}`;
  return { grade, line: `${clauses.map(sentence).join(" ")}`, short: clauses[0]!, details };
}

const sentence = (clause: string): string => `${clause[0]!.toUpperCase()}${clause.slice(1)}.`;

function unfinished({ status, runs }: Manifest): string[] {
  if (status === "complete") return [];
  const state = status === "running" ? "still running, or killed" : "interrupted";
  return [`the study is ${state}: this page has ${runs.done} of ${counted(runs.planned, "run")}`];
}

/** Neither good nor bad: what such runs show is what happens where a protocol has promised nothing more. */
function beyond(runs: readonly RunLine[]): string[] {
  const some = runs.filter(wentBeyond);
  return some.length === 0 ? [] : [clause(some, runs, "went beyond f, more than the protocol tolerates")];
}

/** Of an invalid verdict, whether the protocol had promised that it would not happen. */
function unsafeClauses(runs: readonly RunLine[], manifest: Manifest) {
  const invalid = runs.filter(({ checks }) => isUnsafe(checks));
  const foreseen = invalid.filter(run => isForeseen(run, manifest, /^checks\.(linearizable|invariants)$/));
  const excused = invalid.filter(run => !foreseen.includes(run) && isOutside(run));
  const promised = invalid.filter(run => !foreseen.includes(run) && !excused.includes(run));
  const dead = runs.filter(({ checks }) => checks.live === "invalid");
  const stuck = dead.filter(run => !isForeseen(run, manifest, /^checks\.live$/));
  const foreseenDead = dead.filter(run => !stuck.includes(run));
  const checked = runs.filter(({ checks }) => checks.linearizable !== null || checks.invariants !== null);
  const open = checked.filter(({ checks }) => checks.linearizable === "unknown" && !isUnsafe(checks));
  const say = (some: readonly RunLine[], what: string) =>
    some.length === 0 ? [] : [clause(some, runs, what)];
  const isSafe = checked.length > 0 && invalid.length === 0;
  const all = checked.length === runs.length ? "" : `${checked.length} of `;
  const safe = `every check of ${all}${counted(runs.length, "run")} was passed`;
  return {
    broken: say(promised, "broke safety"),
    stuck: say(stuck, "did not recover"),
    outside: [
      ...say(excused, "broke safety, beyond what the protocol promises"),
      ...say(foreseen, "broke safety, as the workload expects"),
      ...say(foreseenDead, "did not recover, as the workload expects"),
    ],
    unknown: say(open, "could not be judged in the time allowed, which proves nothing"),
    fine: isSafe
      ? [open.length === 0 && dead.length === 0 ? safe : "no run was found unsafe"]
      : unchecked(checked),
    isChecked: checked.length > 0,
  };
}

const unchecked = (checked: readonly RunLine[]): string[] =>
  checked.length === 0 ? ["safety was not checked in this study"] : [];

/** A workload may set out to show that a protocol is unsafe. */
const isForeseen = (
  { algo, n, workload, point }: RunLine,
  { expectations }: Manifest,
  fields: RegExp,
): boolean =>
  (expectations ?? []).some(
    one =>
      fields.test(one.field) &&
      one.expected.includes("invalid") &&
      one.workload === workload &&
      one.algo === algo &&
      one.n === n &&
      canonical(one.point) === canonical(point),
  );

const isOutside = ({ checks }: RunLine): boolean => {
  const found = (checks.violations ?? []).filter(({ check }) => check !== "live");
  return found.length > 0 && found.every(({ outside }) => outside !== null);
};

function clause(some: readonly RunLine[], all: readonly RunLine[], what: string): string {
  const names = [...new Set(some.map(({ algo }) => algo))];
  return `${counted(some.length, "run")} of ${whole(all.length)} (${listed(names)}) ${what}`;
}

function held({ expectations }: Manifest): string[] {
  if (expectations === null || expectations.length === 0) return [];
  const good = expectations.filter(({ ok }) => ok === true).length;
  const open = expectations.filter(({ ok }) => ok === null).length;
  const rest = open === 0 ? "" : `, ${open} could not be judged`;
  if (good === expectations.length) {
    return [good === 1 ? "what the workload expects holds" : `all ${good} expectations of the workload hold`];
  }
  return good === 0 && open === 0
    ? []
    : [`${counted(good, "expectation")} of ${expectations.length} hold${rest}`];
}

const more = (count: number, what: string): Markup =>
  count > MOST ? html`<li class="more">and ${counted(count - MOST, what)} more</li>` : html``;

/** Of each row the first violation in full; the rest of it by name. */
function violations(runs: readonly RunLine[], drawn: ReadonlySet<string>): Markup {
  const wrong = runs.filter(({ checks }) => (checks.violations ?? []).length > 0);
  const rows = [...Map.groupBy(wrong, rowOf).values()];
  const items = rows.slice(0, MOST).map(row => violationItem(row, drawn));
  return listMarkup([...items, more(rows.length, "row")]);
}

function violationItem(runs: readonly RunLine[], drawn: ReadonlySet<string>): Markup {
  const run = runs.find(({ key }) => drawn.has(key)) ?? runs[0]!;
  const link = drawn.has(run.key) && html` <a href="#${diagramAnchor(run.key)}">See it happen</a>.`;
  const [first] = run.checks.violations as [ViolationLine];
  const others = new Set(runs.flatMap(({ checks }) => checks.violations!.map(({ invariant }) => invariant)));
  others.delete(first.invariant);
  const many = runs.length === 1 ? "" : `, and ${counted(runs.length - 1, "other seed")} alike`;
  const also = others.size === 0 ? "" : ` Besides: ${listed([...others])}.`;
  const excuse = first.outside === null ? html`` : html` <em>Not promised: ${first.outside}.</em>`;
  const said = html`${words[first.check]}. ${first.sentence}.${also}${excuse}`;
  return html`<li><strong>${placeOf(run)}</strong>${many}: ${said}${link}${commandMarkup(first.again)}</li>`;
}

const words = {
  linearizable: "Not linearizable",
  invariants: "An invariant was broken",
  live: "Not live",
} as const;

function deaths(failed: readonly RunLine[]): Markup {
  const reasons = [...Map.groupBy(failed, ({ error }) => error ?? "for no known reason")];
  const items = reasons.slice(0, MOST).map(([error, [run, ...rest]]) => {
    const others = rest.length === 0 ? "" : ` and ${counted(rest.length, "other")}`;
    return html`<li><strong>${placeOf(run!)}</strong>${others} died: ${error}${commandMarkup(run!.rerun)}</li>`;
  });
  return listMarkup([...items, more(reasons.length, "reason")]);
}

const listMarkup = (items: readonly Markup[]): Markup =>
  items.every(({ text }) => text === "") ? html`` : html`<ul class="wrongs">${items}</ul>`;

type Judgement = NonNullable<Manifest["expectations"]>[number];

function failures(wrong: readonly Judgement[]): Markup {
  const kinds = Map.groupBy(wrong, ({ workload, field, expected }) => `${workload} ${field} ${expected}`);
  const items = [...kinds.values()].slice(0, MOST).map(([first, ...rest]) => {
    const others = rest.length === 0 ? "" : `; the same fails for ${counted(rest.length, "other row")}`;
    return html`<li>${judgementText(first!)}${others}</li>`;
  });
  return listMarkup([...items, more(kinds.size, "expectation")]);
}

function judgementText({
  algo,
  n,
  workload,
  point,
  field,
  expected,
  found,
  seeds,
  runs,
  says,
}: Judgement): Markup {
  const where = [algo === null ? workload : `${algo}, n = ${n}, ${workload}`, ...pointText(point)].join(", ");
  const value = typeof found === "number" ? digits(found) : found;
  const which =
    seeds.length === 0
      ? ""
      : ` at seed ${seeds.slice(0, 5).join(", ")} (${seeds.length} of ${counted(runs, "run")})`;
  const result =
    value === null ? (says ?? "nothing was found") : `found ${value}${says === null ? "" : ` (${says})`}`;
  return html`<strong>${where}</strong>: expected <code>${field} ${expected}</code>, ${result}${which}`;
}

/** Everything that was expected, for who wants to read it all. */
export function expectationsMarkup({ expectations }: Manifest): Markup {
  if (expectations === null || expectations.length === 0) return html``;
  const rows = expectations.map(judgement => {
    const { ok } = judgement;
    const [kind, word] = ok === null ? ["warn", "open"] : ok ? ["good", "holds"] : ["bad", "fails"];
    return html`<tr><td class="${kind}">${word}</td><td>${judgementText(judgement)}</td></tr>
`;
  });
  const summary = `What the workload expects, one by one (${expectations.length})`;
  return folded(summary, scrolling("Expectations", html`<table class="words">${rows}</table>`));
}
