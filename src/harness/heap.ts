/**
 * How the threads that run simulations are set up.
 *
 * A run allocates a few hundred bytes an operation and keeps some of them, in logs and on simulated disks, so each
 * collection of young objects copies survivors. With 64 MB for young objects instead of the usual 1 to 16 there are
 * fewer collections (twice that brought nothing more), and each is done by the thread itself: all processors are busy
 * with runs already. Together that took more than a third off the time of an event. What has survived often must not be
 * allocated among the old objects from the start: a thread that has run several protocols does so at places where most
 * objects die young, and what these refer to then survives as well (collections took 27 ms instead of 7, 10 % of the
 * time of an event). The compiler may inline more than usual, because a simulation is one loop through many small
 * functions: another 7 %. All were measured on Raft with five nodes and 64 clients.
 *
 * And a run that is over must be garbage at once. A closure that was made for one run and told of all that happens in
 * it can keep the whole cluster alive through the next collections, and copying that took a tenth of the time with one
 * client. Objects with methods do not.
 */
import { setFlagsFromString } from "node:v8";

const YOUNG_MB = 64; // of either half; a thread takes at most three times as much for it

const flags = [
  `--min-semi-space-size=${YOUNG_MB}`,
  `--max-semi-space-size=${YOUNG_MB}`,
  "--no-parallel-scavenge",
  "--no-allocation-site-pretenuring",
  "--max-inlined-bytecode-size-cumulative=6000",
  "--max-inlined-bytecode-size=1000",
  "--min-inlining-frequency=0.02",
] as const;

/** Holds for the threads started from now on. */
export function tuneThreads(): void {
  for (const flag of flags) setFlagsFromString(flag);
}
