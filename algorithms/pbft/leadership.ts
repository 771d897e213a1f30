/** What a primary adds to the state of a replica. It lasts for one view. */
import { Fifo, type Milliseconds, type Request } from "#protocol";
import type { Position } from "./messages.ts";

export class Leadership {
  next: Position; // the first that it has not proposed anything for
  readonly waiting = new Fifo<Request>();
  readonly waitingSince = new Fifo<Milliseconds>(); // of each, where the batch has a delay
  batchIsDue = false; // the first has waited for the batch's delay

  constructor(next: Position) {
    this.next = next;
  }
}
