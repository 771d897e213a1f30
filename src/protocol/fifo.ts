/**
 * A queue: first in, first out. A ring that only grows, because an array that is filled and emptied all the time is
 * given its memory and has it taken away each time.
 */
export class Fifo<Item> {
  length = 0;
  private head = 0;
  private ring: (Item | undefined)[] = [undefined, undefined, undefined, undefined];

  /** The item that has waited longest. Only to be asked of a queue that is not empty. */
  get first(): Item {
    return this.ring[this.head]!;
  }

  push(item: Item): void {
    const { ring } = this;
    if (this.length === ring.length) return this.grow(item);
    ring[(this.head + this.length++) & (ring.length - 1)] = item;
  }

  shift(): Item {
    const { ring, head } = this;
    const item = ring[head]!;
    ring[head] = undefined;
    this.head = (head + 1) & (ring.length - 1);
    this.length--;
    return item;
  }

  private grow(item: Item): void {
    const { ring, head } = this;
    const wider = [...ring.slice(head), ...ring.slice(0, head), item];
    while (wider.length < 2 * ring.length) wider.push(undefined);
    this.ring = wider;
    this.head = 0;
    this.length++;
  }
}
