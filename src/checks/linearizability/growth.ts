/**
 * Where appends lead: which of the texts that can be arrived at, from what is written and by what is appended, come
 * out of which. Whatever leaves the observed texts is `UNSEEN` until something else is written.
 */
import { type States, UNSEEN } from "./states.ts";

export class Growth {
  /** By appended text, the states that it leads to. */
  readonly homes: number[][];
  /** By state, the appended texts that lead to it … */
  readonly endings: number[][] = [];
  /** … and from where, in the same order. */
  readonly origins: number[][] = [];
  private readonly afters = new Map<number, number>();
  private readonly reached: Set<number>;

  /** `sources`: what the key may hold without an append. */
  constructor(states: States, appended: ReadonlyMap<string, number>, sources: Iterable<number>) {
    this.homes = Array.from({ length: appended.size }, () => []);
    this.reached = new Set(sources);
    this.reached.delete(UNSEEN);
    const sizes = [...new Set([...appended.keys()].map(({ length }) => length))];
    for (const state of this.reached) {
      for (const size of sizes) {
        for (const [appendix, after] of states.continuations(state, size, appended)) {
          this.connect(state, appendix, after);
        }
      }
    }
    this.makeRoom(states.size);
  }

  append(state: number, appendix: number): number {
    return this.afters.get(state * this.homes.length + appendix) ?? UNSEEN;
  }

  /** The set grows while it is gone through. */
  private connect(state: number, appendix: number, after: number): void {
    this.afters.set(state * this.homes.length + appendix, after);
    this.homes[appendix]!.push(after);
    if (after === state) return; // an empty text was appended
    this.reached.add(after);
    this.makeRoom(after + 1);
    this.endings[after]!.push(appendix);
    this.origins[after]!.push(state);
  }

  private makeRoom(size: number): void {
    while (this.endings.length < size) {
      this.endings.push([]);
      this.origins.push([]);
    }
  }
}
