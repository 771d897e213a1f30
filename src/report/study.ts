/** All that the report knows of a study: what its folder holds, in an order that does not depend on how it ran. */
import { existsSync, readdirSync, realpathSync } from "node:fs";
import { basename, join } from "node:path";
import { canonical } from "../results/keys.ts";
import { readManifest, readRuns, readSeries } from "../results/reader.ts";
import { rowOf } from "../results/row.ts";
import type { Manifest, RunLine, SeriesLine } from "../results/schema.ts";
import { tellingRuns } from "./telling.ts";

export interface Study {
  readonly name: string; // of its folder
  readonly word: string; // where it is, for a command: as whoever had it made wrote it
  readonly manifest: Manifest;
  readonly runs: readonly RunLine[]; // in the order of the plan, and within a cell by seed
  readonly told: readonly RunLine[]; // those that the page shows over time
  readonly series: ReadonlyMap<string, SeriesLine>; // by the key of a run: of those, and of those with a trace
  readonly traces: ReadonlyMap<string, string>; // the path of `traces/<key>.kept.ndjson`, by the key of the run
}

export function readStudy(folder: string): Study {
  const manifest = readManifest(folder);
  const runs = inOrder(readRuns(folder).lines, manifest);
  const traces = keptTraces(folder);
  const kept = keysOf(folder);
  const told = tellingRuns(
    runs.filter(({ key }) => kept.has(key)),
    new Set(traces.keys()),
  );
  const shown = new Set([...told.map(({ key }) => key), ...traces.keys()]);
  const { lines } = readSeries(folder, key => shown.has(key));
  const series = new Map(lines.map(line => [line.key, line]));
  const name = basename(realpathSync(folder));
  return { name, word: wordFor(name, manifest), manifest, runs, told, series, traces };
}

/** Only what its files tell, so that the same files give the same page; of one that was moved, its bare name. */
function wordFor(name: string, { command }: Manifest): string {
  if (/^\d{4}-\d\d-\d\dT[\d-]+Z_/.test(name)) return `results/${name}`;
  const out = / --out[= ]('[^']*'|[^ ']+)/.exec(command)?.[1];
  if (out !== undefined && basename(out.replaceAll("'", "")) === name) return out;
  return /^[\w.+-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
}

/** Of a row of very many seeds not all have their course kept. */
function keysOf(folder: string): Set<string> {
  const keys = new Set<string>();
  readSeries(folder, key => {
    keys.add(key);
    return false;
  });
  return keys;
}

const ending = ".kept.ndjson";

function keptTraces(folder: string): Map<string, string> {
  const place = join(folder, "traces");
  const names = existsSync(place) ? readdirSync(place).filter(name => name.endsWith(ending)) : [];
  return new Map(names.sort().map(name => [name.slice(0, -ending.length), join(place, name)]));
}

/** Lines are written as runs finish, so in any order. */
export function inOrder(lines: readonly RunLine[], { cells }: Manifest): RunLine[] {
  const rows = Map.groupBy(lines, rowOf);
  const placed = [...rows.entries()].map(([row, runs]) => {
    return { place: placeOf(runs[0]!, cells), row, runs: runs.toSorted((one, two) => one.seed - two.seed) };
  });
  placed.sort((one, two) => one.place - two.place || (one.row < two.row ? -1 : 1));
  return placed.flatMap(({ runs }) => runs);
}

/** The manifest names only the options that differ from the defaults. */
function placeOf(line: RunLine, cells: Manifest["cells"]): number {
  const found = cells.findIndex(
    cell =>
      cell.algo === line.algo &&
      cell.n === line.n &&
      cell.workload === line.workload &&
      canonical(cell.point) === canonical(line.point) &&
      Object.entries(cell.options).every(([name, value]) => line.options[name] === value),
  );
  return found < 0 ? cells.length : found;
}
