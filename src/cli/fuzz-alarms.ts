/** What a campaign does about its alarms: each made small, and written down as a workload that raises it again. */

import { makeSmaller } from "../harness/fuzz/campaign.ts";
import type { Campaign, Case } from "../harness/fuzz/case.ts";
import { fileFor } from "../harness/fuzz/file.ts";
import { writeFailure } from "../harness/fuzz/folder.ts";
import type { Failure } from "../harness/fuzz/range.ts";
import { quoted } from "../harness/plan.ts";
import type { Pool } from "../harness/pool.ts";
import type { LoadedProtocol } from "../harness/protocols.ts";
import { type Explained, shown } from "./fuzz-text.ts";

/** Each takes some seconds. */
const MOST_EXPLAINED = 10;

export interface Alarmed {
  readonly folder: string;
  readonly loaded: LoadedProtocol;
  readonly campaign: Campaign;
}

/** The first of them, unless the campaign went on for more. */
export function explained(
  alarmed: Alarmed,
  failures: readonly Failure[],
  keptGoing: boolean,
  pool: Pool,
): Promise<Explained[]> {
  const first = failures.slice(0, keptGoing ? MOST_EXPLAINED : 1);
  if (first.length > 0)
    console.error(`making ${first.length === 1 ? "the case" : `${first.length} cases`} smaller …`);
  return Promise.all(first.map(failure => explain(alarmed, failure, pool)));
}

async function explain(
  { folder, loaded, campaign }: Alarmed,
  failure: Failure,
  pool: Pool,
): Promise<Explained> {
  const { smaller, alarm } = await makeSmaller(campaign, failure, pool);
  const isRegistered = loaded.path === undefined;
  const place = shown(`${folder}/failures/case-${failure.index}.yaml`);
  const command = `npm run bench -- ${wordsFor(loaded, smaller, place).map(quoted).join(" ")}`;
  const text = fileFor({ ...smaller, algo: loaded.source }, alarm, command, isRegistered);
  return { index: failure.index, ...alarm, file: shown(writeFailure(folder, failure.index, text)), command };
}

/** A file pins the protocols of the registry with their options; others are named beside it. */
function wordsFor({ path, source, protocol }: LoadedProtocol, { options }: Case, place: string): string[] {
  if (path === undefined) return ["--workload", place];
  const settings = Object.entries(options).flatMap(([option, value]) => [
    "--set",
    `${protocol.name}.${option}=${value}`,
  ]);
  return ["--algo", source, "--workload", place, ...settings];
}
