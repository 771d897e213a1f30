/**
 * A campaign: case after case over all threads, until there are enough, time is up or an alarm goes off. Cases are
 * known by their number, so that a campaign that was stopped goes on where it was, on any number of threads.
 */
import { fileURLToPath } from "node:url";
import type { Pool } from "../pool.ts";
import type { Campaign } from "./case.ts";
import type { Failure, Range, RangeResult, Suspect } from "./range.ts";
import type { Shrunk } from "./shrink.ts";
import { nothing, sum, type Tally } from "./tally.ts";

const filename = fileURLToPath(new URL("./range.ts", import.meta.url));

/** Long enough for handing a range out to cost nothing, short enough for Ctrl-C. */
const CASES_AT_ONCE = 25;

/** How far a campaign has come. Cases below `done` are done; nothing is known of the others. */
export interface Progress {
  readonly done: number;
  readonly tally: Tally;
  readonly failures: readonly Failure[];
}

export const beginning: Progress = { done: 0, tally: nothing, failures: [] };

export interface Limits {
  readonly runs: number;
  readonly untilMs: number; // by performance.now()
  readonly keepGoing: boolean; // after an alarm
  readonly stopped: () => boolean;
}

export async function explore(
  campaign: Campaign,
  before: Progress,
  limits: Limits,
  pool: Pool,
  onProgress: (progress: Progress) => void,
): Promise<Progress> {
  const finished = new Map<number, RangeResult>(); // by first case: those that wait for an earlier one
  let progress = before;
  let next = before.done;
  const over = () =>
    limits.stopped() ||
    next >= limits.runs ||
    performance.now() >= limits.untilMs ||
    (!limits.keepGoing && (progress.failures.length > 0 || anyFailure(finished)));
  const lane = async () => {
    while (!over()) {
      const range: Range = { campaign, from: next, count: Math.min(CASES_AT_ONCE, limits.runs - next) };
      next += range.count;
      finished.set(range.from, await pool.other<Range, RangeResult>(filename, "runRange", range));
      progress = advanced(progress, finished);
      onProgress(progress);
    }
  };
  await Promise.all(Array.from({ length: pool.workers }, lane));
  return progress;
}

const anyFailure = (finished: ReadonlyMap<number, RangeResult>): boolean =>
  [...finished.values()].some(({ failures }) => failures.length > 0);

/** In the order of their numbers, so that a campaign's result does not depend on who was faster. */
function advanced(before: Progress, finished: Map<number, RangeResult>): Progress {
  let progress = before;
  for (let ready = finished.get(progress.done); ready !== undefined; ready = finished.get(progress.done)) {
    finished.delete(progress.done);
    progress = {
      done: progress.done + ready.tally.runs,
      tally: sum(progress.tally, ready.tally),
      failures: [...progress.failures, ...ready.failures],
    };
  }
  return progress;
}

export const makeSmaller = (campaign: Campaign, failure: Failure, pool: Pool): Promise<Shrunk> =>
  pool.other<Suspect, Shrunk>(filename, "shrinkFailure", { campaign, failure });
