/** B18: a backup that was asked relays the request to the primary, and does not mind what becomes of it (4.5.2). */
import type { ClientId, Request } from "#protocol";
import type { PbftOptions } from "../../../algorithms/pbft/options.ts";
import { Pbft } from "../../../algorithms/pbft/pbft.ts";
import type { PbftContext } from "../../../algorithms/pbft/server.ts";
import { mutantOfPbft } from "./mutant.ts";

class Nothing extends Map<ClientId, Request> {
  override set(): this {
    return this;
  }
}

class DoesNotMind extends Pbft {
  constructor(context: PbftContext, options: PbftOptions) {
    super(context, options);
    Object.assign(this.server, { pending: new Nothing() });
  }
}

export const protocol = mutantOfPbft("b18", {
  create: (context, options) => new DoesNotMind(context, options),
});
