/** R16: the store remembers no sessions, so that a request that was retried takes effect twice (thesis 6.3). */
import type { Request, Result } from "#protocol";
import { Raft } from "../../../algorithms/raft/raft.ts";
import { Store } from "../../../src/protocol/store.ts";
import { mutantOfRaft } from "./mutant.ts";

class WithoutSessions extends Store {
  override execute(request: Request): Result {
    const { sequences } = this as unknown as { sequences: number[] };
    if ((sequences[request.client] ?? 0) >= request.sequence)
      sequences[request.client] = request.sequence - 1;
    return super.execute(request);
  }
}

export const protocol = mutantOfRaft("r16", (context, options) => {
  Object.assign(context, { store: new WithoutSessions() });
  return new Raft(context, options);
});
