/** P15: whoever thinks it leads answers reads from its own state; it asks no quorum and holds no lease. */
import { isRead, type Request } from "#protocol";
import { MultiPaxos } from "../../../algorithms/multi-paxos/multi-paxos.ts";
import { mutantOfMultiPaxos } from "./mutant.ts";

class ReadsAlone extends MultiPaxos {
  override onRequest(request: Request): void {
    const { server, context } = this;
    if (server.leading !== undefined && isRead(request)) context.replyNow(request, context.read(request));
    else super.onRequest(request);
  }
}

export const protocol = mutantOfMultiPaxos("p15", (context, options) => new ReadsAlone(context, options));
