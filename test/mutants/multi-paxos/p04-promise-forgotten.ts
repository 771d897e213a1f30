/** P04: what has been accepted is stored, what has been promised is not; a restart forgets it (2.2, 2.5). */
import { NONE } from "../../../algorithms/multi-paxos/ballots.ts";
import type { Stored } from "../../../algorithms/multi-paxos/messages.ts";
import { MultiPaxos } from "../../../algorithms/multi-paxos/multi-paxos.ts";
import type { MultiPaxosContext } from "../../../algorithms/multi-paxos/server.ts";
import { RelayContext } from "../../../src/faults/byzantine-relay.ts";
import { mutantOfMultiPaxos } from "./mutant.ts";

class ForgetsPromises extends RelayContext {
  override persist(record: Stored): void {
    super.persist(record.type === "Promised" ? { ...record, ballot: NONE } : record);
  }
  override snapshot(record: Stored): void {
    super.snapshot({ ...record, promised: NONE });
  }
}

export const protocol = mutantOfMultiPaxos(
  "p04",
  (context, options) => new MultiPaxos(new ForgetsPromises(context) as MultiPaxosContext, options),
);
