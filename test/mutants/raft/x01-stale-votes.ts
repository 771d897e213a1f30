/** X01: a vote counts whatever term it was given in. */
import type { NodeId } from "#protocol";
import type { Message } from "../../../algorithms/raft/messages.ts";
import { Raft } from "../../../algorithms/raft/raft.ts";
import { mutantOfRaft } from "./mutant.ts";

class CountsStaleVotes extends Raft {
  override onMessage(from: NodeId, message: Message): void {
    const { currentTerm } = this.server;
    const stale = message.type === "Vote" && message.granted && message.term < currentTerm;
    super.onMessage(from, stale ? { ...message, term: currentTerm } : message);
  }
}

export const protocol = mutantOfRaft("x01", (context, options) => new CountsStaleVotes(context, options));
