/**
 * A first-in first-out queue of small rows: the inbox of a busy node, the outputs behind a sync. A ring of parallel
 * arrays that only ever grow; emptying an ordinary array gives its memory back, and costs more than filling it.
 */
export class Backlog {
  length = 0;
  private head = 0;
  private mask = 15; // the capacity, a power of two, less one
  private columns = new Int32Array(4 * 16); // kind, place and number of row r at 4r, 4r+1 and 4r+2
  private subjects: unknown[] = new Array(16).fill(undefined);
  private objects: unknown[] = new Array(16).fill(undefined);

  push(kind: number, place: number, number: number, subject: unknown, object: unknown): void {
    if (this.length > this.mask) this.grow();
    const row = (this.head + this.length++) & this.mask;
    const { columns } = this;
    columns[row * 4] = kind;
    columns[row * 4 + 1] = place;
    columns[row * 4 + 2] = number;
    this.subjects[row] = subject;
    if (object !== undefined) this.objects[row] = object;
  }

  // The first row, to be read before `drop`.
  get kind(): number {
    return this.columns[this.head * 4]!;
  }
  get place(): number {
    return this.columns[this.head * 4 + 1]!;
  }
  get number(): number {
    return this.columns[this.head * 4 + 2]!;
  }
  get subject(): unknown {
    return this.subjects[this.head];
  }
  get object(): unknown {
    return this.objects[this.head];
  }

  drop(): void {
    const { head } = this;
    this.subjects[head] = undefined;
    if (this.objects[head] !== undefined) this.objects[head] = undefined;
    this.head = (head + 1) & this.mask;
    this.length--;
  }

  clear(): void {
    while (this.length > 0) this.drop();
  }

  private grow(): void {
    const { columns, subjects, objects, head } = this;
    const rows = this.mask + 1;
    const turned = <Item>(items: Item[], room: Item[]): Item[] => [
      ...items.slice(head),
      ...items.slice(0, head),
      ...room,
    ];
    this.columns = new Int32Array(8 * rows);
    this.columns.set(columns.subarray(4 * head));
    this.columns.set(columns.subarray(0, 4 * head), 4 * (rows - head));
    const room = new Array(rows).fill(undefined);
    this.subjects = turned(subjects, room);
    this.objects = turned(objects, room);
    this.head = 0;
    this.mask = 2 * rows - 1;
  }
}
