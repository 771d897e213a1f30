/** P13: what f acceptors have accepted counts as chosen, though it takes f + 1 (2.3). */
import { Instances } from "../../../algorithms/multi-paxos/instances.ts";
import { MultiPaxos } from "../../../algorithms/multi-paxos/multi-paxos.ts";
import type { MultiPaxosOptions } from "../../../algorithms/multi-paxos/options.ts";
import type { MultiPaxosContext } from "../../../algorithms/multi-paxos/server.ts";
import { mutantOfMultiPaxos } from "./mutant.ts";

class OneTooFew extends MultiPaxos {
  constructor(context: MultiPaxosContext, options: MultiPaxosOptions) {
    super(context, options);
    Object.assign(this.server, { open: new Instances(Math.max(1, this.server.phase2Quorum - 1)) });
  }
}

export const protocol = mutantOfMultiPaxos("p13", (context, options) => new OneTooFew(context, options));
