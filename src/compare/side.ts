/** One side of a comparison: a study, read and checked. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ResultsError, readManifest, readRuns } from "../results/reader.ts";
import type { Manifest, RunLine } from "../results/schema.ts";

export interface Side {
  readonly label: string; // as the person wrote it
  readonly folder: string;
  readonly manifest: Manifest;
  readonly lines: readonly RunLine[];
  readonly warnings: readonly string[];
}

/** Two things of which the one says nothing about the other, or nothing at all to compare. */
export class NotComparableError extends Error {
  override readonly name = "NotComparableError";
}

/** Both sides at once, so that different versions of the files are told with both values. */
export function readSides(folders: readonly { readonly label: string; readonly folder: string }[]): Side[] {
  refuseOtherSchemas(folders);
  return folders.map(({ label, folder }) => readSide(label, folder));
}

function readSide(label: string, folder: string): Side {
  const manifest = readManifest(folder);
  const file = join(folder, "runs.ndjson");
  if (!existsSync(file)) throw new ResultsError(`no runs.ndjson in ${label}`);
  const { lines, torn } = readRuns(folder);
  if (lines.length === 0) throw new NotComparableError(`${label} holds no runs: ${file} has no lines`);
  return { label, folder, manifest, lines, warnings: warningsOf(label, manifest, lines.length, torn) };
}

function refuseOtherSchemas(folders: readonly { readonly label: string; readonly folder: string }[]): void {
  const [first, ...others] = folders.flatMap(({ label, folder }) => {
    const version = schemaVersionIn(folder);
    return version === undefined ? [] : [{ label, version }];
  });
  const other = others.find(({ version }) => version !== first!.version);
  if (other === undefined) return;
  throw new NotComparableError(
    `schema_version differs: ${first!.version} in ${first!.label}, ${other.version} in ${other.label}. ` +
      "Run the older study again: its manifest.json has the command",
  );
}

/** Only a glance, undefined where there is none to be had: what is wrong with the file is told when it is read. */
function schemaVersionIn(folder: string): number | undefined {
  const file = join(folder, "manifest.json");
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  const version = /"schema_version"\s*:\s*(\d+)/.exec(text)?.[1];
  return version === undefined ? undefined : Number(version);
}

function warningsOf(label: string, { status, runs }: Manifest, found: number, torn: boolean): string[] {
  const unfinished =
    status === "complete" && found >= runs.planned
      ? []
      : [`${label} is not complete (${status}): ${found} of ${runs.planned} runs are in it`];
  return torn ? [...unfinished, `${label}: the last line of runs.ndjson is torn, and left out`] : unfinished;
}
