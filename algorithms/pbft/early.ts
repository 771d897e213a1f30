/** Messages of views that have not begun here: on unequal links a backup's Prepare may overtake the NewView. */
import type { NodeId } from "#protocol";
import type { Commit, PrePrepare, Prepare, View } from "./messages.ts";

export type Ordering = PrePrepare | Prepare | Commit;

export interface EarlyMessage {
  readonly from: NodeId;
  readonly message: Ordering;
}

export class Early {
  private messages: EarlyMessage[] = [];
  private readonly from: number[]; // by replica: how many of them, so that no liar fills the room
  private readonly most: number;

  constructor(replicas: number, most: number) {
    this.from = new Array<number>(replicas).fill(0);
    this.most = most;
  }

  get isEmpty(): boolean {
    return this.messages.length === 0;
  }

  keep(from: NodeId, message: Ordering): void {
    if (this.from[from]! >= this.most) return;
    this.from[from]!++;
    this.messages.push({ from, message });
  }

  /** Those of that view, in the order in which they came. Those of earlier ones are forgotten. */
  take(view: View): readonly EarlyMessage[] {
    const taken = this.messages.filter(({ message }) => message.view === view);
    this.messages = this.messages.filter(({ message }) => message.view > view);
    this.from.fill(0);
    for (const { from } of this.messages) this.from[from]!++;
    return taken;
  }
}
