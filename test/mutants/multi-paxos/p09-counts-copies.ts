/** P09: whoever says it twice has two votes: promises and acceptances are counted, not who sent them (2.2). */
import { type Instance, Instances } from "../../../algorithms/multi-paxos/instances.ts";
import type { Slot } from "../../../algorithms/multi-paxos/messages.ts";
import { MultiPaxos } from "../../../algorithms/multi-paxos/multi-paxos.ts";
import type { MultiPaxosOptions } from "../../../algorithms/multi-paxos/options.ts";
import type { MultiPaxosContext } from "../../../algorithms/multi-paxos/server.ts";
import { CountsCopies } from "../counts-copies.ts";
import { mutantOfMultiPaxos } from "./mutant.ts";

class CountingCopies extends Instances {
  override open(first: Slot, last: Slot): Instance {
    const instance = super.open(first, last);
    if (!(instance.votes instanceof CountsCopies)) Object.assign(instance, { votes: new CountsCopies() });
    return instance;
  }
}

class HearsCopies extends MultiPaxos {
  constructor(context: MultiPaxosContext, options: MultiPaxosOptions) {
    super(context, options);
    Object.assign(this.server, { open: new CountingCopies(this.server.phase2Quorum) });
    Object.assign(this.server.candidacy, { promises: new CountsCopies() });
  }
}

export const protocol = mutantOfMultiPaxos("p09", (context, options) => new HearsCopies(context, options));
