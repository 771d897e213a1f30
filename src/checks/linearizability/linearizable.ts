/**
 * Could all of this have happened one operation at a time, each at some instant between its call and its return, on a
 * single copy of the store? (Herlihy and Wing 1990.)
 *
 * Keys are judged one by one: by the run's own order of execution if there is one, in linear time where every value is
 * written once, and else by a search that is bounded in configurations visited, never in time, so that a history has
 * the same verdict everywhere.
 */
import type { History } from "../history.ts";
import { type Answer, atOnce } from "./answer.ts";
import { operationsByKey } from "./keys.ts";
import { type Problem, problemOf } from "./problem.ts";
import { Search } from "./search.ts";
import { witnessed } from "./witness.ts";

export interface Verdict {
  readonly verdict: Answer;
  readonly operations: number;
  readonly keys: number;
  readonly witnessed: number; // keys explained by their order of execution
  readonly states: number; // configurations visited by searches
  readonly budget: number; // how many may be
  readonly cached: number; // configurations remembered at once, at most
  readonly violation: Violation | undefined;
}

/** For `explain`, which says more. */
export interface Violation {
  readonly key: number;
}

export const DEFAULT_BUDGET = 10_000_000;
const FIRST_SLICE = 1_000;
/** Characters of observed texts; more would not fit into memory beside everything else. */
const MOST_TEXT = 0x10000000;
const SLICES_GROW_BY = 8;

export function linearizable(history: History, budget = DEFAULT_BUDGET): Verdict {
  const operationsOf = operationsByKey(history);
  const judge = new Judge(budget);
  if (textLength(history, operationsOf) > MOST_TEXT)
    return verdictOf(history, operationsOf, [], judge, "unknown");
  const explained = witnessed(history, operationsOf);
  const open: Open[] = [];
  for (let key = 0; key < operationsOf.length && judge.violation === undefined; key++) {
    if (explained[key]) continue;
    const problem = problemOf(history, operationsOf[key]!, history.initial.get(key));
    if (!judge.decideAtOnce(key, problem)) open.push({ key, problem });
  }
  const verdict = judge.violation === undefined ? judge.search(open) : "invalid";
  return verdictOf(history, operationsOf, explained, judge, verdict);
}

function verdictOf(
  history: History,
  operationsOf: readonly Int32Array[],
  explained: readonly boolean[],
  { states, budget, cached, violation }: Judge,
  verdict: Answer,
): Verdict {
  const keys = operationsOf.length;
  const counts = { operations: history.length, keys, witnessed: explained.filter(Boolean).length };
  return { verdict, ...counts, states, budget, cached, violation };
}

/**
 * A text that is appended to is put together only when somebody looks at it. All that one read after another saw of a
 * growing text is more than all that was written: reads of equal length in a row count once.
 */
function textLength({ result }: History, operationsOf: readonly Int32Array[]): number {
  let sum = 0;
  for (const operations of operationsOf) {
    let before = 0;
    for (const operation of operations) {
      const seen = result[operation];
      if (typeof seen !== "string") continue;
      if (seen.length !== before) sum += seen.length;
      before = seen.length;
    }
  }
  return sum;
}

/** A key that only a search can judge. */
interface Open {
  readonly key: number;
  readonly problem: Problem;
}

class Judge {
  states = 0;
  cached = 0;
  violation: Violation | undefined;
  readonly budget: number;

  constructor(budget: number) {
    this.budget = budget;
  }

  decideAtOnce(key: number, problem: Problem): boolean {
    const answer = atOnce(problem);
    if (answer === "invalid") this.violation = { key };
    return answer !== undefined;
  }

  /**
   * One violation suffices, and it may be on a key that is quickly searched, beside one that would use up the budget:
   * each key gets a small slice of the budget, then each that is left a larger one. A slice begins afresh, which costs
   * a seventh in all, and keeps one search in memory at a time.
   */
  search(keys: readonly Open[]): Answer {
    let open = keys.toSorted((left, right) => left.problem.required - right.problem.required);
    for (let slice = FIRST_SLICE; open.length > 0 && this.states < this.budget; slice *= SLICES_GROW_BY) {
      const undecided: Open[] = [];
      for (const key of open) {
        const answer = this.visit(key, Math.min(slice, this.budget - this.states));
        if (answer === "invalid") return answer;
        if (answer === "unknown") undecided.push(key);
      }
      open = undecided;
    }
    return open.length === 0 ? "valid" : "unknown";
  }

  private visit({ key, problem }: Open, slice: number): Answer {
    if (slice === 0) return "unknown";
    const search = new Search(problem);
    const answer = search.run(slice);
    this.states += search.states;
    this.cached = Math.max(this.cached, search.seen.most);
    if (answer === "invalid") this.violation = { key };
    return answer;
  }
}
