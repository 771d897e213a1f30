/** P10: a learner executes what is chosen though it lacks a slot before it: it leaves that out (2.3). */
import type { NodeId } from "#protocol";
import { commitTo } from "../../../algorithms/multi-paxos/execution.ts";
import type { Message } from "../../../algorithms/multi-paxos/messages.ts";
import { MultiPaxos } from "../../../algorithms/multi-paxos/multi-paxos.ts";
import { mutantOfMultiPaxos } from "./mutant.ts";

class SkipsHoles extends MultiPaxos {
  override onMessage(from: NodeId, message: Message): void {
    super.onMessage(from, message);
    const { server } = this;
    if (message.type !== "Accept" || message.ballot !== server.promised || server.role !== "follower") return;
    const slot = Math.min(message.commit, server.log.lastSlot);
    if (slot > server.committed) commitTo(server, slot);
  }
}

export const protocol = mutantOfMultiPaxos("p10", (context, options) => new SkipsHoles(context, options));
