/** Finds workload files, reads them, and reports everything that is wrong with one at once. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Document, LineCounter, parseDocument } from "yaml";
import { explainIssues, printMistakes } from "./explain.ts";
import { didYouMean } from "./nearest.ts";
import { resolveWorkload } from "./resolve.ts";
import { WorkloadFile, workloadJsonSchema } from "./schema.ts";
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

const EXTENSION = /\.(ya?ml|json)$/;

/** Loads a workload by its name in `workloads/`, or from a path: whatever has a slash or an extension. */
export function loadWorkload(nameOrPath: string, directory = workloadsDirectory): Workload {
  if (/[/\\]/.test(nameOrPath) || EXTENSION.test(nameOrPath)) {
    return parseWorkload(nameOf(nameOrPath), readText(nameOrPath), nameOrPath);
  }
  const known = listWorkloads(directory);
  const found = known.find(({ name }) => name === nameOrPath);
  if (found !== undefined) return parseWorkload(found.name, readText(found.file), found.file);
  const names = known.map(({ name }) => name);
  throw new WorkloadError(
    `there is no workload "${nameOrPath}"${didYouMean(nameOrPath, names)}\n` +
      `Known are ${names.join(", ")}. A file of your own is given by its path, such as ./${nameOrPath}.yaml.`,
  );
}

/** Every workload of a directory, sorted by name. A broken file is listed too: `loadWorkload` says what is wrong. */
export function listWorkloads(directory = workloadsDirectory): WorkloadSummary[] {
  return readdirSync(directory)
    .filter(file => /\.ya?ml$/.test(file))
    .map(file => ({
      name: nameOf(file),
      description: descriptionOf(join(directory, file)),
      file: join(directory, file),
    }))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}

/** Checks the text of a file and resolves it. `label` is what error messages call the file. */
export function parseWorkload(name: string, text: string, label: string): Workload {
  const lines = new LineCounter();
  const document: Document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const mistakes = document.errors.map(({ pos, message }) => ({
      offset: Math.min(pos[0], text.length),
      text: `not YAML: ${message.split("\n")[0]}`,
    }));
    throw new WorkloadError(printMistakes(label, text, lines, mistakes));
  }
  const data: unknown = document.toJS() ?? {};
  const checked = WorkloadFile.safeParse(data);
  if (checked.success) return resolveWorkload(name, checked.data);
  const mistakes = explainIssues(checked.error.issues, document, data, workloadJsonSchema());
  throw new WorkloadError(printMistakes(label, text, lines, mistakes));
}

const nameOf = (file: string): string => basename(file).replace(EXTENSION, "");

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new WorkloadError(`cannot read ${file}: ${code === "ENOENT" ? "there is no such file" : message}`);
  }
}

function descriptionOf(file: string): string {
  const description: unknown = parseDocument(readText(file)).get?.("description");
  return typeof description === "string" ? description : "";
}
