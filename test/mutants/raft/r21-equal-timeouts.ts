/** R21: everybody has the same election time-out, so that everybody stands at once, again and again (§9.3). */
import { Raft } from "../../../algorithms/raft/raft.ts";
import { mutantOfRaft } from "./mutant.ts";

export const protocol = mutantOfRaft(
  "r21",
  (context, options) =>
    new Raft(context, { ...options, electionTimeoutMinMs: 200, electionTimeoutMaxMs: 200 }),
);
