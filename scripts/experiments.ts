/**
 * `npm run experiments [-- steady chaos]`: every shipped workload as its file says, with all its seeds, and whether
 * what it expects comes true; or those that are named. Takes long; the tests do the same with few seeds. Leaves with 1
 * where anything fails.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { readManifest } from "../src/results/reader.ts";
import { listWorkloads } from "../src/workload/load.ts";
import { wordsFor } from "./words.ts";

const cli = resolve(import.meta.dirname, "../src/cli/main.ts");
const named = wordsFor(import.meta.filename, word => !word.startsWith("-"));
const names = named.length > 0 ? named : listWorkloads().map(({ name }) => name);
const width = Math.max(...names.map(name => name.length));
const folder = mkdtempSync(join(tmpdir(), "experiments-"));

/** Whether all that could be judged came true, and something could. */
function holds(name: string): boolean {
  const out = join(folder, name);
  const words = [cli, "bench", "--workload", name, "--out", out, "--quiet", "--no-report"];
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
  if (status !== 0 && status !== 3) {
    console.log(`${name.padEnd(width)}  exit code ${status}\n${stdout}${stderr}`);
    return false;
  }
  const { expectations, runs } = readManifest(out);
  const count = (ok: boolean | null) => (expectations ?? []).filter(one => one.ok === ok).length;
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  const told = `${count(true)} hold, ${count(false)} fail, ${count(null)} not judged`;
  console.log(`${name.padEnd(width)}  ${told}; ${runs.done} runs, ${seconds} s`);
  for (const line of stdout.split("\n")) if (line.startsWith("  FAILS")) console.log(line);
  return count(false) === 0 && count(true) > 0;
}

try {
  const failed = names.filter(name => !holds(name));
  console.log(failed.length === 0 ? "all hold" : `not as expected: ${failed.join(", ")}`);
  process.exitCode = failed.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
