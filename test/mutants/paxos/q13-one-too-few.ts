/** Q13: what f acceptors have promised or accepted counts, though it takes f + 1 (2.2). */

import type { PaxosOptions } from "../../../algorithms/paxos/options.ts";
import { Paxos } from "../../../algorithms/paxos/paxos.ts";
import type { PaxosContext } from "../../../algorithms/paxos/server.ts";
import { mutantOfPaxos } from "./mutant.ts";

class OneTooFew extends Paxos {
  constructor(context: PaxosContext, options: PaxosOptions) {
    super(context, options);
    Object.assign(this.server, { quorum: Math.max(1, this.server.quorum - 1) });
  }
}

export const protocol = mutantOfPaxos("q13", (context, options) => new OneTooFew(context, options));
