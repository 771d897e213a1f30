/** X02: recovery reads one record too few. */
import type { Stored } from "../../../algorithms/raft/messages.ts";
import { Raft } from "../../../algorithms/raft/raft.ts";
import { mutantOfRaft } from "./mutant.ts";

class LosesLastRecord extends Raft {
  override onStart(stored: readonly Stored[]): void {
    super.onStart(stored.slice(0, -1));
  }
}

export const protocol = mutantOfRaft("x02", (context, options) => new LosesLastRecord(context, options));
