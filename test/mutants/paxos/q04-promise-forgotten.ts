/** Q04: what has been accepted is stored, what has been promised is not; a restart forgets it (2.2, 2.5). */
import { NONE } from "../../../algorithms/paxos/ballots.ts";
import type { Stored } from "../../../algorithms/paxos/messages.ts";
import { Paxos } from "../../../algorithms/paxos/paxos.ts";
import type { PaxosContext } from "../../../algorithms/paxos/server.ts";
import { RelayContext } from "../../../src/faults/byzantine-relay.ts";
import { mutantOfPaxos } from "./mutant.ts";

class ForgetsPromises extends RelayContext {
  override persist(record: Stored): void {
    super.persist(record.type === "Promised" ? { ...record, ballot: NONE } : record);
  }
}

export const protocol = mutantOfPaxos(
  "q04",
  (context, options) => new Paxos(new ForgetsPromises(context) as PaxosContext, options),
);
