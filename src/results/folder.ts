/** Where a study lives: one folder, never used twice, and `latest` beside it pointing to the newest. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { LOCK } from "./lock.ts";

export interface StudyLabel {
  readonly started: Date;
  readonly algorithms: readonly string[];
  readonly n: readonly number[];
  readonly workloads: readonly string[];
  readonly hash: string;
}

/** For example 2026-11-21T08-39-12Z_raft+pbft_n4+7_steady_9f3c1a2. */
export function studyName(label: StudyLabel): string {
  const time = label.started
    .toISOString()
    .replace(/\.\d+Z$/, "Z")
    .replaceAll(":", "-");
  const parts = [
    listed(label.algorithms, "algorithms"),
    `n${listed(label.n.map(String), "sizes")}`,
    listed(label.workloads, "workloads"),
  ];
  return [time, ...parts, label.hash.slice(0, 7)].join("_");
}

/** File systems end at 255 bytes; beyond a readable length only the number of items is named. */
function listed(items: readonly string[], what: string): string {
  const text = items.map(item => item.replaceAll(/[^A-Za-z0-9.-]+/g, "-")).join("+");
  return text.length <= 60 ? text : `${items.length}-${what}`;
}

/**
 * Makes a folder and its parents, one by one: where nothing can be made at all, as in /proc, Node's own `recursive`
 * never returns (26.10).
 */
export function makeFolders(folder: string): void {
  if (existsSync(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) makeFolders(parent);
  mkdirSync(folder);
}

/** Makes a new folder. A name that is taken gets -2, -3 …: nothing is ever overwritten. */
export function createStudyFolder(parent: string, name: string): string {
  makeFolders(parent);
  for (let attempt = 1; ; attempt++) {
    const folder = join(parent, attempt === 1 ? name : `${name}-${attempt}`);
    try {
      mkdirSync(folder);
      return folder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

/** The manifest while it is written. */
export const MANIFEST_ASIDE = ".manifest.json";

/** What a study that ended before its first manifest was there leaves behind; whether it lives, the lock tells. */
const leftovers = [MANIFEST_ASIDE, LOCK];

/** Makes the folder that somebody asked for by name; false if something is in it already. */
export function claimFolder(folder: string): boolean {
  makeFolders(folder);
  return readdirSync(folder).every(name => leftovers.includes(name));
}

/** Points `latest` to the folder. The link is made aside and renamed, so that readers never find it missing. */
export function pointLatest(folder: string): void {
  const parent = dirname(folder);
  const aside = join(parent, `.latest-${process.pid}`);
  try {
    rmSync(aside, { force: true });
    symlinkSync(basename(folder), aside, "dir");
    renameSync(aside, join(parent, "latest"));
  } catch {
    rmSync(aside, { force: true });
    writeFileSync(join(parent, "latest.txt"), `${basename(folder)}\n`);
  }
}
