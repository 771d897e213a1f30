/** `npm run validate`: says everything that is wrong with workload files, without running them. */
import { resolve } from "node:path";
import type { Command } from "commander";
import { planStudy } from "../harness/plan.ts";
import { UsageError } from "../harness/usage.ts";
import { loadWorkload, WorkloadError } from "../workload/load.ts";
import type { Workload } from "../workload/workload.ts";
import { exitCodes } from "./errors.ts";
import { userFolder } from "./study-folder.ts";

export function define(command: Command): void {
  command
    .description("Checks workload files, by name or path, and says everything that is wrong with them.")
    .argument("<file...>")
    .action(async (files: string[]) => {
      let good = true;
      for (const file of files) good = (await validate(file)) && good;
      process.exitCode = good ? exitCodes.fine : exitCodes.usage;
    });
}

async function validate(file: string): Promise<boolean> {
  try {
    const isPath = /[/\\]|\.(ya?ml|json|ts)$/.test(file);
    const source = isPath ? resolve(userFolder(), file) : file;
    await plan(source);
    console.log(`ok  ${file}${summary(loadWorkload(source))}`);
    return true;
  } catch (error) {
    if (!(error instanceof WorkloadError || error instanceof UsageError)) throw error;
    console.error(error instanceof WorkloadError ? error.message : `${file}  ${error.message}`);
    return false;
  }
}

/** What the file says of protocols and their options shows only beside the protocols. */
async function plan(source: string): Promise<void> {
  const nothing = { algorithms: undefined, n: undefined, f: undefined, seeds: undefined, settings: [] };
  await planStudy({ ...nothing, workloads: [source], folder: userFolder() });
}

function summary({ sweep, expect }: Workload): string {
  const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;
  const points = sweep === undefined ? [] : [counted(sweep.points.length, "point")];
  const expectations = expect.length === 0 ? [] : [counted(expect.length, "expectation")];
  const parts = [...points, ...expectations];
  return parts.length === 0 ? "" : `  (${parts.join(", ")})`;
}
