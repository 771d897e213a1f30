/** Runs a command in this process: to start one of its own takes longer than most commands do. */
import { Command } from "commander";
import { vi } from "vitest";
import { report } from "../../src/cli/errors.ts";
import type { Outcome } from "./run.ts";

/** As `run` does it, but for what is a process's own: how it starts, and what is written past the console. */
export async function here(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const said = { stdout: "", stderr: "" };
  const listen = (way: "log" | "error", to: keyof typeof said) =>
    vi.spyOn(console, way).mockImplementation((text: unknown) => {
      said[to] += `${text}\n`;
    });
  const spies = [listen("log", "stdout"), listen("error", "stderr")];
  const before = { argv: process.argv, env: process.env, exitCode: process.exitCode };
  const inherited = Object.entries(before.env).filter(([name]) => !/^(npm_|INIT_CWD)/.test(name));
  process.argv = [process.execPath, "main.ts", ...words];
  process.env = { ...Object.fromEntries(inherited), ...environment };
  process.exitCode = undefined;
  try {
    const program = await programFor(words[0]!, text => {
      said.stderr += text;
    });
    const code = await program.parseAsync(words, { from: "user" }).then(() => process.exitCode ?? 0, report);
    return { code: Number(code), ...said };
  } finally {
    Object.assign(process, before);
    for (const spy of spies) spy.mockRestore();
  }
}

async function programFor(name: string, writeErr: (text: string) => void): Promise<Command> {
  const program = new Command("consensus-bench").exitOverride().configureOutput({ writeErr });
  const { define } = (await import(`../../src/cli/${name}.ts`)) as { define: (command: Command) => void };
  define(program.command(name));
  return program;
}
