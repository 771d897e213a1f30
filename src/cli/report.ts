/** `npm run report`: writes the page of a study from its result files, as `bench` did at its end. */
import { spawn } from "node:child_process";
import { basename, dirname, join, resolve } from "node:path";
import type { Command } from "commander";
import { root } from "../harness/protocols.ts";
import { UsageError } from "../harness/usage.ts";
import { TakenError, usualFile, writeIndex, writeReport } from "../report/write.ts";
import { diskReason } from "./errors.ts";
import { findStudy, shown } from "./find-study.ts";
import { refuseLostOptions } from "./lost-options.ts";
import { userFolder } from "./study-folder.ts";

interface ReportOptions {
  readonly out?: string;
  readonly open?: true;
}

export function define(command: Command): void {
  command
    .description("Writes the page of a study: one HTML file that needs nothing else.")
    .argument("[study]", "the folder of a study", "results/latest")
    .argument("[stray...]")
    .option("--out <file>", "where the page goes (default: reports/<study>.html)")
    .option("--open", "show it in a browser")
    .action(async (study: string, stray: string[], { out, open }: ReportOptions) => {
      refuseLostOptions("report", ["out"], ["open"], process.argv.slice(3), process.env);
      if (stray.length > 0)
        throw new UsageError(`'${stray[0]}' belongs to no option; report takes one study`);
      const { folder } = findStudy(study);
      const file = await writePageOf(folder, out === undefined ? undefined : resolve(userFolder(), out));
      if (open) await show(file);
      // The last line; a script takes it from there.
      console.log(shown(file));
    });
}

/** Writes the page, and the list of pages if it is one of the house. Returns where it is. */
export async function writePageOf(folder: string, out?: string): Promise<string> {
  const file = out ?? usualFile(folder, root);
  try {
    await writeReport(folder, file);
    if (dirname(file) === join(root, "reports")) writeIndex(root);
    return file;
  } catch (error) {
    if (error instanceof TakenError) throw new UsageError(error.message);
    const reason = diskReason(error);
    throw reason === undefined ? error : new UsageError(`${file} cannot be written: ${reason}`);
  }
}

const openers: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  darwin: ["open"],
  win32: ["cmd", "/c", "start", ""],
};

/** Whether the browser comes up is the system's affair; only that there is no such command is told. */
async function show(file: string): Promise<void> {
  const [command, ...words] = openers[process.platform] ?? ["xdg-open"];
  const { promise, resolve: done } = Promise.withResolvers<void>();
  const child = spawn(command!, [...words, file], { detached: true, stdio: "ignore" });
  child.on("spawn", done);
  child.on("error", () => {
    console.error(`warning: ${basename(file)} could not be opened: there is no ${command} here`);
    done();
  });
  child.unref();
  await promise;
}
