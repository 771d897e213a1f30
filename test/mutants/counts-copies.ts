/** For mutants: votes that count again when they are heard again. */
import type { NodeId } from "#protocol";
import { Votes } from "../../algorithms/quorum.ts";

export class CountsCopies extends Votes {
  override add(node: NodeId): boolean {
    if (!super.add(node)) this.count++;
    return true;
  }
}
