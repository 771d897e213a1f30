/** What a primary adds to the state of a replica. It lasts for one view. */
import type { Waiting } from "#protocol";
import type { Position } from "./messages.ts";

export class Leadership {
  next: Position; // the first that it has not proposed anything for
  readonly waiting: Waiting;

  constructor(waiting: Waiting, next: Position) {
    this.waiting = waiting;
    this.next = next;
  }
}
