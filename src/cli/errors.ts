/** What leaves the program when something goes wrong: one line, and a documented exit code. */
import { CommanderError } from "commander";
import { DiskError } from "../harness/study.ts";
import { UsageError } from "../harness/usage.ts";
import { ResultsError } from "../results/reader.ts";
import { WorkloadError } from "../workload/load.ts";
import { optionHint } from "./option-hint.ts";

export const exitCodes = {
  fine: 0,
  internal: 1,
  usage: 2,
  expectation: 3,
  regression: 4,
  violation: 5,
  notComparable: 6,
  interrupted: 130,
} as const;

/** Says what happened and returns the code to leave with. A stack is shown only where the mistake is ours. */
export function report(error: unknown): number {
  if (error instanceof CommanderError) {
    const hint =
      error.code === "commander.unknownOption" ? optionHint(error.message, process.argv) : undefined;
    if (hint !== undefined) console.error(hint);
    return error.exitCode === 0 ? exitCodes.fine : exitCodes.usage;
  }
  if (error instanceof UsageError || error instanceof WorkloadError || error instanceof ResultsError) {
    console.error(`error: ${error.message}`);
    return exitCodes.usage;
  }
  if (error instanceof DiskError) {
    console.error(`error: ${error.message}`);
    return exitCodes.internal;
  }
  console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return exitCodes.internal;
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOENT: "nothing can be made there",
  ENOTDIR: "a part of the path is a file",
  EEXIST: "there is a file of that name",
  ENAMETOOLONG: "the name is too long",
};

/** An error of the file system in plain words; undefined if it is something else. */
export function diskReason(error: unknown): string | undefined {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === undefined ? undefined : reasons[code];
}
