/** The folder of a new campaign: one asked for by name, or a new one beside the studies. */
import { join, resolve } from "node:path";
import { root } from "../harness/protocols.ts";
import { UsageError } from "../harness/usage.ts";
import { claimFolder, createStudyFolder } from "../results/folder.ts";
import { lockFolder } from "../results/lock.ts";
import { diskReason } from "./errors.ts";
import { userFolder } from "./study-folder.ts";

export function newCampaignFolder(out: string | undefined, name: string): string {
  const asked = out === undefined ? undefined : resolve(userFolder(), out);
  try {
    const folder = asked === undefined ? createStudyFolder(join(root, "results"), name) : claimed(asked);
    lockFolder(folder);
    return folder;
  } catch (error) {
    const reason = diskReason(error);
    if (reason === undefined) throw error;
    throw new UsageError(`results cannot be written to ${asked ?? join(root, "results")}: ${reason}`);
  }
}

function claimed(folder: string): string {
  if (claimFolder(folder)) return folder;
  throw new UsageError(
    `--out ${folder} is not empty. Nothing is overwritten: choose another folder, or --resume it`,
  );
}
