/** R16: the store remembers no sessions, so that a request that was retried takes effect twice (thesis 6.3). */
import { Raft } from "../../../algorithms/raft/raft.ts";
import { WithoutSessions } from "../without-sessions.ts";
import { mutantOfRaft } from "./mutant.ts";

export const protocol = mutantOfRaft("r16", (context, options) => {
  Object.assign(context, { store: new WithoutSessions() });
  return new Raft(context, options);
});
