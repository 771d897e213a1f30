/** A workload file and those that it extends: read, laid over one another, searched for the place of a mistake. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { type Document, LineCounter, parseDocument, visit } from "yaml";
import { type Locate, type Mistake, type Path, pathText, placeOf, type Source, valueAt } from "./explain.ts";
import { loadModule, ModuleError } from "./module-file.ts";
import { placeInModule } from "./module-places.ts";
import { didYouMean } from "./nearest.ts";
import { withoutRivals } from "./sweep.ts";

/** One file of the chain. */
interface Layer {
  readonly source: Source;
  readonly data: unknown;
}

/** The file, what it extends, and so on: the first that says something wins. */
export interface Layers {
  readonly data: unknown; // of all together, without `extends`
  readonly locate: Locate;
}

export class LayerError extends Error {
  readonly mistakes: readonly Mistake[];
  constructor(mistakes: readonly Mistake[]) {
    super(mistakes[0]!.text);
    this.mistakes = mistakes;
  }
}

/** The label is a path too: what `extends` names is looked for beside it, and then in `directory`. */
export function readLayers(text: string, label: string, directory: string): Layers {
  const layers: Layer[] = [];
  const seen: string[] = [];
  let next: { text: string; path: string } | undefined = { text, path: label };
  while (next !== undefined) {
    const layer: Layer = readLayer(next.text, next.path);
    layers.push(layer);
    seen.push(resolve(next.path));
    next = extendedBy(layer, next.path, directory, seen);
  }
  const data = layers
    .map(layer => withoutExtends(layer.data))
    .reduceRight((below, above) => overlay(below, above));
  return { data, locate: locateIn(layers) };
}

const SEVERAL = "a file is one workload: write another file for what follows, which may begin with extends";

/** A file that is broken by itself ends the search: what it extends cannot be known. */
function readLayer(text: string, path: string): Layer {
  if (isModule(path)) return readModule(text, path);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const source: Source = {
    label: path,
    text,
    lines,
    placeOf: (path, ofKey) => placeOf(document, path, ofKey),
  };
  const mistakes = [
    ...document.errors.map(({ pos, code, message }) => ({
      offset: pos[0],
      text: code === "MULTIPLE_DOCS" ? SEVERAL : `not YAML: ${message.split("\n")[0]}`,
    })),
    ...strangeAliases(document),
  ];
  if (mistakes.length === 0) return { source, data: document.toJS() ?? {} };
  throw new LayerError(
    mistakes.map(({ offset, text: says }) => ({
      source,
      offset: Math.min(offset, text.length),
      text: says,
    })),
  );
}

function readModule(text: string, path: string): Layer {
  const lines = new LineCounter();
  for (const { index } of text.matchAll(/^/gm)) lines.addNewLine(index);
  const source: Source = {
    label: path,
    text,
    lines,
    placeOf: (path, ofKey) => placeInModule(text, path, ofKey),
  };
  try {
    const data = loadModule(resolve(path));
    const strange = strangeValues(data, [], new Set());
    if (strange.length === 0) return { source, data };
    throw new LayerError(
      strange.map(({ path, text }) => ({ source, offset: source.placeOf(path, false), text })),
    );
  } catch (error) {
    if (!(error instanceof ModuleError)) throw error;
    const { message, line, column } = error;
    const offset = line === undefined ? undefined : lines.lineStarts[line - 1]! + column - 1;
    throw new LayerError([{ source, offset, text: message }]);
  }
}

/** What only code can hold. `seen`: what has been looked through, be it inside itself. */
function strangeValues(value: unknown, path: Path, seen: Set<unknown>): { path: Path; text: string }[] {
  if (["bigint", "function", "symbol"].includes(typeof value)) {
    const article =
      typeof value === "bigint" ? "a BigInt, where a plain number belongs" : `a ${typeof value}`;
    return [{ path, text: `${pathText(path)}: expected what a file can hold, found ${article}` }];
  }
  if (typeof value !== "object" || value === null || seen.has(value)) return [];
  seen.add(value);
  const isList = Array.isArray(value);
  return Object.entries(value).flatMap(([name, inner]) =>
    strangeValues(inner, [...path, isList ? Number(name) : name], seen),
  );
}

function strangeAliases(document: Document): { offset: number; text: string }[] {
  const strange: { offset: number; text: string }[] = [];
  visit(document, {
    Alias(_key, alias) {
      if (alias.resolve(document) !== undefined) return;
      strange.push({
        offset: alias.range?.[0] ?? 0,
        text: `not YAML: nothing is named &${alias.source} before`,
      });
    },
  });
  return strange;
}

export const isModule = (path: string): boolean => path.endsWith(".ts");

function extendedBy(
  { source, data }: Layer,
  path: string,
  directory: string,
  seen: readonly string[],
): { text: string; path: string } | undefined {
  const wanted = valueAt(data, ["extends"]);
  if (wanted === undefined) return undefined;
  const offset = source.placeOf(["extends"], false);
  const fail = (text: string) => new LayerError([{ source, offset, text: `extends: ${text}` }]);
  if (typeof wanted !== "string" || wanted === "") throw fail("expected the name of a workload, or a path");
  const found = candidates(wanted, dirname(path), directory).find(existsSync);
  if (found === undefined) {
    const names = meant(wanted, [dirname(path), directory]);
    throw fail(`there is no workload "${wanted}" here or among those of the package${names}`);
  }
  if (seen.includes(resolve(found))) {
    const chain = [...seen, resolve(found)].map(one => basename(one)).join(" extends ");
    throw fail(`goes round in a circle: ${chain}`);
  }
  try {
    return { text: readFileSync(found, "utf8"), path: found };
  } catch (error) {
    throw fail(`cannot read ${found}: ${(error as Error).message}`);
  }
}

const endings = [".yaml", ".yml", ".ts"];

function candidates(wanted: string, folder: string, directory: string): string[] {
  if (/[/\\]|\.(ya?ml|json|ts)$/.test(wanted)) return [resolve(folder, wanted)];
  return [folder, directory].flatMap(place => endings.map(ending => join(place, `${wanted}${ending}`)));
}

function meant(wanted: string, folders: readonly string[]): string {
  const files = folders.flatMap(folder => readdirSync(folder)).filter(file => /\.(ya?ml|ts)$/.test(file));
  return didYouMean(basename(wanted), [...new Set(files.map(file => file.replace(/\.\w+$/, "")))]);
}

function withoutExtends(data: unknown): unknown {
  if (!isRecord(data)) return data;
  const { extends: _, ...rest } = data;
  return rest;
}

/**
 * What is above wins, field by field. A list or a distribution is replaced as a whole, a field that is given nothing
 * (`theta:`) is as if it had never been written, and what excludes a field of above goes.
 */
function overlay(below: unknown, above: unknown): unknown {
  if (!isRecord(below) || !isRecord(above)) return above;
  let base = below;
  for (const [field, value] of Object.entries(above)) base = withoutRivals(base, field, value);
  return merged(base, above);
}

function merged(below: Readonly<Record<string, unknown>>, above: Readonly<Record<string, unknown>>): unknown {
  if (kinds.some(kind => above[kind] !== undefined && above[kind] !== below[kind])) return above;
  const result: Record<string, unknown> = { ...below };
  for (const [field, value] of Object.entries(above)) {
    const under = below[field];
    if (value === null) delete result[field];
    else result[field] = isRecord(under) && isRecord(value) ? merged(under, value) : value;
  }
  return result;
}

/** Fields that decide which others there are. */
const kinds = ["distribution", "mode"];

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** In the file that says it; where nobody does, in the one that says most of what is around it. */
const locateIn =
  (layers: readonly Layer[]): Locate =>
  (path, ofKey) => {
    const depths = layers.map(({ data }) => depthIn(data, path));
    const deepest = Math.max(...depths);
    const { source } = layers[depths.indexOf(deepest)]!;
    return { source, offset: source.placeOf(path, ofKey) };
  };

function depthIn(data: unknown, path: Path): number {
  const missing = path.findIndex((_, index) => valueAt(data, path.slice(0, index + 1)) === undefined);
  return missing < 0 ? path.length : missing;
}
