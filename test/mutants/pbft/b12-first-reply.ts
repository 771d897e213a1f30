/** B12: a client believes the first replica that answers, where it should wait for f + 1 equal answers (4.1). */
import { pbft } from "../../../algorithms/pbft/index.ts";
import { mutantOfPbft } from "./mutant.ts";

export const protocol = mutantOfPbft("b12", { clients: { ...pbft.clients, matchingReplies: () => 1 } });
