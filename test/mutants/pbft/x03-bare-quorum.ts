/** X03: a quorum is 2f + 1, as for n = 3f + 1, whatever n is: elsewhere two of them need not share an honest one. */
import { pbft } from "../../../algorithms/pbft/index.ts";
import { mutantOfPbft } from "./mutant.ts";

export const protocol = mutantOfPbft("x03", { quorum: n => 2 * pbft.tolerates(n) + 1 });
