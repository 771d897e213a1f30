/**
 * The event queue: what happens next. Events of one tick come out in the order they went in, however many there are.
 *
 * A binary heap over one Float64Array of unique keys, `(tick - base) * 2^25 + sequence`, so that the order needs a
 * single comparison and the smaller child is chosen without a branch (27 % faster than with one). Ticks further than
 * 2^28 ns (0.27 s) from the base do not fit: they wait in `far`, unordered, until the heap has run empty and the base
 * moves up. That keeps the heap small: timers, of which there are more than messages and hardly any come true, wait
 * outside (7 % of the time of an event of Raft with 64 clients). When the sequence numbers run out, what is pending is
 * numbered afresh.
 *
 * Events are rows of parallel arrays, addressed by slot; nothing is allocated to schedule one.
 */
const SEQUENCES = 33_554_432; // 2^25
const REACH = 268_435_456; // 2^28
const PER_SEQUENCE = 1 / SEQUENCES;
const MOST_PENDING = 1_048_576; // who has that many has lost control of them

export class EventQueue {
  size = 0; // events in the heap; `far` has its own length
  tick = 0; // of the event popped last

  // The rows. What the columns mean depends on the kind of event. Four of them lie side by side in memory, because they
  // are always used together: slot s has its kind, from, to and detail at 4s, 4s+1, 4s+2 and 4s+3.
  columns = new Int32Array(4 * 64);
  number = new Float64Array(64);
  subject: unknown[] = new Array(64).fill(undefined);
  object: unknown[] = new Array(64).fill(undefined);

  private keys = new Float64Array(129).fill(Infinity); // twice the rows, so that a child past the end is Infinity
  private slots = new Int32Array(65);
  private free = Int32Array.from({ length: 64 }, (_, index) => 63 - index);
  private freeCount = 64;
  private base = 0;
  private sequence = 0;
  private readonly far: { tick: number; slot: number }[] = [];

  get pending(): number {
    return this.size + this.far.length;
  }

  /** Fills in the side-by-side columns of a row. */
  fill(slot: number, kind: number, from: number, to: number, detail: number): void {
    const { columns } = this;
    const row = slot * 4;
    columns[row] = kind;
    columns[row + 1] = from;
    columns[row + 2] = to;
    columns[row + 3] = detail;
  }

  /** Takes a row, schedules it, and returns its slot for the caller to fill in. */
  push(tick: number): number {
    if (this.freeCount === 0) this.grow();
    // Said so that what is no number is told from a tick as well.
    if (!(tick - this.base < REACH) || this.sequence === SEQUENCES) return this.pushRarely(tick);
    const slot = this.free[--this.freeCount]!;
    this.insert((tick - this.base) * SEQUENCES + this.sequence++, slot);
    return slot;
  }

  /** Removes the next event and returns its slot, or -1. The row stays readable until the next push. */
  pop(): number {
    if (this.size === 0 && !this.moveBase()) return -1;
    const { keys, slots } = this;
    const slot = slots[1]!;
    this.tick = this.base + Math.floor(keys[1]! * PER_SEQUENCE);
    this.free[this.freeCount++] = slot;
    const size = --this.size;
    // The last entry moves to the top and sinks. It leaves Infinity behind, which no child is smaller than.
    const key = keys[size + 1]!;
    const moved = slots[size + 1]!;
    keys[size + 1] = Infinity;
    if (size === 0) return slot;
    let hole = 1;
    let child = 2;
    while (child <= size) {
      child += +(keys[child + 1]! < keys[child]!);
      const childKey = keys[child]!;
      if (childKey >= key) break;
      keys[hole] = childKey;
      slots[hole] = slots[child]!;
      hole = child;
      child = hole << 1;
    }
    keys[hole] = key;
    slots[hole] = moved;
    return slot;
  }

  private insert(key: number, slot: number): void {
    const { keys, slots } = this;
    let hole = ++this.size;
    while (hole > 1) {
      const parent = hole >> 1;
      const parentKey = keys[parent]!;
      if (parentKey <= key) break;
      keys[hole] = parentKey;
      slots[hole] = slots[parent]!;
      hole = parent;
    }
    keys[hole] = key;
    slots[hole] = slot;
  }

  private pushRarely(tick: number): number {
    if (!(tick < Number.MAX_SAFE_INTEGER))
      throw new RangeError(`the clock ends at 104 days; asked for ${tick} ns`);
    const slot = this.free[--this.freeCount]!;
    if (tick - this.base >= REACH) {
      this.far.push({ tick, slot });
      return slot;
    }
    this.renumber();
    this.insert((tick - this.base) * SEQUENCES + this.sequence++, slot);
    return slot;
  }

  /** The heap is empty: everything far away that is now in reach comes in, in order of tick, then of arrival. */
  private moveBase(): boolean {
    if (this.far.length === 0) return false;
    const waiting = this.far.splice(0).sort((a, b) => a.tick - b.tick); // a stable sort
    this.base = waiting[0]!.tick;
    this.sequence = 0;
    for (const entry of waiting) {
      const ahead = entry.tick - this.base;
      if (ahead < REACH) this.insert(ahead * SEQUENCES + this.sequence++, entry.slot);
      else this.far.push(entry);
    }
    return true;
  }

  private renumber(): void {
    const entries = Array.from({ length: this.size }, (_, index) => ({
      key: this.keys[index + 1]!,
      slot: this.slots[index + 1]!,
    }));
    entries.sort((a, b) => a.key - b.key);
    entries.forEach(({ key, slot }, index) => {
      this.keys[index + 1] = Math.floor(key * PER_SEQUENCE) * SEQUENCES + index; // a sorted array is a heap
      this.slots[index + 1] = slot;
    });
    this.sequence = entries.length;
  }

  private grow(): void {
    const rows = this.number.length;
    if (rows >= MOST_PENDING) throw new RangeError("more than a million events are pending");
    this.columns = widened(this.columns, new Int32Array(rows * 8));
    this.number = widened(this.number, new Float64Array(rows * 2));
    for (let row = 0; row < rows; row++) {
      this.subject.push(undefined);
      this.object.push(undefined);
    }
    this.keys = widened(this.keys, new Float64Array(rows * 4 + 1).fill(Infinity));
    this.slots = widened(this.slots, new Int32Array(rows * 2 + 1));
    this.free = new Int32Array(rows * 2);
    for (let row = rows * 2 - 1; row >= rows; row--) this.free[this.freeCount++] = row;
  }
}

function widened<Column extends Int32Array | Float64Array>(old: Column, wide: Column): Column {
  wide.set(old as never);
  return wide;
}
