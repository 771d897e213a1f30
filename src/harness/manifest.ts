/** The manifest of a study: what it is, on what it ran, how far it came. And the way back, for resuming. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { cpus, release, totalmem, type } from "node:os";
import { join } from "node:path";
import { engineHash, moduleHash } from "../results/code-hash.ts";
import { shortHash, workloadHash } from "../results/keys.ts";
import { ResultsError } from "../results/reader.ts";
import type { Manifest, RunLine } from "../results/schema.ts";
import { worstOf } from "../results/verdict.ts";
import type { Workload } from "../workload/workload.ts";
import type { Plan } from "./plan.ts";
import { type LoadedProtocol, loadProtocol, root } from "./protocols.ts";
import { UsageError } from "./usage.ts";

/** The code behind each protocol's results: the engine's, and that of its own file if it is not one of ours. */
export function codesOf(protocols: readonly LoadedProtocol[]): { engine: string; of: Map<string, string> } {
  const engine = engineHash(root);
  const code = ({ path }: LoadedProtocol) =>
    path === undefined ? engine : shortHash(`${engine} ${moduleHash(root, path)}`);
  return { engine, of: new Map(protocols.map(loaded => [loaded.protocol.name, code(loaded)])) };
}

export function newManifest(
  plan: Plan,
  engine: string,
  planned: number,
  how: { readonly argv: readonly string[]; readonly command: string; readonly trace: boolean },
): Manifest {
  const seeds = new Set(plan.cells.flatMap(cell => cell.seeds));
  return {
    schema_version: 1,
    argv: [...how.argv],
    command: how.command,
    workloads: plan.workloads.map(({ source, workload }) => ({
      name: workload.name,
      source,
      hash: workloadHash(workload),
      resolved: { ...workload },
    })),
    algorithms: plan.protocols.map(({ protocol, source, path }) => ({
      name: protocol.name,
      source,
      path: path ?? null,
      code: path === undefined ? null : moduleHash(root, path),
    })),
    seeds: [...seeds].sort((left, right) => left - right),
    cells: [...plan.cells],
    trace: how.trace,
    versions: versions(engine),
    machine: machine(),
    started: new Date().toISOString(),
    ended: null,
    status: "running",
    runs: { planned, done: 0, failed: 0 },
    verdicts: null,
    expectations: null,
    saturation: null,
  };
}

/** The manifest with its counts brought up to date. */
export function withProgress(
  manifest: Manifest,
  lines: readonly RunLine[],
  status: Manifest["status"],
  found: Partial<Pick<Manifest, "expectations" | "saturation">> & { readonly planned?: number } = {},
): Manifest {
  const failed = lines.filter(line => line.status === "failed").length;
  const checked = lines.map(line => worstOf([line])).filter(verdict => verdict !== undefined);
  const count = (verdict: string) => checked.filter(one => one === verdict).length;
  const verdicts =
    checked.length === 0
      ? null
      : { valid: count("valid"), invalid: count("invalid"), unknown: count("unknown") };
  const ended = status === "running" ? null : new Date().toISOString();
  const { planned = manifest.runs.planned, ...rest } = found;
  return { ...manifest, ended, status, runs: { planned, done: lines.length, failed }, verdicts, ...rest };
}

/** The plan of a study that was begun earlier. Refused if the code is another one by now. */
export function planOf(manifest: Manifest, folder: string): Promise<Plan> {
  const engine = engineHash(root);
  if (manifest.versions.code !== engine) {
    throw new UsageError(
      `${folder} was made by other code (${manifest.versions.code}; now ${engine}): results of the two do not ` +
        `mix. Start a new study: ${manifest.command}`,
    );
  }
  for (const { path, code } of manifest.algorithms) {
    if (path === null || (existsSync(path) && moduleHash(root, path) === code)) continue;
    throw new UsageError(
      `${path} has changed since ${folder} was begun. Start a new study: ${manifest.command}`,
    );
  }
  return recordedPlan(manifest, folder);
}

/** The same, with the code of today. */
export async function recordedPlan(manifest: Manifest, folder: string): Promise<Plan> {
  const protocols: LoadedProtocol[] = [];
  for (const { source, path } of manifest.algorithms) {
    protocols.push({ ...(await loadProtocol(path ?? source, "/")), source });
  }
  const workloads = manifest.workloads.map(({ source, hash, resolved, name }) => {
    if (workloadHash(resolved) !== hash) {
      throw new ResultsError(
        `${join(folder, "manifest.json")}: workload ${name} was edited: its hash differs`,
      );
    }
    return { source, workload: resolved as unknown as Workload };
  });
  return { protocols, workloads, cells: manifest.cells, notes: [], warnings: [] };
}

function versions(code: string): Manifest["versions"] {
  const { version, dependencies } = packageFile(root);
  const installed = Object.keys(dependencies ?? {}).map(name => [
    name,
    packageFile(join(root, "node_modules", name)).version,
  ]);
  const status = git("status", "--porcelain");
  return {
    project: version,
    git_commit: git("rev-parse", "HEAD") ?? null,
    git_dirty: status === undefined ? null : status !== "",
    code,
    node: process.version,
    v8: process.versions.v8,
    packages: Object.fromEntries(installed),
  };
}

function packageFile(folder: string): { version: string; dependencies?: Record<string, string> } {
  try {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  } catch {
    return { version: "unknown" };
  }
}

/** Undefined where there is no Git, or the sources came without their history. */
function git(...words: readonly string[]): string | undefined {
  try {
    return execFileSync("git", words, {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return undefined;
  }
}

function machine(): Manifest["machine"] {
  const processors = cpus();
  return {
    os: `${type()} ${release()}`,
    cpu: processors[0]?.model.trim() ?? "unknown",
    cores: processors.length,
    memory_bytes: totalmem(),
  };
}
