/**
 * Configurations from which the search found no way on: how far returns have come, which operations within reach have
 * taken effect, what the key holds, and which optional operations were used. One that used fewer of those than another
 * can do all that the other can, so only the fewest are kept.
 *
 * Open addressing over rows of numbers. A hash only leads to the place; equality is exact. Memory is bounded: when it
 * is used up all is forgotten, which costs time and changes no verdict.
 */
const MOST_WORDS = 0x2000000; // 128 MB
const LANES = 2; // both lanes of the hash
const FIRST_ROWS = 64;
/**
 * Rows that differ in optional operations alone stand in one line, all of which is read each time: without an end to
 * it, the time for a configuration would grow with the number of those visited. Who comes later takes the last place.
 */
const LONGEST_LINE = 512;

export class Seen {
  /** The most rows held at once. */
  most = 0;
  private rows = 0;
  private readonly exact: number; // words of a row that must be equal
  private readonly width: number;
  private readonly mostRows: number;
  private words: Int32Array;
  private table: Int32Array; // row + 1, or 0

  /** A configuration has so many words that must be equal, and then so many of optional operations. */
  constructor(exact: number, optional: number, mostWords = MOST_WORDS) {
    this.exact = exact;
    this.width = LANES + exact + optional;
    this.mostRows = Math.max(FIRST_ROWS, Math.floor(mostWords / this.width));
    this.words = new Int32Array(FIRST_ROWS * this.width);
    this.table = new Int32Array(2 * FIRST_ROWS);
  }

  /** Whether the configuration is one that is known to lead nowhere. Remembers it if not. */
  covers(low: number, high: number, configuration: Int32Array): boolean {
    const { words, width, table } = this;
    const mask = table.length - 1;
    let place = low & mask;
    let line = 0;
    for (; table[place] !== 0; place = (place + 1) & mask) {
      const row = (table[place]! - 1) * width;
      if (words[row + 1] !== high || words[row] !== low || !this.matches(row, configuration)) continue;
      if (this.usedNoMore(row, configuration)) return true;
      if (!this.usedNoLess(row, configuration) && ++line < LONGEST_LINE) continue;
      words.set(configuration, row + LANES);
      return false;
    }
    this.remember(place, low, high, configuration);
    return false;
  }

  private matches(row: number, configuration: Int32Array): boolean {
    const { words, exact } = this;
    for (let word = 0; word < exact; word++) {
      if (words[row + LANES + word] !== configuration[word]) return false;
    }
    return true;
  }

  /** Whether all optional operations that the row used are used now. */
  private usedNoMore(row: number, configuration: Int32Array): boolean {
    for (let word = this.exact; word < configuration.length; word++) {
      if ((this.words[row + LANES + word]! & ~configuration[word]!) !== 0) return false;
    }
    return true;
  }

  private usedNoLess(row: number, configuration: Int32Array): boolean {
    for (let word = this.exact; word < configuration.length; word++) {
      if ((configuration[word]! & ~this.words[row + LANES + word]!) !== 0) return false;
    }
    return true;
  }

  private remember(place: number, low: number, high: number, configuration: Int32Array): void {
    const row = this.rows++ * this.width;
    this.words[row] = low;
    this.words[row + 1] = high;
    this.words.set(configuration, row + LANES);
    this.table[place] = this.rows;
    if (this.rows > this.most) this.most = this.rows;
    if (this.rows === this.mostRows) this.forget();
    else if (2 * this.rows === this.table.length) this.grow();
  }

  private forget(): void {
    this.rows = 0;
    this.table.fill(0);
  }

  private grow(): void {
    const { width, words } = this;
    const rows = Math.min(2 * this.rows, this.mostRows);
    this.words = new Int32Array(rows * width);
    this.words.set(words);
    this.table = new Int32Array(4 * this.rows);
    const mask = this.table.length - 1;
    for (let row = 0; row < this.rows; row++) {
      let place = words[row * width]! & mask;
      while (this.table[place] !== 0) place = (place + 1) & mask;
      this.table[place] = row + 1;
    }
  }
}
