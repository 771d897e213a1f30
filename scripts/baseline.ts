/**
 * `npm run baseline`: makes `baselines/steady` anew, what `npm run compare -- baselines/steady NEW` compares with. Run
 * it when a change of numbers is meant, and look at the comparison with the old one first.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../src/harness/protocols.ts";
import { readManifest, readRuns } from "../src/results/reader.ts";
import { writeManifest } from "../src/results/writer.ts";
import { wordsFor } from "./words.ts";

wordsFor(import.meta.filename); // none

const command = ["bench", "--n", "4", "--point", "clients.count=16"];
const folder = join(root, "baselines/steady");
const study = mkdtempSync(join(tmpdir(), "baseline-"));

try {
  const words = [join(root, "src/cli/main.ts"), ...command, "--quiet", "--out", study];
  execFileSync(process.execPath, words, { cwd: root, stdio: "inherit" });
  const manifest = readManifest(study);
  // In a fixed order and without what the machine adds, so that a refresh changes the lines that have changed.
  const lines = readRuns(study).lines.toSorted((one, two) => (one.pair_key < two.pair_key ? -1 : 1));
  // Most of a line is its histogram and what nodes say of themselves, which nothing is compared by.
  const kept = lines.map(line => ({
    ...line,
    latency_histogram: null,
    replicas: null,
    host: { wall_ms: 0 },
  }));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "runs.ndjson"), kept.map(line => `${JSON.stringify(line)}\n`).join(""));
  writeManifest(folder, {
    ...manifest,
    argv: command,
    command: `npm run bench -- ${command.slice(1).join(" ")}`,
  });
} finally {
  rmSync(study, { recursive: true });
}
