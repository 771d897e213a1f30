/** R09: a follower takes the leader's commit index as it is, for entries that were never compared with its own. */
import type { NodeId } from "#protocol";
import { commitTo } from "../../../algorithms/raft/execution.ts";
import type { Message } from "../../../algorithms/raft/messages.ts";
import { Raft } from "../../../algorithms/raft/raft.ts";
import { mutantOfRaft } from "./mutant.ts";

class CommitsUnverified extends Raft {
  override onMessage(from: NodeId, message: Message): void {
    super.onMessage(from, message);
    const { server } = this;
    if (message.type !== "AppendEntries" || message.term !== server.currentTerm || server.role !== "follower")
      return;
    if (!server.log.matches(message.prevIndex, message.prevTerm)) return;
    const index = Math.min(message.commit, server.log.lastIndex);
    if (index > server.commitIndex) commitTo(server, index);
  }
}

export const protocol = mutantOfRaft("r09", (context, options) => new CommitsUnverified(context, options));
