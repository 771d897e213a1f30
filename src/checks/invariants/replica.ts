/** What is known of one replica, from its own facts: the record that its next fact is held to. */
import type { Frontier } from "./frontier.ts";
import { Held } from "./held.ts";
import { Walk } from "./walk.ts";
import { UNSAID, Word } from "./word.ts";

/** What a crashed replica had vouched for, to be found again when it is back. */
export interface Vouched {
  readonly held: Held;
  readonly settledTo: number; // besides, what was chosen up to this position
  readonly epoch: number;
  readonly vote: number;
  readonly promise: number;
  readonly promiseAt: ReadonlyMap<number, number>;
  readonly snapshot: number;
}

export class ReplicaRecord {
  counts = true; // no longer, if it is, or has become, one that need not keep its word
  up = true;
  held: Held;
  committed = 0; // the highest position it knows to be committed
  applied = 0; // the position that it has executed last, or that its state was installed with
  /** The position that it commits and executes next, if it goes on as it has so far; 0: that is to be looked at. */
  next = 0;
  epoch = new Word();
  vote = new Word(); // ranked
  promise = new Word(); // ranked
  promiseAt = new Map<number, Word>(); // likewise, for protocols that promise position by position
  snapshot = new Word();
  restoring: Vouched | undefined; // while its `onStart` runs

  private vouchedTo = 0; // at the last crash, of what was settled
  private readonly frontier: Frontier;

  // The position that it is executing
  readonly walk = new Walk(); // as long as its commands are just those that were chosen; if not:
  members = 0; // so many commands of it so far
  member = 0; // the last of them
  list = 0; // all of them

  constructor(frontier: Frontier) {
    this.frontier = frontier;
    this.held = new Held(frontier);
  }

  /** With its disk, or as far as its disk had got. */
  crash(stored: number): void {
    this.up = false;
    this.next = 0;
    this.members = 0;
    this.walk.length = 0;
    this.vouchedTo = this.held.dropVolatile(stored);
    for (const word of [this.epoch, this.vote, this.promise, this.snapshot]) word.crash(stored);
    for (const word of this.promiseAt.values()) word.crash(stored);
  }

  /** It has lost what it had vouched for. */
  forget(): void {
    this.next = 0;
    this.held = new Held(this.frontier);
    this.epoch = new Word();
    this.vote = new Word();
    this.promise = new Word();
    this.promiseAt = new Map();
    this.snapshot = new Word();
    this.floor = UNSAID;
    this.vouchedTo = 0;
  }

  beginRestoring(): void {
    this.restoring = {
      held: this.held,
      settledTo: this.vouchedTo,
      epoch: this.epoch.said,
      vote: this.vote.said,
      promise: this.promise.said,
      promiseAt: new Map([...this.promiseAt].map(([position, { said }]) => [position, said])),
      snapshot: this.snapshot.said,
    };
    this.forget();
    this.up = true;
    this.committed = 0;
    this.applied = 0;
  }

  /** The epoch of its highest promise, wherever it was made; -1: none. */
  floor = UNSAID;

  promisedAt(position: number): number {
    const here = this.promiseAt.size === 0 ? UNSAID : (this.promiseAt.get(position)?.said ?? UNSAID);
    return Math.max(here, this.promise.said);
  }
}
