/** R12: whoever thinks it leads answers reads from its own state; it asks no quorum and holds no lease (§8). */
import { isRead, type Request } from "#protocol";
import { Raft } from "../../../algorithms/raft/raft.ts";
import { mutantOfRaft } from "./mutant.ts";

class ReadsAlone extends Raft {
  override onRequest(request: Request): void {
    const { server, context } = this;
    if (server.leading !== undefined && isRead(request)) context.replyNow(request, context.read(request));
    else super.onRequest(request);
  }
}

export const protocol = mutantOfRaft("r12", (context, options) => new ReadsAlone(context, options));
