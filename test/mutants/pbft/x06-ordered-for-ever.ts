/** X06: what was in the log of an earlier view is taken for ordered, though the new view begins without it (4.4). */
import { Pbft } from "../../../algorithms/pbft/pbft.ts";
import { mutantOfPbft } from "./mutant.ts";

class Remembers extends Pbft {
  override onStart(stored: Parameters<Pbft["onStart"]>[0]): void {
    const { ordered } = this.server;
    ordered.fill = () => ordered;
    super.onStart(stored);
  }
}

export const protocol = mutantOfPbft("x06", {
  create: (context, options) => new Remembers(context, options),
});
