/** For mutants: a store that executes a request again when it is ordered again. */
import type { Request, Result } from "#protocol";
import { Store } from "../../src/protocol/store.ts";

export class WithoutSessions extends Store {
  override execute(request: Request): Result {
    const { sequences } = this as unknown as { sequences: number[] };
    if (!this.isTentative && (sequences[request.client] ?? 0) >= request.sequence)
      sequences[request.client] = request.sequence - 1;
    return super.execute(request);
  }
}
