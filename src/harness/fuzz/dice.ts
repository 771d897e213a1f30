/** Whatever a campaign draws, it draws from here: case `index` of a seed is the same on every machine. */
import { RandomStream } from "../../simulation/random.ts";

export class CaseDice {
  private readonly stream: RandomStream;

  constructor(seed: number, index: number) {
    this.stream = new RandomStream(seed, `case ${index}`);
  }

  chance(probability: number): boolean {
    return this.stream.next() < probability;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.stream.next();
  }

  /** A whole number from low to high, both included. */
  whole(low: number, high: number): number {
    return low + Math.floor((high - low + 1) * this.stream.next());
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.whole(0, items.length - 1)]!;
  }

  /** So many different ones, in their order. */
  some<Item>(items: readonly Item[], count: number): Item[] {
    const chosen = new Set<number>();
    while (chosen.size < Math.min(count, items.length)) chosen.add(this.whole(0, items.length - 1));
    return items.filter((_, index) => chosen.has(index));
  }

  /** A length of time as a file has it. */
  milliseconds(low: number, high: number): string {
    return `${Math.round(this.between(low, high))}ms`;
  }

  microseconds(low: number, high: number): string {
    return `${Math.round(this.between(low, high))}us`;
  }
}
