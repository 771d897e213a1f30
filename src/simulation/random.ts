import { edges, inside, normalBeyond } from "./ziggurat.ts";

const UNIT = 2.3283064365386963e-10; // 2^-32

/**
 * Random numbers: one seed, many named streams. A stream is named after who draws from it and what for, so that
 * turning one model on, or running another protocol, does not shift what the others draw.
 *
 * sfc32 (C. Doty-Humphrey, PractRand): 128 bits of state, about 2 ns a draw.
 */
export class RandomStream {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  constructor(seed: number, name: string) {
    // Two rounds of FNV-1a over the name, started from the two halves of the seed, tell streams apart.
    this.a = hashText(name, 0x811c9dc5 ^ (seed | 0));
    this.b = hashText(name, 0x9e3779b9 ^ Math.floor(seed / 4294967296));
    this.c = seed | 0;
    for (let round = 0; round < 15; round++) this.word();
  }

  /** Uniform in [0, 1), in steps of 2^-32. */
  next(): number {
    return (this.word() >>> 0) * UNIT;
  }

  /**
   * As many standard normal numbers as there is room for: the same as by `standardNormal` one after another, in half
   * the time. That, and `word` twice, is written out here because the state then stays in registers.
   */
  normals(into: Float64Array): void {
    // Whole numbers for the compiler, which otherwise takes them for any numbers all through the loop.
    let a = this.a | 0;
    let b = this.b | 0;
    let c = this.c | 0;
    let counter = this.counter | 0;
    for (let index = 0; index < into.length; index++) {
      const first = (((a + b) | 0) + counter) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (((c << 21) | (c >>> 11)) + first) | 0;
      const second = (((a + b) | 0) + ((counter + 1) | 0)) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (((c << 21) | (c >>> 11)) + second) | 0;
      counter = (counter + 2) | 0;
      const position = 2 * ((first >>> 0) * UNIT) - 1;
      const layer = second >>> 25; // of 128
      if (Math.abs(position) < inside[layer]!) {
        into[index] = position * edges[layer]!;
        continue;
      }
      this.setState(a, b, c, counter);
      into[index] = normalBeyond(layer, position, this);
      a = this.a | 0;
      b = this.b | 0;
      c = this.c | 0;
      counter = this.counter | 0;
    }
    this.setState(a, b, c, counter);
  }

  private setState(a: number, b: number, c: number, counter: number): void {
    this.a = a;
    this.b = b;
    this.c = c;
    this.counter = counter;
  }

  /** 32 random bits. */
  private word(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum;
  }
}

function hashText(text: string, start: number): number {
  let hash = start | 0;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash ^ (hash >>> 15);
}
