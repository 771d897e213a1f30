/** Which key an operation is about. Keys are numbered by popularity: of a zipfian choice, key 0 is the hottest. */
import type { KeyChoice } from "./workload.ts";

/** Below so many keys a table is made, which allows any theta; from here on a formula, for theta below 1. */
export const MAX_ALIASED_KEYS = 100_000;

export interface RandomSource {
  random(): number; // uniform in [0, 1)
}

export interface KeyChooser {
  choose(source: RandomSource): number;
}

export function keyChooser(keys: KeyChoice): KeyChooser {
  if (keys.distribution === "uniform") return new UniformKeys(keys.count);
  return keys.count < MAX_ALIASED_KEYS
    ? aliasTable(keys.count, keys.theta)
    : zipfianFormula(keys.count, keys.theta);
}

class UniformKeys implements KeyChooser {
  private readonly count: number;

  constructor(count: number) {
    this.count = count;
  }

  choose(source: RandomSource): number {
    return Math.floor(source.random() * this.count);
  }
}

/** Any distribution over few keys, in two draws and one look-up (Walker's alias method, set up as by Vose). */
class AliasTable implements KeyChooser {
  private readonly keep: Float64Array; // the probability that a column yields its own key …
  private readonly alias: Int32Array; // … and whose key it yields otherwise

  constructor(weights: Float64Array) {
    const count = weights.length;
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    this.keep = weights.map(weight => (weight * count) / total);
    this.alias = Int32Array.from({ length: count }, (_, key) => key);
    const poor: number[] = [];
    const rich: number[] = [];
    for (let key = 0; key < count; key++) (this.keep[key]! < 1 ? poor : rich).push(key);
    while (poor.length > 0 && rich.length > 0) {
      const column = poor.pop()!;
      const giver = rich[rich.length - 1]!;
      this.alias[column] = giver;
      this.keep[giver] = this.keep[giver]! - (1 - this.keep[column]!);
      if (this.keep[giver]! < 1) poor.push(rich.pop()!);
    }
    // What is left differs from 1 by rounding only.
    for (const column of poor) this.keep[column] = 1;
    for (const column of rich) this.keep[column] = 1;
  }

  choose(source: RandomSource): number {
    const column = Math.floor(source.random() * this.keep.length);
    return source.random() < this.keep[column]! ? column : this.alias[column]!;
  }
}

/** Many keys: the formula of YCSB's ZipfianGenerator (Gray et al., SIGMOD 1994), one draw, no table; theta below 1. */
class ZipfianFormula implements KeyChooser {
  private readonly count: number;
  private readonly zeta: number;
  private readonly first: number; // below this, scaled by zeta, a draw means key 0 or 1
  private readonly alpha: number;
  private readonly eta: number;

  constructor(count: number, theta: number) {
    this.count = count;
    this.zeta = zetaOf(count, theta);
    this.first = 1 + inversePower(2, theta);
    this.alpha = 1 / (1 - theta);
    this.eta = (1 - inversePower(count / 2, 1 - theta)) / (1 - zetaOf(2, theta) / this.zeta);
  }

  choose(source: RandomSource): number {
    const drawn = source.random();
    const scaled = drawn * this.zeta;
    if (scaled < 1) return 0;
    if (scaled < this.first) return 1;
    const share = Math.exp(this.alpha * Math.log(this.eta * drawn - this.eta + 1));
    return Math.min(this.count - 1, Math.floor(this.count * share));
  }
}

/** 1 / base^exponent, by functions that agree on every version of Node, as the power functions do not. */
const inversePower = (base: number, exponent: number): number => Math.exp(-exponent * Math.log(base));

function zetaOf(count: number, theta: number): number {
  let sum = 0;
  for (let rank = 1; rank <= count; rank++) sum += inversePower(rank, theta);
  return sum;
}

// Set-up takes milliseconds and its outcome never changes, so a process does it once for each (count, theta).
const made = new Map<string, KeyChooser>();

function once(name: string, make: () => KeyChooser): KeyChooser {
  const chooser = made.get(name) ?? make();
  made.set(name, chooser);
  return chooser;
}

const aliasTable = (count: number, theta: number): KeyChooser =>
  once(`alias ${count} ${theta}`, () => {
    const weights = Float64Array.from({ length: count }, (_, key) => inversePower(key + 1, theta));
    return new AliasTable(weights);
  });

const zipfianFormula = (count: number, theta: number): KeyChooser =>
  once(`formula ${count} ${theta}`, () => new ZipfianFormula(count, theta));
