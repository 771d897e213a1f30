/** Q02: a proposer adopts what the last answer says was accepted, not what was in the highest ballot (2.2, P2c). */
import type { NodeId } from "#protocol";
import { NONE } from "../../../algorithms/paxos/ballots.ts";
import type { Message } from "../../../algorithms/paxos/messages.ts";
import { Paxos } from "../../../algorithms/paxos/paxos.ts";
import { mutantOfPaxos } from "./mutant.ts";

class AdoptsTheLast extends Paxos {
  private answers = 0;

  override onMessage(from: NodeId, message: Message): void {
    const accepted = message.type === "Promise" && message.accepted !== NONE;
    super.onMessage(from, accepted ? { ...message, accepted: ++this.answers } : message);
  }
}

export const protocol = mutantOfPaxos("q02", (context, options) => new AdoptsTheLast(context, options));
