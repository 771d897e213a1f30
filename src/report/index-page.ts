/** The list of all studies, the newest first, each with what came of it. */
import { counted, listed } from "../metrics/numbers.ts";
import { canonical } from "../results/keys.ts";
import type { Manifest } from "../results/schema.ts";
import { documentText } from "./document.ts";
import { html } from "./markup.ts";
import { own } from "./parts.ts";
import { scrolling, type TableRow, tableOf } from "./table.ts";

export interface Listed {
  readonly name: string; // of the study's folder
  readonly manifest: Manifest | undefined; // undefined where it cannot be read
  readonly page: string | undefined; // the file beside the list; undefined where none was written
}

const columns = [
  { title: "study" },
  { title: "algorithms" },
  { title: "n" },
  { title: "workloads" },
  { title: "runs", isNumber: true },
  { title: "verdict" },
];

export function indexPage(studies: readonly Listed[]): string {
  const newestFirst = studies.toSorted((one, two) => (startOf(one) < startOf(two) ? 1 : -1));
  const table = scrolling("Studies", tableOf(columns, newestFirst.map(rowOf)));
  const nothing = html`<p>There are none yet: <code>npm run bench</code> makes one.</p>`;
  const body = html`<header><p class="brand">consensus-bench</p><h1>Studies</h1></header>
<main>${studies.length === 0 ? nothing : table}</main>`;
  const styles = own("page.css");
  return documentText({ title: "consensus-bench: studies", styles, body, scripts: [] });
}

/** Names begin with the time; a study with another name is placed by when it was started. */
const startOf = ({ name, manifest }: Listed): string => manifest?.started ?? name.slice(0, 20);

function rowOf({ name, manifest, page }: Listed): TableRow {
  const link = page === undefined ? html`${name} (no page)` : html`<a href="${encodeURI(page)}">${name}</a>`;
  if (manifest === undefined) {
    const unreadable = { kind: "warn", inner: html`? its manifest cannot be read` };
    return { cells: [link, "-", "-", "-", "-", unreadable] };
  }
  const { algorithms, cells, workloads, runs } = manifest;
  const sizes = [...new Set(cells.map(({ n }) => n))].sort((one, two) => one - two);
  const { grade, text } = manifestVerdict(manifest);
  const names = (items: readonly { readonly name: string }[]) => listed(items.map(({ name }) => name));
  const verdict = { kind: grade, inner: html`${text}` };
  return { cells: [link, names(algorithms), sizes.join(", "), names(workloads), runs.done, verdict] };
}

/** In how many runs a check fails, which the workload sets out to show. */
function foreseenIn({ expectations }: Manifest): number {
  const held = (expectations ?? []).filter(
    ({ ok, of, field, expected }) =>
      ok === true && of === "each" && field.startsWith("checks.") && expected.includes("invalid"),
  );
  const cells = Map.groupBy(held, ({ workload, algo, n, point }) => canonical([workload, algo, n, point]));
  return [...cells.values()].reduce((sum, [one]) => sum + one!.runs, 0);
}

/** What the manifest alone says; the study's own page says more. */
function manifestVerdict(manifest: Manifest) {
  const { status, runs, verdicts, expectations } = manifest;
  const wrong = (expectations ?? []).filter(({ ok }) => ok === false).length;
  const invalid = verdicts?.invalid ?? 0;
  const isForeseen = invalid === foreseenIn(manifest);
  const bad = [
    ...(invalid > 0 && !isForeseen ? [`${counted(invalid, "run")} invalid`] : []),
    ...(runs.failed > 0 ? [`${counted(runs.failed, "run")} died`] : []),
    ...(wrong > 0 ? [`${counted(wrong, "expectation")} failed`] : []),
  ];
  const open = [
    ...(invalid > 0 && isForeseen ? [`${counted(invalid, "run")} invalid, as the workload expects`] : []),
    ...(status === "complete" ? [] : [status]),
    ...((verdicts?.unknown ?? 0) > 0 ? [`${verdicts!.unknown} unknown`] : []),
  ];
  if (bad.length > 0) return { grade: "bad", text: `✗ ${[...bad, ...open].join(", ")}` };
  if (open.length > 0) return { grade: "warn", text: `! ${open.join(", ")}` };
  if (verdicts === null) return { grade: "none", text: "– not checked" };
  return { grade: "good", text: `✓ ${verdicts.valid} of ${runs.done} valid` };
}
