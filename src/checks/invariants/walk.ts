/**
 * A replica's way through the list of commands that was chosen at a position, while it executes one after another:
 * whoever meets the very objects in their order needs no hash of them.
 */
export class Walk {
  /** So many of the list are executed. At its end it stays, to be told from what is executed beyond it. */
  length = 0;
  private list: readonly unknown[] = [];

  get isUnderWay(): boolean {
    return this.length > 0 && this.length < this.list.length;
  }

  /** Those that are executed. */
  get members(): readonly unknown[] {
    return this.list.slice(0, this.length);
  }

  begin(list: readonly unknown[]): void {
    this.list = list;
    this.length = 0;
  }

  /** Whether it is the next one of the list. */
  goesOn(member: unknown): boolean {
    if (this.length === this.list.length || this.list[this.length] !== member) return false;
    this.length++;
    return true;
  }
}
