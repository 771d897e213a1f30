/**
 * A first-in first-out queue of small rows: the inbox of a busy node, the outputs behind a sync. A ring of parallel
 * arrays that only ever grow; emptying an ordinary array gives its memory back, and costs more than filling it.
 */
export class Backlog {
  length = 0;
  private head = 0;
  private mask = 15; // the capacity, a power of two, less one
  private kinds = new Uint8Array(16);
  private places = new Int32Array(16);
  private numbers = new Float64Array(16);
  private subjects: unknown[] = new Array(16).fill(undefined);
  private objects: unknown[] = new Array(16).fill(undefined);

  push(kind: number, place: number, number: number, subject: unknown, object: unknown): void {
    if (this.length > this.mask) this.grow();
    const row = (this.head + this.length++) & this.mask;
    this.kinds[row] = kind;
    this.places[row] = place;
    this.numbers[row] = number;
    this.subjects[row] = subject;
    this.objects[row] = object;
  }

  // The first row, to be read before `drop`.
  get kind(): number {
    return this.kinds[this.head]!;
  }
  get place(): number {
    return this.places[this.head]!;
  }
  get number(): number {
    return this.numbers[this.head]!;
  }
  get subject(): unknown {
    return this.subjects[this.head];
  }
  get object(): unknown {
    return this.objects[this.head];
  }

  drop(): void {
    this.subjects[this.head] = undefined;
    this.objects[this.head] = undefined;
    this.head = (this.head + 1) & this.mask;
    this.length--;
  }

  clear(): void {
    while (this.length > 0) this.drop();
  }

  private grow(): void {
    const old = { ...this, rows: this.mask + 1 };
    const rows = old.rows * 2;
    this.kinds = new Uint8Array(rows);
    this.places = new Int32Array(rows);
    this.numbers = new Float64Array(rows);
    this.subjects = new Array(rows).fill(undefined);
    this.objects = new Array(rows).fill(undefined);
    this.head = 0;
    this.mask = rows - 1;
    for (let index = 0; index < old.rows; index++) {
      const row = (old.head + index) & (old.rows - 1);
      this.kinds[index] = old.kinds[row]!;
      this.places[index] = old.places[row]!;
      this.numbers[index] = old.numbers[row]!;
      this.subjects[index] = old.subjects[row];
      this.objects[index] = old.objects[row];
    }
  }
}
