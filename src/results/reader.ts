/** Reads a study's folder. Every line is checked; a mistake is reported with its file and line. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { Manifest, RunLine, SeriesLine } from "./schema.ts";

/** Something in a result folder that cannot be used, in words for the person who asked for it. */
export class ResultsError extends Error {
  override readonly name = "ResultsError";
}

export interface Lines<Line> {
  readonly lines: readonly Line[]; // one a key: what was written twice counts once
  readonly bytes: number; // how much of the file is whole lines
  readonly torn: boolean; // an unfinished last line follows, as a killed process leaves it
}

export function readManifest(folder: string): Manifest {
  const file = join(folder, "manifest.json");
  if (!existsSync(file)) throw new ResultsError(`${folder} holds no study: there is no manifest.json in it`);
  return checked(Manifest, readFileSync(file, "utf8"), file);
}

export const readRuns = (folder: string): Lines<RunLine> => readLines(join(folder, "runs.ndjson"), RunLine);
/** Of the runs that are wanted; a line begins with its key, so that the others need not be parsed. */
export const readSeries = (folder: string, isWanted?: (key: string) => boolean): Lines<SeriesLine> =>
  readLines(join(folder, "series.ndjson"), SeriesLine, isWanted);

/** A file that is missing has no lines: a study may have been stopped before its first run finished. */
function readLines<Line extends { readonly key: string }>(
  file: string,
  schema: z.ZodType<Line>,
  isWanted?: (key: string) => boolean,
): Lines<Line> {
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  const end = text.lastIndexOf("\n") + 1;
  const byKey = new Map<string, Line>();
  for (const [index, line] of text.slice(0, end).split("\n").slice(0, -1).entries()) {
    const key = line.match(/^\{"key":"([^"]*)"/)?.[1];
    if (key !== undefined && isWanted?.(key) === false) continue;
    const value = checked(schema, line, `${file}:${index + 1}`);
    if (!byKey.has(value.key)) byKey.set(value.key, value);
  }
  const bytes = Buffer.byteLength(text.slice(0, end));
  return { lines: [...byKey.values()], bytes, torn: end < text.length };
}

function checked<Value>(schema: z.ZodType<Value>, text: string, where: string): Value {
  const outcome = schema.safeParse(parsed(text, where));
  if (outcome.success) return outcome.data;
  const issue = outcome.error.issues[0]!;
  const field = issue.path.length === 0 ? "" : `${issue.path.join(".")}: `;
  throw new ResultsError(`${where}: ${field}${issue.message}`);
}

function parsed(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ResultsError(`${where}: not JSON (${(error as Error).message})`);
  }
}
