/** A running hash over every event of a run, in order: two multiplications an event. */
export class TraceHash {
  private low = 0x811c9dc5 | 0;
  private high = 0x9747b28c | 0;

  add(tick: number, kind: number, from: number, to: number, detail: number): void {
    const low = Math.imul(this.low ^ (tick | 0), 0x9e3779b1);
    const word = kind ^ ((from + 1) << 4) ^ (to << 13) ^ (detail << 22);
    const high = Math.imul(this.high ^ word ^ (low >>> 15), 0x85ebca77);
    this.low = low ^ (high >>> 13);
    this.high = high;
  }

  fold(word: number): void {
    this.add(word, 15, 0, 0, 0);
  }

  text(): string {
    const hex = (word: number) => (word >>> 0).toString(16).padStart(8, "0");
    return hex(this.high) + hex(this.low);
  }
}
