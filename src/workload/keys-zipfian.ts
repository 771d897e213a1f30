/** Keys of very unequal popularity: rank r of n has a share proportional to 1 / r^theta. */
import type { RandomSource } from "../protocol/client.ts";
import { FOLLOWS_NOTHING, type KeyChooser } from "./keys-chooser.ts";

/** Below so many keys a table is made, which allows any theta; from here on a formula, theta below 1. */
export const MAX_ALIASED_KEYS = 100_000;

/** Rank 0 is the most popular. */
export const zipfianRanks = (count: number, theta: number): KeyChooser =>
  count < MAX_ALIASED_KEYS ? aliasTable(count, theta) : sharedFormula(count, theta);

/** Any distribution over few keys, in two draws and one look-up (Walker's alias method, set up as by Vose). */
class AliasTable implements KeyChooser {
  readonly grow = FOLLOWS_NOTHING;
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

/** Many ranks: the formula of YCSB's ZipfianGenerator (Gray et al., SIGMOD 1994), no table; theta below 1. */
export class ZipfianFormula {
  private count: number;
  private zeta: number;
  private eta: number;
  private readonly theta: number;
  private readonly zetaOfTwo: number;
  private readonly first: number; // below this, scaled by zeta, a draw means rank 0 or 1
  private readonly alpha: number;

  /** `zeta`, which takes long to compute for many ranks, may be given. */
  constructor(count: number, theta: number, zeta = zetaOf(count, theta)) {
    this.count = count;
    this.theta = theta;
    this.zeta = zeta;
    this.zetaOfTwo = zetaOf(2, theta);
    this.first = 1 + inversePower(2, theta);
    this.alpha = 1 / (1 - theta);
    this.eta = this.etaNow();
  }

  /** One draw, uniform in [0, 1), makes one rank. */
  rank(drawn: number): number {
    const scaled = drawn * this.zeta;
    if (scaled < 1) return 0;
    if (scaled < this.first) return 1;
    const share = Math.exp(this.alpha * Math.log(this.eta * drawn - this.eta + 1));
    return Math.min(this.count - 1, Math.floor(this.count * share));
  }

  /** Makes it one of more ranks. */
  grow(count: number): void {
    for (let rank = this.count + 1; rank <= count; rank++) this.zeta += inversePower(rank, this.theta);
    this.count = count;
    this.eta = this.etaNow();
  }

  private etaNow(): number {
    return (1 - inversePower(this.count / 2, 1 - this.theta)) / (1 - this.zetaOfTwo / this.zeta);
  }
}

class FormulaKeys implements KeyChooser {
  readonly grow = FOLLOWS_NOTHING;
  private readonly formula: ZipfianFormula;

  constructor(formula: ZipfianFormula) {
    this.formula = formula;
  }

  choose(source: RandomSource): number {
    return this.formula.rank(source.random());
  }
}

/** The newest key is the most popular, as by YCSB's SkewedLatestGenerator; keys that are inserted join in. */
export class LatestKeys implements KeyChooser {
  private count: number;
  private readonly formula: ZipfianFormula;

  constructor(count: number, theta: number) {
    this.count = count;
    this.formula = new ZipfianFormula(
      count,
      theta,
      once(`zeta ${count} ${theta}`, () => zetaOf(count, theta)),
    );
  }

  choose(source: RandomSource): number {
    return this.count - 1 - this.formula.rank(source.random());
  }

  grow(count: number): void {
    this.count = count;
    this.formula.grow(count);
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
const made = new Map<string, unknown>();

function once<Made>(name: string, make: () => Made): Made {
  const before = made.get(name) as Made | undefined;
  if (before !== undefined) return before;
  const now = make();
  made.set(name, now);
  return now;
}

const aliasTable = (count: number, theta: number): KeyChooser =>
  once(`alias ${count} ${theta}`, () => {
    const weights = Float64Array.from({ length: count }, (_, key) => inversePower(key + 1, theta));
    return new AliasTable(weights);
  });

const sharedFormula = (count: number, theta: number): KeyChooser =>
  once(`formula ${count} ${theta}`, () => new FormulaKeys(new ZipfianFormula(count, theta)));
