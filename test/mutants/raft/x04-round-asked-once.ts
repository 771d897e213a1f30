/** X04: a round of reads is asked for once; heartbeats do not repeat it to whom has not heard it (thesis 6.4). */
import type { NodeId } from "#protocol";
import type { Message } from "../../../algorithms/raft/messages.ts";
import { Raft } from "../../../algorithms/raft/raft.ts";
import type { RaftContext } from "../../../algorithms/raft/server.ts";
import { RelayContext } from "../../../src/faults/byzantine-relay.ts";
import { mutantOfRaft } from "./mutant.ts";

class AsksOnce extends RelayContext {
  override sendNow(to: NodeId, message: Message): void {
    const repeats = message.type === "AppendEntries" && message.cause !== "read";
    super.sendNow(to, repeats ? { ...message, round: 0 } : message);
  }
}

export const protocol = mutantOfRaft(
  "x04",
  (context, options) => new Raft(new AsksOnce(context) as RaftContext, options),
);
