/** Finds workload files, reads them, and reports everything that is wrong with one at once. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { LineCounter } from "yaml";
import {
  explainIssues,
  type Locate,
  type Mistake,
  type Path,
  pathText,
  printMistakes,
  type Source,
  valueAt,
} from "./explain.ts";
import { LayerError, type Layers, readLayers } from "./extends.ts";
import { didYouMean } from "./nearest.ts";
import { resolveWorkload } from "./resolve.ts";
import { WorkloadFile, workloadJsonSchema } from "./schema.ts";
import { lostExpectations, type Resolve, sweepOf } from "./sweep.ts";
import type { Workload } from "./workload.ts";

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

/** Loads a workload by its name in `workloads/`, or from a path: whatever has a slash or an extension. */
export function loadWorkload(nameOrPath: string, directory = workloadsDirectory): Workload {
  if (/[/\\]/.test(nameOrPath) || EXTENSION.test(nameOrPath)) {
    return parseWorkload(nameOf(nameOrPath), readText(nameOrPath), nameOrPath, directory);
  }
  const known = filesIn(directory);
  const found = known.find(file => nameOf(file) === nameOrPath);
  if (found !== undefined) return parseWorkload(nameOrPath, readText(found), found, directory);
  const names = known.map(nameOf);
  throw new WorkloadError(
    `there is no workload "${nameOrPath}"${didYouMean(nameOrPath, names)}\n` +
      `Known are ${names.join(", ")}. A file of your own is given by its path, such as ./${nameOrPath}.yaml.`,
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
export function parseWorkload(
  name: string,
  text: string,
  label: string,
  directory = workloadsDirectory,
): Workload {
  const { data, locate } = layersOf(text, label, directory);
  const checked = WorkloadFile.safeParse(data);
  if (checked.success) {
    const { workload, mistakes } = withSweep(name, data as Data, checked.data, locate);
    if (mistakes.length === 0) return workload;
    throw new WorkloadError(printMistakes(mistakes));
  }
  const mistakes = explainIssues(checked.error.issues, locate, data, workloadJsonSchema());
  // A wrong expectation is no reason to keep silent about a wrong sweep.
  const rest = isRecord(data) ? WorkloadFile.safeParse({ ...data, expect: undefined }) : checked;
  const others = rest.success ? withSweep(name, data as Data, rest.data, locate).mistakes : [];
  throw new WorkloadError(printMistakes([...mistakes, ...others]));
}

type Data = Readonly<Record<string, unknown>>;
const isRecord = (value: unknown): value is Data => typeof value === "object" && value !== null;

function withSweep(
  name: string,
  data: Data,
  file: WorkloadFile,
  locate: Locate,
): { workload: Workload; mistakes: Mistake[] } {
  const workload = resolveWorkload(name, file);
  const { sweep, flaws } = sweepOf(data, file, pointOf(name));
  const lost = flaws.length > 0 ? [] : lostExpectations(workload, sweep, file.expect);
  const mistakes = [...flaws, ...lost].map(({ path, ofKey, message }) => {
    const where = path[0] === "sweep" ? "sweep" : pathText(path);
    return { ...locate(path, ofKey), text: `${where}: ${message}` };
  });
  return { workload: { ...workload, sweep }, mistakes };
}

function layersOf(text: string, label: string, directory: string): Layers {
  try {
    return readLayers(text, label, directory);
  } catch (error) {
    throw error instanceof LayerError ? new WorkloadError(printMistakes(error.mistakes)) : error;
  }
}

/** Each point of a sweep is checked as if it were a file. Its mistakes are told where the sweep's values stand. */
const pointOf =
  (name: string): Resolve =>
  data => {
    const checked = WorkloadFile.safeParse(data);
    if (checked.success) return resolveWorkload(name, checked.data);
    const paths: Path[] = [];
    const nowhere: Source = { label: "", text: "", lines: new LineCounter(), document: undefined };
    const remember: Locate = path => {
      paths.push(path);
      return { source: nowhere, offset: 0 };
    };
    const mistakes = explainIssues(checked.error.issues, remember, data, workloadJsonSchema());
    return mistakes.map(({ text }, index) => ({ path: paths[index]!, text }));
  };

const nameOf = (file: string): string => basename(file).replace(EXTENSION, "");

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
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
