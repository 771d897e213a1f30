/** B16: the store remembers no sessions, so that a request that is ordered twice takes effect twice (4.1). */
import { Pbft } from "../../../algorithms/pbft/pbft.ts";
import { WithoutSessions } from "../without-sessions.ts";
import { mutantOfPbft } from "./mutant.ts";

export const protocol = mutantOfPbft("b16", {
  create: (context, options) => {
    Object.assign(context, { store: new WithoutSessions() });
    return new Pbft(context, options);
  },
});
