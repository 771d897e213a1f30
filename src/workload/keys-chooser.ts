/** What chooses keys, however it does. */
import type { RandomSource } from "../protocol/client.ts";

export interface KeyChooser {
  choose(source: RandomSource): number;
  /** So many keys exist by now: some distributions choose among all of them. */
  grow(count: number): void;
}

/** Of those that choose among the keys of the beginning: a process may therefore share them among its runs. */
export const FOLLOWS_NOTHING = (): void => {};
