/**
 * The popular keys scattered over all keys, exactly as by YCSB's ScrambledZipfianGenerator: a zipfian rank
 * out of 10^10, hashed, modulo the number of keys. So the shares are not those of a zipfian choice among the
 * keys: ranks that fall on one key add up, and the long tail of ranks spreads over all of them.
 */
import type { RandomSource } from "../protocol/client.ts";
import { FOLLOWS_NOTHING, type KeyChooser } from "./keys-chooser.ts";
import { ZipfianFormula } from "./keys-zipfian.ts";

/** YCSB's ranks go from 0 to an ITEM_COUNT of 10^10, both included; its zeta is that of 10^10 ranks. */
const RANKS = 10_000_000_001;
const THETA = 0.99;
const ZETA = 26.46902820178302;

const TWO_32 = 4294967296;
/** 2^40 + 435 is the prime of FNV with 64 bits. */
const PRIME_LOW = 435;

/** Of more, a product below would exceed what a double holds exactly. */
export const MAX_SCRAMBLED_KEYS = 50_000_000;

export class ScrambledKeys implements KeyChooser {
  readonly grow = FOLLOWS_NOTHING;
  private readonly count: number;

  constructor(count: number) {
    this.count = count;
  }

  choose(source: RandomSource): number {
    return scrambledKey(source.random(), this.count);
  }
}

const ranks = new ZipfianFormula(RANKS, THETA, ZETA);

/** The key that one draw, uniform in [0, 1), means among so many. */
export const scrambledKey = (drawn: number, count: number): number => hashModulo(ranks.rank(drawn), count);

/**
 * The FNV-1a hash of a number's eight bytes, the lowest first; taken as signed, its absolute value modulo
 * the count.
 */
export function hashModulo(value: number, count: number): number {
  let low = 0x84222325;
  let high = 0xcbf29ce4;
  let rest = value;
  for (let octet = 0; octet < 8; octet++) {
    low = (low ^ (rest & 0xff)) >>> 0;
    rest = Math.floor(rest / 256);
    const product = low * PRIME_LOW;
    // The 2^40 of the prime shifts the low word by 8 bits into the high one.
    high = (Math.imul(high, PRIME_LOW) + Math.floor(product / TWO_32) + (low << 8)) >>> 0;
    low = product >>> 0;
  }
  if (high >= 0x80000000) {
    low = -low >>> 0;
    high = (low === 0 ? -high : ~high) >>> 0;
  }
  return ((high % count) * (TWO_32 % count) + low) % count;
}
