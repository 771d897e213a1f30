/** R01: the leader commits whatever a majority stores, though the entry may be of an older term (§5.4.2, Figure 8). */
import type { NodeId } from "#protocol";
import { commitTo } from "../../../algorithms/raft/execution.ts";
import type { Message } from "../../../algorithms/raft/messages.ts";
import { Raft } from "../../../algorithms/raft/raft.ts";
import { mutantOfRaft } from "./mutant.ts";

class CommitsOldTerms extends Raft {
  override onMessage(from: NodeId, message: Message): void {
    super.onMessage(from, message);
    const { server } = this;
    const { leading } = server;
    if (message.type !== "AppendReply" || leading === undefined) return;
    const index = leading.ranking.kthLargest(leading.matchIndex, server.commitQuorum);
    if (index > server.commitIndex) commitTo(server, index);
  }
}

export const protocol = mutantOfRaft("r01", (context, options) => new CommitsOldTerms(context, options));
