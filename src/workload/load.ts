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
import { alike } from "./nearest.ts";
import { resolveWorkload } from "./resolve.ts";
import { WorkloadFile, workloadJsonSchema } from "./schema.ts";
import { type FilePath, lostExpectations, type PointMistake, type Resolve, sweepOf } from "./sweep.ts";
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

/** Something that is wrong with a file and shows only beside what it speaks of, such as protocols. */
export interface LateMistake {
  readonly path: Path;
  readonly ofKey: boolean; // whether the name is wrong, not what it is given
  readonly message: string;
}

/** A workload, and the file that it comes from. */
export interface OpenWorkload {
  readonly workload: Workload;
  readonly written: Data; // as the file has it, with what it extends
  complaint(mistakes: readonly LateMistake[]): WorkloadError;
}

/** Loads a workload by its name in `workloads/`, or from a path: whatever has a slash or an extension. */
export const loadWorkload = (nameOrPath: string, directory = workloadsDirectory): Workload =>
  openWorkload(nameOrPath, directory).workload;

export function openWorkload(nameOrPath: string, directory = workloadsDirectory): OpenWorkload {
  if (/[/\\]/.test(nameOrPath) || EXTENSION.test(nameOrPath)) {
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
  openText(name, text, label, workloadsDirectory).workload;

function openText(name: string, text: string, label: string, directory: string): OpenWorkload {
  const { data, locate } = layersOf(text, label, directory);
  const complaint = (mistakes: readonly LateMistake[]) =>
    new WorkloadError(printMistakes(mistakes.map(mistake => placed(mistake, locate))));
  return { workload: checkedWorkload(name, data, locate), written: data as Data, complaint };
}

const placed = ({ path, ofKey, message }: LateMistake, locate: Locate): Mistake => {
  const where = path[0] === "sweep" ? "sweep" : pathText(path);
  return { ...locate(path, ofKey), text: `${where}: ${message}` };
};

function checkedWorkload(name: string, data: unknown, locate: Locate): Workload {
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
  const mistakes = [...flaws, ...lost].map(flaw => placed(flaw, locate));
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
    const places: Omit<PointMistake, "text">[] = [];
    const nowhere: Source = { label: "", text: "", lines: new LineCounter(), placeOf: () => 0 };
    const remember: Locate = (path, ofKey) => {
      places.push({ path: path as FilePath, ofKey });
      return { source: nowhere, offset: 0 };
    };
    const mistakes = explainIssues(checked.error.issues, remember, data, workloadJsonSchema());
    return mistakes.map(({ text }, index) => ({ ...places[index]!, text }));
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
