/** B03: 2f votes in all make a certificate, where a PrePrepare and 2f Prepares should (4.2). */
import type { Digest, NodeId } from "#protocol";
import { Log, type Slot } from "../../../algorithms/pbft/log.ts";
import type { Position } from "../../../algorithms/pbft/messages.ts";
import type { PbftOptions } from "../../../algorithms/pbft/options.ts";
import { Pbft } from "../../../algorithms/pbft/pbft.ts";
import type { PbftContext } from "../../../algorithms/pbft/server.ts";
import { Tally } from "../../../algorithms/pbft/tally.ts";
import { mutantOfPbft } from "./mutant.ts";

/** Any vote brings another. */
class Generous extends Tally {
  override add(from: NodeId, digest: Digest): number {
    return super.add(from, digest) > 0 ? this.votesFor(digest) : 0;
  }
  override votesFor(digest: Digest): number {
    const votes = super.votesFor(digest);
    return votes > 0 ? votes + 1 : 0;
  }
}

class GenerousLog extends Log {
  override at(position: Position): Slot {
    const slot = super.at(position);
    if (!(slot.prepares instanceof Generous)) Object.assign(slot, { prepares: new Generous() });
    return slot;
  }
}

class PreparedTooSoon extends Pbft {
  constructor(context: PbftContext, options: PbftOptions) {
    super(context, options);
    Object.assign(this.server, { log: new GenerousLog(options.logSize) });
  }
}

export const protocol = mutantOfPbft("b03", {
  create: (context, options) => new PreparedTooSoon(context, options),
});
