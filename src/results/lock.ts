/**
 * One writer a folder. Two that resumed the same study would both run what is missing, and tear each other's lines.
 * The lock is a file that names its process, and goes with it: one whose process is gone is taken over.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";

export const LOCK = ".lock";

interface Owner {
  readonly pid: number;
  readonly host: string;
  readonly began: string | null; // tells the process from a later one of the same number; null where nobody knows
}

/** Somebody else is writing there. */
export class LockedError extends Error {
  override readonly name = "LockedError";
}

/** Throws a `LockedError` if the folder has a living owner. Given back when this process ends, however it does. */
export function lockFolder(folder: string): void {
  const file = join(folder, LOCK);
  const mine = JSON.stringify({ pid: process.pid, host: hostname(), began: beganAt(process.pid) });
  while (!tryToCreate(file, mine)) {
    const found = contentsOf(file);
    if (found === undefined) continue; // given back in this instant
    refuseWhileAlive(found, folder, file);
    remove(file, found);
  }
  // Not the lock of whoever took this one for stale, should that ever happen.
  process.once("exit", () => contentsOf(file) === mine && rmSync(file, { force: true }));
}

function tryToCreate(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Undefined where there is no lock. */
function contentsOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function refuseWhileAlive(text: string, folder: string, file: string): void {
  const owner = ownerIn(text);
  if (owner !== undefined && owner.host === hostname() && !isAlive(owner)) return;
  const who = owner === undefined ? "somebody" : `process ${owner.pid} on ${owner.host}`;
  throw new LockedError(
    `${folder} is being written by ${who}. Wait for it to end; if it is gone for good, remove ${file}`,
  );
}

/** Undefined where the file is no more than begun, or a person's. */
function ownerIn(text: string): Owner | undefined {
  try {
    const owner = JSON.parse(text) as Owner;
    return typeof owner?.pid === "number" ? owner : undefined;
  } catch {
    return undefined;
  }
}

function isAlive({ pid, began }: Owner): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  return began === null || began === beganAt(pid);
}

/** When a process began, in ticks since the machine did: Linux alone tells. */
function beganAt(pid: number): string | null {
  try {
    // The name of the program, in parentheses, may hold anything; the start is the twentieth field behind it.
    return (
      readFileSync(`/proc/${pid}/stat`, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ")[19] ?? null
    );
  } catch {
    return null;
  }
}

/** Moved aside first, so that of several that find a stale lock only one removes it, and none a fresh one. */
function remove(file: string, found: string): void {
  const aside = `${file}-${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  if (contentsOf(aside) === found) return rmSync(aside, { force: true });
  renameSync(aside, file);
}
