/** The keys that exist: those of the beginning, and those that operations insert. */

/**
 * A key is known, and may be chosen by others, once its insertion and all earlier ones have ended, as by
 * YCSB's AcknowledgedCounterGenerator. One whose outcome is unknown has ended too.
 */
export class InsertedKeys {
  known: number;
  private next: number;
  private readonly first: number;
  private readonly ended: boolean[] = []; // by key, from `first` on

  constructor(count: number) {
    this.known = count;
    this.next = count;
    this.first = count;
  }

  /** A key that nobody has used. */
  insert(): number {
    this.ended.push(false);
    return this.next++;
  }

  end(key: number): void {
    this.ended[key - this.first] = true;
    while (this.ended[this.known - this.first] === true) this.known++;
  }
}
