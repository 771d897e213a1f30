/** R02: the term is stored, the vote is not; a restart forgets whom it voted for (§5.2). */
import { Raft } from "../../../algorithms/raft/raft.ts";
import type { RaftContext } from "../../../algorithms/raft/server.ts";
import { RelayContext } from "../../../src/faults/byzantine-relay.ts";
import { mutantOfRaft } from "./mutant.ts";

class ForgetsVotes extends RelayContext {
  override persist(record: unknown): void {
    super.persist({ ...(record as object), votedFor: undefined });
  }
  override snapshot(record: unknown): void {
    super.snapshot({ ...(record as object), votedFor: undefined });
  }
}

export const protocol = mutantOfRaft(
  "r02",
  (context, options) => new Raft(new ForgetsVotes(context) as RaftContext, options),
);
