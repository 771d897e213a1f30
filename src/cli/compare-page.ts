/** Studies to compare: their folders, or what a page carries whose folder is not here. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { UsageError } from "../harness/usage.ts";
import { filesInPage } from "../results/in-page.ts";
import { type FoundStudy, findStudy } from "./find-study.ts";
import { userFolder } from "./study-folder.ts";

/** Hands the studies over. What had to be unpacked for it is gone afterwards. */
export async function withStudies<Result>(
  words: readonly string[],
  act: (found: readonly FoundStudy[]) => Promise<Result>,
): Promise<Result> {
  const unpacked: string[] = [];
  try {
    return await act(words.map(word => find(word, unpacked)));
  } finally {
    for (const folder of unpacked) rmSync(folder, { recursive: true, force: true });
  }
}

/** The folder first: it has the course of the runs as well. */
function find(word: string, unpacked: string[]): FoundStudy {
  try {
    return findStudy(word);
  } catch (error) {
    const folder = error instanceof UsageError ? unpackPage(word, unpacked) : undefined;
    if (folder === undefined) throw error;
    return { label: word, folder };
  }
}

function unpackPage(word: string, unpacked: string[]): string | undefined {
  const path = resolve(userFolder(), word);
  if (!path.endsWith(".html") || !existsSync(path)) return undefined;
  const files = filesInPage(readFileSync(path, "utf8"), word);
  if (files === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "consensus-bench-page-"));
  unpacked.push(folder);
  writeFileSync(join(folder, "manifest.json"), files.manifest);
  writeFileSync(join(folder, "runs.ndjson"), files.runs);
  return folder;
}
