/** Gets the folder of a study ready: a new one, one asked for by name, or one to go on with. */
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type PlannedRun, planHash } from "../harness/plan.ts";
import { root } from "../harness/protocols.ts";
import { cellOf } from "../harness/saturation.ts";
import { UsageError } from "../harness/usage.ts";
import { claimFolder, createStudyFolder, pointLatest, studyName } from "../results/folder.ts";
import { LockedError, lockFolder } from "../results/lock.ts";
import type { Manifest, RunLine } from "../results/schema.ts";
import { StudyWriter, writeManifest } from "../results/writer.ts";
import { diskReason } from "./errors.ts";

/** npm runs scripts in the package's folder and notes where the person was. */
export const userFolder = (): string => process.env.INIT_CWD ?? process.cwd();

const resultsFolder = join(root, "results");

/** Fails here, before anything has run, if results could not be written later. */
export async function openStudy(
  out: string | undefined,
  manifest: Manifest,
  runs: readonly PlannedRun[],
): Promise<{ folder: string; writer: StudyWriter }> {
  const asked = out === undefined ? undefined : resolve(userFolder(), out);
  try {
    const folder = asked === undefined ? newFolder(manifest, runs) : claimed(asked);
    lockFolder(folder);
    writeManifest(folder, manifest);
    const writer = await StudyWriter.open(folder, keepsSeries(manifest));
    if (dirname(folder) === resultsFolder) pointLatest(folder);
    return { folder, writer };
  } catch (error) {
    throw explained(error, asked ?? resultsFolder);
  }
}

export async function reopenStudy(folder: string, manifest: Manifest): Promise<StudyWriter> {
  try {
    lockFolder(folder);
    writeManifest(folder, manifest);
    return await StudyWriter.open(folder, keepsSeries(manifest));
  } catch (error) {
    throw explained(error, folder);
  }
}

/** Nobody looks at the course of a thousand runs of one row, and theirs would take more room than all else. */
const MOST_SERIES = 100;

/** Those of the first seeds of each row, so that which are kept does not depend on which run ends first. */
function keepsSeries({ cells }: Manifest): (line: RunLine) => boolean {
  const kept = new Map(cells.map(cell => [cellOf(cell), new Set(cell.seeds.slice(0, MOST_SERIES))]));
  return line => kept.get(cellOf(line))?.has(line.seed) === true;
}

function newFolder(manifest: Manifest, runs: readonly PlannedRun[]): string {
  const label = {
    started: new Date(manifest.started),
    algorithms: manifest.algorithms.map(({ name }) => name),
    n: [...new Set(manifest.cells.map(cell => cell.n))].sort((left, right) => left - right),
    workloads: manifest.workloads.map(({ name }) => name),
    hash: planHash(runs),
  };
  return createStudyFolder(resultsFolder, studyName(label));
}

function claimed(folder: string): string {
  if (claimFolder(folder)) return folder;
  const isStudy = existsSync(join(folder, "manifest.json"));
  throw new UsageError(
    isStudy
      ? `--out ${folder} holds a study already. Go on with it by --resume ${folder}, or choose another folder`
      : `--out ${folder} is not empty and holds no study. Nothing is overwritten: choose another folder`,
  );
}

function explained(error: unknown, folder: string): unknown {
  if (error instanceof LockedError) return new UsageError(error.message);
  const reason = diskReason(error);
  return reason === undefined ? error : new UsageError(`results cannot be written to ${folder}: ${reason}`);
}
