/** The command line: finds the command, imports only what that needs, and turns its outcome into an exit code. */
import { enableCompileCache } from "node:module";

enableCompileCache();

// Imported after the compile cache is on, which halves the time to start.
const { Command } = await import("commander");
const { diskReason, exitCodes, report } = await import("./errors.ts");

interface CommandModule {
  define(command: InstanceType<typeof Command>): void;
}

const commands: Readonly<Record<string, { summary: string; load: () => Promise<CommandModule> }>> = {
  bench: { summary: "run a study: protocols under the same work", load: () => import("./bench.ts") },
  engine: { summary: "measure how fast the harness itself is", load: () => import("./engine.ts") },
  validate: { summary: "check workload files", load: () => import("./validate.ts") },
  fuzz: { summary: "explore a protocol at random, every run checked", load: () => import("./fuzz.ts") },
  check: { summary: "check histories for linearizability", load: () => import("./check.ts") },
  replay: { summary: "recompute a run and print what happened in it", load: () => import("./replay.ts") },
  report: { summary: "write the page of a study again", load: () => import("./report.ts") },
  compare: { summary: "what changed between two studies, and how sure", load: () => import("./compare.ts") },
  export: { summary: "a study as tables for pandas, R or DuckDB", load: () => import("./export.ts") },
  list: { summary: "list algorithms, workloads and faults", load: () => import("./list.ts") },
};

async function main(words: readonly string[]): Promise<number> {
  const program = new Command("consensus-bench")
    .description(
      "Puts consensus protocols through the same work, on the same network, under the same faults.",
    )
    .exitOverride();
  for (const [name, { summary, load }] of Object.entries(commands)) {
    const command = program.command(name).summary(summary);
    if (words[0] === name) (await load()).define(command);
  }
  await program.parseAsync(words, { from: "user" });
  return Number(process.exitCode ?? 0);
}

let isCut = false; // what was printed
process.stdout.on("error", error => {
  // A reader that has seen enough (`| head`) is no error.
  if (isCut || (error as NodeJS.ErrnoException).code === "EPIPE") return;
  isCut = true;
  process.exitCode ||= exitCodes.internal;
  console.error(`error: the output could not be written: ${diskReason(error) ?? error.message}`);
});
// There is nowhere left to say it, and results are worth more than what is said about them.
process.stderr.on("error", () => {});

const code = await main(process.argv.slice(2)).catch(report);
process.exitCode = code === exitCodes.fine && isCut ? exitCodes.internal : code;
