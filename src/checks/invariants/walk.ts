/**
 * A replica's way through the list of commands that was chosen at a position, while it executes one after another:
 * whoever meets the very objects in their order needs no hash of them.
 */
export class Walk {
  /** So many of the list are executed; 0: all, or there is no list under way. */
  length = 0;
  list: readonly unknown[] = [];

  /** Whether it is the next one of the list. */
  goesOn(member: unknown): boolean {
    if (this.list[this.length] !== member) return false;
    this.length++;
    if (this.length === this.list.length) this.length = 0;
    return true;
  }
}
