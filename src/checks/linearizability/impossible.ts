/** Answers that nothing can explain, in linear time: a value that nobody could have written by then. */
import { APPEND, CAS, READ, WRITE } from "./kinds.ts";
import type { Problem } from "./problem.ts";
import { AFTER_ALL } from "./rank.ts";

const BEFORE_ALL = -1;

/** An operation that saw a value which nobody had begun to write when it returned; undefined if there is none. */
export function impossible(problem: Problem): number | undefined {
  const { kinds, from, to, calls, returns, required, operations, states, initial, growth } = problem;
  const written = new Int32Array(states.size).fill(AFTER_ALL);
  const appended = new Int32Array(growth?.homes.length ?? 0).fill(AFTER_ALL);
  written[initial] = BEFORE_ALL;
  for (let operation = 0; operation < operations.length; operation++) {
    const kind = kinds[operation]!;
    if (kind < WRITE) continue;
    const first = kind === APPEND ? appended : written;
    const after = to[operation]!;
    first[after] = Math.min(first[after]!, calls[operation]!);
  }
  const endings = (state: number): readonly number[] => (growth === undefined ? [] : growth.endings[state]!);
  const inTime = (state: number, end: number): boolean =>
    written[state]! < end || endings(state).some(appendix => appended[appendix]! < end);
  for (let operation = 0; operation < required; operation++) {
    if (kinds[operation] !== READ && kinds[operation] !== CAS) continue;
    if (!inTime(from[operation]!, returns[operation]!)) return operation;
  }
  return undefined;
}
