/** R19: a quorum is n / 2 rounded down, without the one more that makes two of them meet. */
import { Raft } from "../../../algorithms/raft/raft.ts";
import type { RaftContext } from "../../../algorithms/raft/server.ts";
import { RelayContext } from "../../../src/faults/byzantine-relay.ts";
import { mutantOfRaft } from "./mutant.ts";

class HalfIsEnough extends RelayContext {
  override readonly quorum = Math.max(1, this.replicas.length >> 1);
}

export const protocol = mutantOfRaft(
  "r19",
  (context, options) => new Raft(new HalfIsEnough(context) as RaftContext, options),
);
