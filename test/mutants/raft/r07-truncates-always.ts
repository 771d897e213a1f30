/** R07: a follower cuts its log behind prevIndex even where the entries agree: a late copy undoes its word. */
import type { NodeId } from "#protocol";
import type { Message } from "../../../algorithms/raft/messages.ts";
import { Raft } from "../../../algorithms/raft/raft.ts";
import { mutantOfRaft } from "./mutant.ts";

class TruncatesAlways extends Raft {
  override onMessage(from: NodeId, message: Message): void {
    if (message.type === "AppendEntries" && message.entries.length > 0) this.truncate(message);
    super.onMessage(from, message);
  }

  private truncate({ term, prevIndex, prevTerm }: Extract<Message, { type: "AppendEntries" }>): void {
    const { server, context } = this;
    const { log, commitIndex, currentTerm } = server;
    if (term < currentTerm || server.role === "leader" || !log.matches(prevIndex, prevTerm)) return;
    const first = Math.max(prevIndex, commitIndex) + 1;
    if (first > log.lastIndex) return;
    context.observe("withdrew", currentTerm, first);
    log.truncateFrom(first);
  }
}

export const protocol = mutantOfRaft("r07", (context, options) => new TruncatesAlways(context, options));
