/** A campaign's folder: how far it has come, and the cases that raised an alarm. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Options } from "#protocol";
import { ResultsError } from "../../results/reader.ts";
import type { Progress } from "./campaign.ts";
import type { Campaign } from "./case.ts";

export interface CampaignRecord {
  readonly schema_version: 1;
  readonly command: string;
  readonly code: string; // other code draws other cases
  readonly status: "running" | "complete" | "interrupted";
  readonly runs_wanted: number;
  readonly ms_wanted: number | null; // null: as long as it takes
  readonly keep_going: boolean;
  readonly algorithm: {
    readonly name: string;
    readonly source: string;
    readonly path: string | null; // of a protocol outside the registry …
    readonly code: string | null; // … and the hash of it
  };
  readonly campaign: Omit<Campaign, "algo" | "options"> & { readonly options: Options };
  readonly progress: Progress;
  readonly elapsed_ms: number;
}

const fileOf = (folder: string): string => join(folder, "campaign.json");

/** Written aside and renamed, so that whoever is killed leaves the one before. */
export function writeCampaign(folder: string, record: CampaignRecord): void {
  const aside = join(folder, ".campaign.json");
  writeFileSync(aside, `${JSON.stringify(record, undefined, 2)}\n`);
  renameSync(aside, fileOf(folder));
}

export function readCampaign(folder: string): CampaignRecord {
  const file = fileOf(folder);
  try {
    const record = JSON.parse(readFileSync(file, "utf8")) as CampaignRecord;
    if (record.schema_version !== 1 || record.progress === undefined)
      throw new Error("it is no campaign's record");
    return record;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT")
      throw new ResultsError(`${folder} holds no campaign: there is no campaign.json in it`);
    throw new ResultsError(`${file}: ${message}`);
  }
}

/** Returns where it is. */
export function writeFailure(folder: string, index: number, text: string): string {
  const file = join(folder, "failures", `case-${index}.yaml`);
  mkdirSync(join(folder, "failures"), { recursive: true });
  writeFileSync(file, text);
  return file;
}
