/** B07: a ViewChange says nothing of what its sender has prepared (4.4). */
import { Log } from "../../../algorithms/pbft/log.ts";
import type { ViewVote } from "../../../algorithms/pbft/messages.ts";
import type { PbftOptions } from "../../../algorithms/pbft/options.ts";
import { Pbft } from "../../../algorithms/pbft/pbft.ts";
import type { PbftContext } from "../../../algorithms/pbft/server.ts";
import { mutantOfPbft } from "./mutant.ts";

class WithoutCertificates extends Log {
  override prepared(): ViewVote[] {
    return [];
  }
}

class DropsCertificates extends Pbft {
  constructor(context: PbftContext, options: PbftOptions) {
    super(context, options);
    Object.assign(this.server, { log: new WithoutCertificates(options.logSize) });
  }
}

export const protocol = mutantOfPbft("b07", {
  create: (context, options) => new DropsCertificates(context, options),
});
