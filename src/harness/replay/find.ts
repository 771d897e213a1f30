/** From a study's folder and the key of one of its runs back to the run itself. */

import type { AnyProtocol } from "#protocol";
import { ResultsError, readManifest, readRuns } from "../../results/reader.ts";
import type { RunLine } from "../../results/schema.ts";
import { codesOf, recordedPlan } from "../manifest.ts";
import { expand } from "../plan.ts";
import { referenceOf } from "../protocols.ts";
import type { RunSpec } from "../spec.ts";
import { UsageError } from "../usage.ts";

export interface FoundRun {
  readonly spec: RunSpec;
  readonly protocol: AnyProtocol;
  readonly line: RunLine; // as it was recorded
  readonly sameCode: boolean; // the engine and the protocol are what they were then
}

const SHOWN = 8;

/** `wanted`: the beginning of a key is enough. */
export async function findRun(folder: string, wanted: string | undefined): Promise<FoundRun> {
  const manifest = readManifest(folder);
  const { lines } = readRuns(folder);
  if (lines.length === 0) throw new ResultsError(`${folder}: no run of it has finished yet`);
  const line = chosen(lines, wanted);
  const plan = await recordedPlan(manifest, folder);
  // By what is run: the key names the code as well, and that may have changed since.
  const planned = expand(plan, codesOf(plan.protocols).of).find(({ spec }) => spec.pairKey === line.pair_key);
  if (planned === undefined) throw new ResultsError(`${folder}: run ${line.key} is not in the study's plan`);
  const loaded = plan.protocols.find(one => referenceOf(one) === planned.spec.algo)!;
  const { spec } = planned;
  return { spec, protocol: loaded.protocol, line, sameCode: spec.key === line.key };
}

function chosen(lines: readonly RunLine[], wanted: string | undefined): RunLine {
  if (wanted === undefined && lines.length === 1) return lines[0]!;
  if (wanted === undefined)
    throw new UsageError(`which run? --run takes a key, or how it begins:\n${listed(lines)}`);
  const matching = lines.filter(({ key }) => key.startsWith(wanted));
  if (matching.length === 1) return matching[0]!;
  if (matching.length > 1)
    throw new UsageError(`${matching.length} runs begin with '${wanted}':\n${listed(matching)}`);
  throw new UsageError(`no run's key begins with '${wanted}'; there are:\n${listed(lines)}`);
}

/** What went wrong comes first: that is what people replay. */
function listed(lines: readonly RunLine[]): string {
  const rank = ({ status, checks }: RunLine) =>
    status === "failed" ? 0 : (checks?.violations?.length ?? 0) > 0 ? 1 : 2;
  const shown = lines.toSorted((left, right) => rank(left) - rank(right)).slice(0, SHOWN);
  const rest = lines.length - shown.length;
  return [...shown.map(described), ...(rest > 0 ? [`  … and ${rest} more in runs.ndjson`] : [])].join("\n");
}

function described(line: RunLine): string {
  const point = Object.entries(line.point).map(([field, value]) => ` ${field}=${JSON.stringify(value)}`);
  const violated = (line.checks?.violations?.length ?? 0) > 0;
  const mark = line.status === "failed" ? "  FAILED" : violated ? "  violation" : "";
  return `  ${line.key}  ${line.algo} n=${line.n} ${line.workload}${point.join("")} seed ${line.seed}${mark}`;
}
