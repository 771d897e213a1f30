/** What was run, in full: enough to judge the numbers and to get them again. */

import { counted, listed, whole } from "../metrics/numbers.ts";
import type { Manifest } from "../results/schema.ts";
import { commandMarkup } from "./command.ts";
import { html, type Markup } from "./markup.ts";
import type { Study } from "./study.ts";
import { folded, scrolling } from "./table.ts";

type Fact = readonly [term: string, fact: Markup | string];

export function provenanceMarkup({ manifest, word }: Study, isCarried: boolean): Markup {
  const { versions, machine, seeds, runs, started, ended } = manifest;
  const commit =
    versions.git_commit === null
      ? "unknown"
      : `${versions.git_commit.slice(0, 12)}${versions.git_dirty ? ", with changes that are not committed" : ""}`;
  const packages = Object.entries(versions.packages).map(([name, version]) => `${name} ${version}`);
  const memory = `${Math.round(machine.memory_bytes / 2 ** 30)} GiB`;
  const facts: readonly Fact[] = [
    ["Run it again", commandMarkup(manifest.command)],
    ["Write this page again", commandMarkup(`npm run report -- ${word}`)],
    [
      "Runs",
      `${whole(runs.done)} of ${whole(runs.planned)} done, ${whole(runs.failed)} died; seeds ${seedsText(seeds)}`,
    ],
    ["When", `${started}${ended === null ? "" : ` to ${ended}`}, ${manifest.status}`],
    [
      "Protocols",
      listed(manifest.algorithms.map(({ name, path }) => (path === null ? name : `${name} (${path})`))),
    ],
    ["Code", `consensus-bench ${versions.project}, commit ${commit}; engine and algorithms ${versions.code}`],
    ["Runtime", `Node ${versions.node}, V8 ${versions.v8}; ${packages.join(", ")}`],
    ["Machine", `${machine.os}, ${counted(machine.cores, "core")} of ${machine.cpu}, ${memory}`],
  ];
  const note =
    "Time is virtual: numbers depend on the workload, the cost model and the code named here, not on the machine. " +
    "The same command gives the same lines in runs.ndjson.";
  return html`<dl class="facts">${[...facts, numbersFact(isCarried)].map(factMarkup)}</dl>
<p class="note">${note}</p>
${manifest.workloads.map(workloadMarkup)}`;
}

const numbersFact = (isCarried: boolean): Fact => [
  "Numbers",
  isCarried
    ? "Those of every run are in this page: npm run compare -- THIS-PAGE.html OTHER needs nothing else"
    : "Those of every run would be too large for this page, and are in the study's folder only",
];

const factMarkup = ([term, fact]: Fact): Markup => html`<div><dt>${term}</dt><dd>${fact}</dd></div>`;

const seedsText = (seeds: readonly number[]): string =>
  seeds.length <= 8 ? seeds.join(", ") : `${seeds[0]} to ${seeds.at(-1)} (${whole(seeds.length)})`;

function workloadMarkup({ name, source, hash, resolved }: Manifest["workloads"][number]): Markup {
  const { description, pinned, expect, sweep, ...rest } = resolved;
  const about = typeof description === "string" ? html`<p>${description}</p>` : html``;
  const entries = Object.entries({ ...rest, sweep, expect }).map(entryMarkup);
  const summary = `Everything it says, defaults filled in; cost model included (hash ${hash}, from ${source})`;
  const table = html`<table class="words">${entries}</table>`;
  return html`<h3>Workload ${name}</h3>${about}
${folded(summary, scrolling(`Workload ${name}`, table))}`;
}

function entryMarkup([field, value]: readonly [string, unknown]): Markup {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return html``;
  return html`<tr><th scope="row">${field}</th><td><pre>${valueText(value, 0)}</pre></td></tr>`;
}

/** As in a workload file, more or less: a line for each field, lists in one line where they are short. */
function valueText(value: unknown, depth: number): string {
  const flat = flatText(value);
  if (flat.length + 2 * depth <= 88 || typeof value !== "object" || value === null) return flat;
  const indent = "  ".repeat(depth);
  if (Array.isArray(value))
    return value.map(item => `${indent}- ${valueText(item, depth + 1).trimStart()}`).join("\n");
  return Object.entries(value)
    .map(([name, inner]) => {
      const text = valueText(inner, depth + 1);
      return text.includes("\n") ? `${indent}${name}:\n${text}` : `${indent}${name}: ${text}`;
    })
    .join("\n");
}

function flatText(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return `[${value.map(flatText).join(", ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  return `{ ${Object.entries(value)
    .map(([name, inner]) => `${name}: ${flatText(inner)}`)
    .join(", ")} }`;
}
