/** B01: a backup takes the digest in a PrePrepare for that of the requests in it, whatever they are (4.2). */
import type { NodeId } from "#protocol";
import type { Message, PrePrepare } from "../../../algorithms/pbft/messages.ts";
import { acceptProposal } from "../../../algorithms/pbft/ordering.ts";
import { Pbft } from "../../../algorithms/pbft/pbft.ts";
import { mutantOfPbft } from "./mutant.ts";

class BelievesDigests extends Pbft {
  override onMessage(from: NodeId, message: Message): void {
    super.onMessage(from, message);
    if (message.type === "PrePrepare" && from === this.server.primary) this.believe(message);
  }

  /** The honest one has refused it. */
  private believe(message: PrePrepare): void {
    const { server, context } = this;
    const { view, position, requests, separate } = message;
    if (view !== server.view || server.changing || separate) return;
    if (!server.log.includes(position) || position < server.firstFree) return;
    const slot = server.log.at(position);
    if (slot.accepted !== undefined || slot.awaited !== undefined) return;
    if (requests.every(request => context.verifyRequest(request))) acceptProposal(server, slot, message);
  }
}

export const protocol = mutantOfPbft("b01", {
  create: (context, options) => new BelievesDigests(context, options),
});
