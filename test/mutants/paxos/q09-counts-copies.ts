/** Q09: whoever accepts twice has two votes: acceptances are counted, not who sent them (2.2). */
import type { NodeId } from "#protocol";
import type { Message } from "../../../algorithms/paxos/messages.ts";
import { Paxos } from "../../../algorithms/paxos/paxos.ts";
import { CountsCopies } from "../counts-copies.ts";
import { mutantOfPaxos } from "./mutant.ts";

class HearsCopies extends Paxos {
  override onMessage(from: NodeId, message: Message): void {
    for (const attempt of this.server.attempts) {
      if (attempt.acceptances instanceof CountsCopies) continue;
      Object.assign(attempt, { acceptances: new CountsCopies() });
    }
    super.onMessage(from, message);
  }
}

export const protocol = mutantOfPaxos("q09", (context, options) => new HearsCopies(context, options));
