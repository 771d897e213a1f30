/** P01: what others say they have accepted is ignored: a new leader proposes what it wants (2.2, P2c). */
import type { NodeId } from "#protocol";
import { NONE } from "../../../algorithms/multi-paxos/ballots.ts";
import type { Message } from "../../../algorithms/multi-paxos/messages.ts";
import { MultiPaxos } from "../../../algorithms/multi-paxos/multi-paxos.ts";
import { mutantOfMultiPaxos } from "./mutant.ts";

class IgnoresPromises extends MultiPaxos {
  override onMessage(from: NodeId, message: Message): void {
    const ignored = message.type === "Promise" && from !== this.context.self;
    super.onMessage(from, ignored ? { ...message, ballots: message.ballots.map(() => NONE) } : message);
  }
}

export const protocol = mutantOfMultiPaxos(
  "p01",
  (context, options) => new IgnoresPromises(context, options),
);
