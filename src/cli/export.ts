/** `npm run export`: a study as tables, for whoever analyses it with tools of their own. */
import { existsSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { Command } from "commander";
import { UsageError } from "../harness/usage.ts";
import { makeFolders } from "../results/folder.ts";
import { ResultsError, readManifest, readRuns, readSeries } from "../results/reader.ts";
import { metricsTable, runsTable, seriesTables, type Table } from "../results/tidy.ts";
import { writeCsv } from "../results/tidy-csv.ts";
import { columnGuide } from "../results/tidy-guide.ts";
import { writeParquet } from "../results/tidy-parquet.ts";
import { diskReason, exitCodes } from "./errors.ts";
import { findStudy, shown } from "./find-study.ts";
import { refuseLostOptions } from "./lost-options.ts";
import { userFolder } from "./study-folder.ts";

interface ExportOptions {
  readonly csv?: true;
  readonly parquet?: true;
  readonly long?: true;
  readonly series?: true;
  readonly out?: string;
  readonly force?: true;
}

const writers = { csv: writeCsv, parquet: writeParquet } as const;

const examples = `
Examples:
  npm run export -- results/latest                        runs.csv, one row a run
  npm run export -- results/latest --parquet --long       runs.parquet, and metrics.parquet: one row a run and metric
  npm run export -- results/latest --series --out tables  epochs, leaders, windows and faults over time as well

README.md beside the tables tells what stands in which column, and how to read them with pandas, R and DuckDB.`;

export function define(command: Command): void {
  command
    .description("Writes a study as tables, with a guide to their columns.")
    .argument("<study>", "the folder of a study: results/latest")
    .argument("[stray...]")
    .option("--csv", "as CSV (the default)")
    .option("--parquet", "as Parquet")
    .option("--long", "also a table with one row a run and metric")
    .option("--series", "also tables of what happened over time")
    .option("--out <folder>", "where to (default: export/ in the study's folder)")
    .option("--force", "replace tables that are there already")
    .addHelpText("after", examples)
    .action((study: string, stray: string[], options: ExportOptions) => {
      const flags = ["csv", "parquet", "long", "series", "force"];
      refuseLostOptions("export", ["out"], flags, process.argv.slice(3), process.env);
      if (stray.length > 0)
        throw new UsageError(`'${stray[0]}' belongs to no option; export takes one study`);
      process.exitCode = exportStudy(study, options);
    });
}

function exportStudy(word: string, options: ExportOptions): number {
  const { folder } = findStudy(word);
  const target = options.out === undefined ? join(folder, "export") : resolve(userFolder(), options.out);
  const endings = (["csv", "parquet"] as const).filter(
    ending => options[ending] || (ending === "csv" && !options.parquet),
  );
  const tables = tablesOf(folder, word, options);
  const origin = { name: basename(realpathSync(folder)), command: readManifest(folder).command };
  const guide = join(target, "README.md");
  const files = tables.flatMap(table =>
    endings.map(ending => ({ table, path: join(target, `${table.name}.${ending}`), write: writers[ending] })),
  );
  makeRoom(target, [...files.map(({ path }) => path), guide], options.force === true);
  try {
    for (const { table, path, write } of files) write(path, table);
    writeFileSync(guide, columnGuide(origin, tables, endings), { flag: "wx" });
  } catch (error) {
    throw explained(error, target);
  }
  for (const path of [...files.map(file => file.path), guide]) console.log(shown(path));
  return exitCodes.fine;
}

function tablesOf(folder: string, word: string, { long, series }: ExportOptions): Table[] {
  const { lines } = readRuns(folder);
  if (lines.length === 0) throw new ResultsError(`${word} holds no runs, so there is nothing to export`);
  return [
    runsTable(lines),
    ...(long ? [metricsTable(lines)] : []),
    ...(series ? overTime(folder, word) : []),
  ];
}

function overTime(folder: string, word: string): Table[] {
  if (!existsSync(join(folder, "series.ndjson"))) {
    throw new ResultsError(`${word} has no series.ndjson: leave out --series`);
  }
  return seriesTables(readSeries(folder).lines);
}

/** Nothing is overwritten unless somebody says so, and then only files of these names. */
function makeRoom(target: string, paths: readonly string[], force: boolean): void {
  const taken = paths.filter(path => existsSync(path));
  if (taken.length > 0 && !force) {
    throw new UsageError(
      `${shown(taken[0]!)} is there already: --force replaces it, --out takes another folder`,
    );
  }
  try {
    makeFolders(target);
    for (const path of taken) rmSync(path);
  } catch (error) {
    throw explained(error, target);
  }
}

function explained(error: unknown, target: string): unknown {
  const reason = diskReason(error);
  return reason === undefined ? error : new UsageError(`${target} cannot be written to: ${reason}`);
}
