/** Writes pages to where they belong. A page is replaced as a whole, and never a file that is not one of ours. */
import {
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { makeFolders } from "../results/folder.ts";
import { ResultsError, readManifest } from "../results/reader.ts";
import type { Manifest } from "../results/schema.ts";
import { generator } from "./document.ts";
import { indexPage } from "./index-page.ts";
import { studyPage } from "./page.ts";
import { readStudy } from "./study.ts";

/** A file of that name is there and is somebody else's. */
export class TakenError extends Error {
  override readonly name = "TakenError";
}

/** Beside `results` for a study of that folder, and with the study for one that lies elsewhere. */
export function usualFile(folder: string, root: string): string {
  const real = realpathSync(folder);
  const isHouse = dirname(real) === join(realpathSync(root), "results");
  return isHouse ? join(root, "reports", `${basename(real)}.html`) : join(folder, "report.html");
}

export async function writeReport(folder: string, file: string): Promise<void> {
  refuseTaken(file);
  replace(file, await studyPage(readStudy(folder)));
}

/** The list of everything in `results`, for the pages in `reports`. */
export function writeIndex(root: string): void {
  const [results, reports] = [join(root, "results"), join(root, "reports")];
  const file = join(reports, "index.html");
  refuseTaken(file);
  const names = readdirSync(results, { withFileTypes: true })
    .filter(entry => entry.isDirectory() && existsSync(join(results, entry.name, "manifest.json")))
    .map(({ name }) => name);
  const listed = names.sort().map(name => {
    const page = existsSync(join(reports, `${name}.html`)) ? `${name}.html` : undefined;
    return { name, manifest: manifestOf(join(results, name)), page };
  });
  replace(file, indexPage(listed));
}

/** A study of another version, or one that somebody has edited, is listed as unreadable. */
function manifestOf(folder: string): Manifest | undefined {
  try {
    return readManifest(folder);
  } catch (error) {
    if (error instanceof ResultsError) return undefined;
    throw error;
  }
}

function refuseTaken(file: string): void {
  if (!existsSync(file)) return;
  if (readFileSync(file, "utf8").includes(generator.text)) return;
  throw new TakenError(
    `${file} is there and is no report: nothing of yours is overwritten. Choose another --out`,
  );
}

function replace(file: string, text: string): void {
  makeFolders(dirname(file));
  const aside = `${file}.${process.pid}.part`;
  try {
    writeFileSync(aside, text);
    renameSync(aside, file);
  } catch (error) {
    rmSync(aside, { force: true });
    throw error;
  }
}
