/** Which key an operation is about. Keys are numbered from 0; of a zipfian choice, key 0 is the hottest. */
import type { RandomSource } from "../protocol/client.ts";
import { standardNormal } from "./draws.ts";
import { FOLLOWS_NOTHING, type KeyChooser } from "./keys-chooser.ts";
import { ScrambledKeys } from "./keys-scrambled.ts";
import { LatestKeys, zipfianRanks } from "./keys-zipfian.ts";
import type { KeyChoice } from "./workload.ts";

interface Clock {
  nowNs(): number;
}

/** The clock is for distributions that move. */
export function keyChooser(keys: KeyChoice, clock: Clock = { nowNs: () => 0 }): KeyChooser {
  switch (keys.distribution) {
    case "uniform":
      return new UniformKeys(keys.count);
    case "sequential":
      return new SequentialKeys(keys.count);
    case "scrambled":
      return new ScrambledKeys(keys.count);
    case "zipfian":
      return zipfianRanks(keys.count, keys.theta);
    case "latest":
      return new LatestKeys(keys.count, keys.theta);
    case "hotspot":
      return new HotspotKeys(keys);
    case "normal":
      return new NormalKeys(keys, clock);
    case "exponential":
      return new ExponentialKeys(keys);
  }
}

type Of<Distribution> = Extract<KeyChoice, { distribution: Distribution }>;

class UniformKeys implements KeyChooser {
  private count: number;

  constructor(count: number) {
    this.count = count;
  }

  choose(source: RandomSource): number {
    return Math.floor(source.random() * this.count);
  }

  grow(count: number): void {
    this.count = count;
  }
}

/** One after another, round and round. */
class SequentialKeys implements KeyChooser {
  private count: number;
  private next = 0;

  constructor(count: number) {
    this.count = count;
  }

  choose(): number {
    const key = this.next;
    this.next = key + 1 < this.count ? key + 1 : 0;
    return key;
  }

  grow(count: number): void {
    this.count = count;
  }
}

/** The first keys are hot, all alike; so are the others cold. */
class HotspotKeys implements KeyChooser {
  readonly grow = FOLLOWS_NOTHING;
  private readonly hot: number;
  private readonly cold: number;
  private readonly hotOperations: number;

  constructor({ count, hotKeys, hotOperations }: Of<"hotspot">) {
    this.hot = Math.min(count, Math.max(1, Math.round(count * hotKeys)));
    this.cold = count - this.hot;
    this.hotOperations = this.cold === 0 ? 1 : hotOperations;
  }

  choose(source: RandomSource): number {
    const hot = source.random() < this.hotOperations;
    const drawn = source.random();
    return hot ? Math.floor(drawn * this.hot) : this.hot + Math.floor(drawn * this.cold);
  }
}

/** Round a mean that may move. The keys are a ring: what lies beyond the last is the first. */
class NormalKeys implements KeyChooser {
  readonly grow = FOLLOWS_NOTHING;
  private readonly choice: Of<"normal">;
  private readonly clock: Clock;

  constructor(choice: Of<"normal">, clock: Clock) {
    this.choice = choice;
    this.clock = clock;
  }

  choose(source: RandomSource): number {
    const { count, mean, sd, perSecond } = this.choice;
    const moved = perSecond === 0 ? mean : mean + (perSecond * this.clock.nowNs()) / 1e9;
    const key = Math.round(moved + sd * standardNormal(source)) % count;
    return key < 0 ? key + count : key;
  }
}

/**
 * The newest key is the most popular, and popularity decays with age: YCSB's ExponentialGenerator, which
 * draws again what is older than the oldest key. Here one draw is enough.
 */
class ExponentialKeys implements KeyChooser {
  private count: number;
  private readonly decay: number; // per key
  private within = 0; // the probability of a draw that is not too old

  constructor({ count, percentile, fraction }: Of<"exponential">) {
    this.count = count;
    this.decay = -Math.log(1 - percentile / 100) / (count * fraction);
    this.grow(count);
  }

  choose(source: RandomSource): number {
    const age = -Math.log(1 - source.random() * this.within) / this.decay;
    return this.count - 1 - Math.min(Math.floor(age), this.count - 1);
  }

  grow(count: number): void {
    this.count = count;
    this.within = 1 - Math.exp(-this.decay * count);
  }
}
