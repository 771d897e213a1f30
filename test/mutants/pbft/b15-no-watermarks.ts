/** B15: a replica takes part in ordering any position, however far ahead (4.2, 4.3). */
import { Log } from "../../../algorithms/pbft/log.ts";
import type { Position } from "../../../algorithms/pbft/messages.ts";
import type { PbftOptions } from "../../../algorithms/pbft/options.ts";
import { Pbft } from "../../../algorithms/pbft/pbft.ts";
import type { PbftContext } from "../../../algorithms/pbft/server.ts";
import { mutantOfPbft } from "./mutant.ts";

class Boundless extends Log {
  override includes(position: Position): boolean {
    return position > this.stable;
  }
}

class WithoutWatermarks extends Pbft {
  constructor(context: PbftContext, options: PbftOptions) {
    super(context, options);
    Object.assign(this.server, { log: new Boundless(options.logSize) });
  }
}

export const protocol = mutantOfPbft("b15", {
  create: (context, options) => new WithoutWatermarks(context, options),
});
