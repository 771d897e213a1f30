/**
 * `npm run check:versions`: the same runs by several versions of Node. Not only the order of events must be
 * the same, which the trace hash tells, but all that `runs.ndjson` says, except for the part that is the
 * machine's.
 *
 * Installs each version into a temporary folder, from npm. Leaves with 1 where anything differs.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { RunLine } from "../src/results/schema.ts";
import { linesOf, nameOf, several } from "../test/golden/runs.ts";
import { wordsFor } from "./words.ts";

const others = ["22", "24"]; // beside the one that runs this
const script = fileURLToPath(import.meta.url);
const root = resolve(import.meta.dirname, "..");
const MOST_BYTES = 64 * 1024 * 1024; // of lines

interface Version {
  readonly name: string;
  readonly lines: readonly string[];
}

/** What a version is started for: the lines of all runs, on its standard output. */
async function printLines(): Promise<void> {
  for await (const line of linesOf(several)) console.log(JSON.stringify(line));
}

function runBy(node: string): Version {
  const options = { cwd: root, encoding: "utf8", maxBuffer: MOST_BYTES } as const;
  const name = execFileSync(node, ["--version"], options).trim();
  console.error(`running by Node ${name} …`);
  const lines = execFileSync(node, [script, "--print"], options).trimEnd().split("\n");
  return { name, lines };
}

/** The package of that name brings the executable itself, by a script of its own after it is installed. */
function install(version: string, folder: string): string {
  console.error(`installing node@${version} …`);
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ private: true, allowScripts: { node: true } }),
  );
  const words = ["install", "--no-save", "--no-audit", "--no-fund", "--prefix", folder, `node@${version}`];
  execFileSync("npm", words, { cwd: folder, stdio: ["ignore", "ignore", "inherit"], shell: onWindows });
  return join(folder, "node_modules", "node", "bin", onWindows ? "node.exe" : "node");
}

const onWindows = process.platform === "win32";

function inTemporaryFolder<Value>(body: (folder: string) => Value): Value {
  const folder = mkdtempSync(join(tmpdir(), "consensus-bench-node-"));
  try {
    return body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The fields of two lines that are not the same, to begin the search with. */
function differences(left: string, right: string): string[] {
  const one = JSON.parse(left) as Record<string, unknown>;
  const other = JSON.parse(right) as Record<string, unknown>;
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].filter(
    field => JSON.stringify(one[field]) !== JSON.stringify(other[field]),
  );
}

/** A row for each run: its hash by this version, and whether the others agree. */
function compare(versions: readonly Version[]): { readonly rows: string[][]; readonly same: boolean } {
  const [own, ...rest] = versions as [Version, ...Version[]];
  const rows = own.lines.map((line, index) => {
    const run = JSON.parse(line) as RunLine;
    const verdicts = rest.map(({ lines }) => {
      const other = lines[index];
      if (other === line) return "same";
      return other === undefined ? "missing" : `DIFFERS: ${differences(line, other).join(", ")}`;
    });
    return [nameOf(run), `${run.events}`, run.trace_hash ?? run.status, ...verdicts];
  });
  const same = rest.every(({ lines }) => lines.join("\n") === own.lines.join("\n"));
  const head = ["run", "events", own.name, ...rest.map(({ name }) => name)];
  return { rows: [head, ...rows], same };
}

function print(rows: readonly (readonly string[])[]): void {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)));
  for (const row of rows) {
    const cells = row.map((cell, column) =>
      column === 1 ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
    );
    console.log(cells.join("  ").trimEnd());
  }
}

function check(): void {
  const versions = [
    runBy(process.execPath),
    ...others.map(version => inTemporaryFolder(folder => runBy(install(version, folder)))),
  ];
  const { rows, same } = compare(versions);
  print(rows);
  const names = versions.map(({ name }) => name).join(", ");
  const count = rows.length - 1;
  console.log(same ? `\n${count} runs, the same by ${names}` : `\nnot the same by ${names}`);
  process.exitCode = same ? 0 : 1;
}

if (wordsFor(script, word => word === "--print").includes("--print")) await printLines();
else check();
