/** R11: a follower answers before its disk has the entries. */
import type { NodeId } from "#protocol";
import { Raft } from "../../../algorithms/raft/raft.ts";
import type { RaftContext } from "../../../algorithms/raft/server.ts";
import { RelayContext, type Typed } from "../../../src/faults/byzantine-relay.ts";
import { mutantOfRaft } from "./mutant.ts";

class AnswersEarly extends RelayContext {
  override send(to: NodeId, message: Typed): void {
    if (message.type === "AppendReply") this.sendNow(to, message);
    else super.send(to, message);
  }
}

export const protocol = mutantOfRaft(
  "r11",
  (context, options) => new Raft(new AnswersEarly(context) as RaftContext, options),
);
