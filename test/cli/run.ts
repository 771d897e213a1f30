/** Runs the real command line in a process of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "../..");
export const saboteur = join(root, "test/fixtures/saboteur.ts");
export const quick = join(root, "test/fixtures/quick.yaml");
export const unhurried = join(root, "test/fixtures/unhurried.yaml");

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Outcome>;
}

export function start(words: readonly string[], environment: Readonly<Record<string, string>> = {}): Running {
  // Without what an npm around the tests has set, and without the test runner's own CI or colours.
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|INIT_CWD|CI$|FORCE_COLOR)/.test(name),
  );
  const env = { ...Object.fromEntries(inherited), ...environment };
  const child = spawn(process.execPath, [join(root, "src/cli/main.ts"), ...withoutPage(words)], {
    cwd: root,
    env,
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", data => {
    stdout += data;
  });
  child.stderr.on("data", data => {
    stderr += data;
  });
  const { promise, resolve: end } = Promise.withResolvers<Outcome>();
  child.on("close", code => end({ code, stdout, stderr }));
  return { process: child, ended: promise };
}

/** Writing the page takes longer than most studies of the tests; those about pages ask for it. */
const withoutPage = (words: readonly string[]): readonly string[] =>
  words[0] === "bench" && words.some(word => word === "--out" || word === "--resume")
    ? [...words, "--no-report"]
    : words;

export const run = (
  words: readonly string[],
  environment?: Readonly<Record<string, string>>,
): Promise<Outcome> => start(words, environment).ended;

export async function inTemporaryFolder<Value>(body: (folder: string) => Promise<Value>): Promise<Value> {
  const folder = mkdtempSync(join(tmpdir(), "consensus-bench-"));
  try {
    return await body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The lines of a study as they must be the same in every run of it: sorted, without what is the machine's. */
export function comparableLines(folder: string): string[] {
  const lines = readFileSync(join(folder, "runs.ndjson"), "utf8").trimEnd().split("\n");
  return lines.map(line => JSON.stringify({ ...JSON.parse(line), host: undefined })).sort();
}
