/** Finds workload files, reads them, and reports everything that is wrong with one at once. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { checked, type Data, type LateMistake, placed } from "./checked.ts";
import { printMistakes, valueAt } from "./explain.ts";
import { LayerError, type Layers, readLayers } from "./extends.ts";
import { alike } from "./nearest.ts";
import type { Workload } from "./workload.ts";

export type { LateMistake } from "./checked.ts";

/** A workload that cannot be used. The message is ready to print. */
export class WorkloadError extends Error {
  override readonly name = "WorkloadError";
}

export interface WorkloadSummary {
  readonly name: string;
  readonly description: string;
  readonly file: string;
}

/** Where the workloads of the package are. */
export const workloadsDirectory = fileURLToPath(new URL("../../workloads", import.meta.url));

const EXTENSION = /\.(ya?ml|json|ts)$/;

/** A workload, and the file that it comes from. */
export interface OpenWorkload {
  readonly workload: Workload; // without the fields that are wrong
  readonly written: Data; // as the file has it, with what it extends
  readonly flawed: ReadonlySet<string>; // the fields of the file in which something is wrong
  /** Undefined where nothing is wrong with the file, these included. */
  complaint(mistakes: readonly LateMistake[]): WorkloadError | undefined;
}

/** Loads a workload by its name in `workloads/`, or from a path: whatever has a slash or an extension. */
export const loadWorkload = (nameOrPath: string, directory = workloadsDirectory): Workload =>
  sound(openWorkload(nameOrPath, directory));

function sound(file: OpenWorkload): Workload {
  const complaint = file.complaint([]);
  if (complaint !== undefined) throw complaint;
  return file.workload;
}

/** Throws where nothing of it can be used. Whoever goes on asks for its complaint, with what else has come to light. */
export function openWorkload(nameOrPath: string, directory = workloadsDirectory): OpenWorkload {
  if (/[/\\]|^\.+$/.test(nameOrPath) || EXTENSION.test(nameOrPath)) {
    return openText(nameOf(nameOrPath), readText(nameOrPath), nameOrPath, directory);
  }
  const known = filesIn(directory);
  const found = known.find(file => nameOf(file) === nameOrPath);
  if (found !== undefined) return openText(nameOrPath, readText(found), found, directory);
  throw new WorkloadError(
    `there is no workload "${nameOrPath}"${alike(nameOrPath, known.map(nameOf))}\n` +
      `npm run list -- workloads lists all ${known.length}; ` +
      `a file of your own is given by its path, such as ./${nameOrPath}.yaml`,
  );
}

/** Every workload of a directory, sorted by name. A broken file is listed too: `loadWorkload` says what is wrong. */
export const listWorkloads = (directory = workloadsDirectory): WorkloadSummary[] =>
  filesIn(directory).map(file => ({ name: nameOf(file), description: descriptionOf(file, directory), file }));

const filesIn = (directory: string): string[] =>
  readdirSync(directory)
    .filter(file => /\.(ya?ml|ts)$/.test(file))
    .sort((left, right) => (nameOf(left) < nameOf(right) ? -1 : 1))
    .map(file => join(directory, file));

/** Checks the text of a file and resolves it. `label` is what error messages call the file, and its path. */
export const parseWorkload = (name: string, text: string, label: string): Workload =>
  sound(openText(name, text, label, workloadsDirectory));

function openText(name: string, text: string, label: string, directory: string): OpenWorkload {
  const { data, locate } = layersOf(text, label, directory);
  const { workload, mistakes, flawed } = checked(name, data, locate);
  if (workload === undefined) throw new WorkloadError(printMistakes(mistakes));
  const complaint = (late: readonly LateMistake[]) => {
    const all = [...mistakes, ...late.map(mistake => placed(mistake, locate))];
    return all.length === 0 ? undefined : new WorkloadError(printMistakes(all));
  };
  return { workload, written: data as Data, flawed, complaint };
}

function layersOf(text: string, label: string, directory: string): Layers {
  try {
    return readLayers(text, label, directory);
  } catch (error) {
    throw error instanceof LayerError ? new WorkloadError(printMistakes(error.mistakes)) : error;
  }
}

const nameOf = (file: string): string => basename(file).replace(EXTENSION, "");

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EISDIR")
      throw new WorkloadError(`${file} is a folder: name the files in it, ${file}/*.yaml`);
    throw new WorkloadError(`cannot read ${file}: ${code === "ENOENT" ? "there is no such file" : message}`);
  }
}

function descriptionOf(file: string, directory: string): string {
  try {
    const description = valueAt(readLayers(readText(file), file, directory).data, ["description"]);
    return typeof description === "string" ? description : "";
  } catch {
    return "";
  }
}
