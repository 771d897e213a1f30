/** R04: votes are given without looking at the candidate's log (§5.4.1). */
import { Raft } from "../../../algorithms/raft/raft.ts";
import { mutantOfRaft } from "./mutant.ts";

class VotesForAnyLog extends Raft {
  override onStart(...stored: Parameters<Raft["onStart"]>): void {
    super.onStart(...stored);
    Object.assign(this.server.log, { isUpToDate: () => true });
  }
}

export const protocol = mutantOfRaft("r04", (context, options) => new VotesForAnyLog(context, options));
