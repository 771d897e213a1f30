/** Folders of studies that nobody ran. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Manifest, RunLine } from "../../src/results/schema.ts";

export const manifest = (change: Partial<Manifest> = {}): Manifest => ({
  schema_version: 1,
  argv: ["bench"],
  command: "npm run bench --",
  workloads: [
    { name: "steady", source: "steady", hash: "0", resolved: { name: "steady", network: { loss: 0 } } },
  ],
  algorithms: [{ name: "raft", source: "raft", path: null, code: null }],
  seeds: [1],
  cells: [],
  trace: false,
  versions: {
    project: "0.1.0",
    git_commit: "0123456789abcdef",
    git_dirty: false,
    code: "c0de",
    node: "26",
    v8: "14",
    packages: {},
  },
  machine: { os: "Linux", cpu: "one", cores: 2, memory_bytes: 1 },
  started: "2026-11-21T08:39:12Z",
  ended: "2026-11-21T08:39:13Z",
  status: "complete",
  runs: { planned: 1, done: 1, failed: 0 },
  verdicts: null,
  expectations: null,
  saturation: null,
  ...change,
});

export function writeStudy(
  folder: string,
  lines: readonly RunLine[],
  change: Partial<Manifest> = {},
): string {
  mkdirSync(folder, { recursive: true });
  const runs = { planned: lines.length, done: lines.length, failed: 0 };
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest({ runs, ...change }), undefined, 2));
  writeFileSync(join(folder, "runs.ndjson"), lines.map(line => `${JSON.stringify(line)}\n`).join(""));
  return folder;
}
