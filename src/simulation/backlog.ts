/** A first-in first-out queue of small rows in parallel arrays: the inbox of a busy node, the outputs behind a sync. */
export class Backlog {
  private kinds: number[] = [];
  private numbers: number[] = [];
  private places: number[] = [];
  private subjects: unknown[] = [];
  private objects: unknown[] = [];
  private head = 0;

  get length(): number {
    return this.kinds.length - this.head;
  }

  push(kind: number, place: number, number: number, subject: unknown, object: unknown): void {
    this.kinds.push(kind);
    this.places.push(place);
    this.numbers.push(number);
    this.subjects.push(subject);
    this.objects.push(object);
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
    this.head++;
    if (this.head === this.kinds.length) this.clear();
    else if (this.head > 1024 && this.head * 2 > this.kinds.length) this.compact();
  }

  clear(): void {
    this.kinds.length = 0;
    this.places.length = 0;
    this.numbers.length = 0;
    this.subjects.length = 0;
    this.objects.length = 0;
    this.head = 0;
  }

  /** A backlog that never runs empty must not keep all it ever held. */
  private compact(): void {
    this.kinds.splice(0, this.head);
    this.places.splice(0, this.head);
    this.numbers.splice(0, this.head);
    this.subjects.splice(0, this.head);
    this.objects.splice(0, this.head);
    this.head = 0;
  }
}
