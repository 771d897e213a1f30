/** X05: nothing happens when the time of a batch is over; only one that fills is proposed. */
import { Pbft } from "../../../algorithms/pbft/pbft.ts";
import type { Timer } from "../../../algorithms/pbft/server.ts";
import { mutantOfPbft } from "./mutant.ts";

class WaitsForMore extends Pbft {
  override onTimeout(timer: Timer): void {
    if (timer !== "batch") super.onTimeout(timer);
  }
}

export const protocol = mutantOfPbft("x05", {
  create: (context, options) => new WaitsForMore(context, options),
});
