/** From what a person wrote to the folder of a study: the folder itself, `latest`, a file in it, or its report. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { root } from "../harness/protocols.ts";
import { UsageError } from "../harness/usage.ts";
import { userFolder } from "./study-folder.ts";

export interface FoundStudy {
  readonly label: string; // as it was written
  readonly folder: string;
}

export function findStudy(word: string): FoundStudy {
  const path = resolve(userFolder(), word);
  const folder = [path, latestIn(path), aroundFile(path), ofReport(path)].find(
    candidate => candidate !== undefined && isStudy(candidate),
  );
  if (folder !== undefined) return { label: word, folder };
  const [likely] = alternatives(word, path).filter(isStudy);
  const hint = likely === undefined ? "" : `; did you mean ${shown(likely)}?`;
  throw new UsageError(`${problem(word, path)}${hint}`);
}

const isStudy = (folder: string): boolean =>
  existsSync(join(folder, "manifest.json")) && existsSync(join(folder, "runs.ndjson"));

/** Where links cannot be made, a text file of that name tells which study is the newest. */
function latestIn(path: string): string | undefined {
  const file = `${path}.txt`;
  if (basename(path) !== "latest" || !existsSync(file)) return undefined;
  return join(dirname(path), readFileSync(file, "utf8").trim());
}

const aroundFile = (path: string): string | undefined =>
  existsSync(path) && !isFolder(path) ? dirname(path) : undefined;

/** A report that does not lie with its study has its name, and `reports` lies beside `results`. */
function ofReport(path: string): string | undefined {
  if (!path.endsWith(".html")) return undefined;
  const name = basename(path, ".html");
  return [join(dirname(dirname(path)), "results", name), join(root, "results", name)].find(isStudy);
}

function alternatives(word: string, path: string): string[] {
  const newest = isFolder(path) ? readdirSync(path).sort().reverse() : [];
  const inside = newest.map(name => join(path, name));
  const named = ["results", "baselines"].map(folder => join(root, folder, word));
  return [join(path, "latest"), ...inside, ...named, join(root, "results/latest")];
}

const isFolder = (path: string): boolean => existsSync(path) && statSync(path).isDirectory();

function problem(word: string, path: string): string {
  if (path.endsWith(".html") && existsSync(path)) {
    return `${word} is a report; the study that it tells of, results/${basename(path, ".html")}, is not there`;
  }
  if (!existsSync(path)) return `there is no ${word}`;
  if (!isFolder(path)) return `${word} is a file and no study: name the study's folder`;
  const missing = existsSync(join(path, "runs.ndjson")) ? "manifest.json" : "runs.ndjson";
  return `no ${missing} in ${word}`;
}

/** A path as a person would type it from where they are. */
export function shown(folder: string): string {
  const path = relative(userFolder(), folder);
  return path === "" || path.startsWith("..") ? folder : path;
}
