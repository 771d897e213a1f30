/** Who the clients are: each slot has a client id at a time, and counts its operations. */
import type { ClientId, Request } from "#protocol";

export class Sessions {
  readonly client: ClientId[] = []; // by slot
  readonly sequence: number[] = []; // by slot: of its latest operation
  private readonly slotOf: number[] = []; // by client id, retired ones included
  private next = 0;

  addSlot(): number {
    const slot = this.client.length;
    this.client.push(0);
    this.sequence.push(0);
    this.renew(slot);
    return slot;
  }

  /** Gives the slot a client id that nobody has used. */
  renew(slot: number): void {
    const client = this.next++;
    this.slotOf[client] = slot;
    this.client[slot] = client;
    this.sequence[slot] = 0;
  }

  /** Undefined where the request is an old one, or of a client that has retired. */
  slotOfLatest({ client, sequence }: Request): number | undefined {
    const slot = this.slotOf[client];
    if (slot === undefined || this.client[slot] !== client) return undefined;
    return this.sequence[slot] === sequence ? slot : undefined;
  }
}
