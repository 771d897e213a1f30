/** B02: a backup accepts another PrePrepare for a position where it has accepted one in the same view (4.2). */
import type { NodeId } from "#protocol";
import type { Message, PrePrepare } from "../../../algorithms/pbft/messages.ts";
import { Pbft } from "../../../algorithms/pbft/pbft.ts";
import { mutantOfPbft } from "./mutant.ts";

class ChangesItsMind extends Pbft {
  override onMessage(from: NodeId, message: Message): void {
    if (message.type === "PrePrepare" && from === this.server.primary) this.forgetAnother(message);
    super.onMessage(from, message);
  }

  private forgetAnother({ view, position, digest }: PrePrepare): void {
    const { server } = this;
    if (view !== server.view || server.changing || !server.log.includes(position)) return;
    const slot = server.log.at(position);
    if (slot.accepted === undefined || slot.accepted.digest === digest) return;
    slot.accepted = undefined;
    slot.prepared = false;
  }
}

export const protocol = mutantOfPbft("b02", {
  create: (context, options) => new ChangesItsMind(context, options),
});
