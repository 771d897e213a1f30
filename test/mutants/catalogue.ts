/** Bugs that the checks have to notice, and which check it has to be. */
import { fileURLToPath } from "node:url";

export interface Mutant {
  readonly id: string;
  readonly bug: string;
  readonly file: string; // the protocol
  readonly honest: string; // the one without the bug
  readonly schedule: string; // a workload that must expose it
  readonly mustFire: readonly string[]; // any of these: what is wrong first depends on the run
  readonly blindRuns: number; // so many cases of fuzz find it
}

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const raft = (
  id: string,
  name: string,
  bug: string,
  mustFire: readonly string[],
  blindRuns: number,
): Mutant => ({
  id,
  bug,
  file: at(`./raft/${id.toLowerCase()}-${name}.ts`),
  honest: "raft",
  schedule: at(`./raft/${id.toLowerCase()}.yaml`),
  mustFire,
  blindRuns,
});

const lost = [
  "state-machine-safety",
  "leader-completeness",
  "commit-durability",
  "kept-word",
  "linearizability",
];

export const mutants: readonly Mutant[] = [
  raft("R01", "old-terms", "commits entries of older terms", lost, 20000),
  raft("R02", "vote-forgotten", "does not store its vote", ["election-safety", "kept-word"], 2000),
  raft("R04", "stale-candidates", "votes for stale logs", ["leader-completeness", "linearizability"], 2000),
  raft("R07", "truncates-always", "truncates at every append", lost, 2000),
  raft(
    "R09",
    "commit-unverified",
    "commits what it has not compared",
    ["state-machine-safety", "kept-word"],
    5000,
  ),
  raft("R11", "ack-before-sync", "acknowledges before its disk has it", lost, 2000),
  raft("R12", "reads-when-deposed", "a deposed leader answers reads", ["linearizability"], 2000),
  raft("R16", "no-sessions", "executes retries again", ["at-most-once", "linearizability"], 2000),
  raft("R19", "half-is-enough", "takes half for a majority", [...lost, "election-safety"], 2000),
  raft("R21", "equal-timeouts", "all have one election time-out", ["progress"], 2000),
  raft("X01", "stale-votes", "counts votes of older terms", ["election-safety"], 5000),
  raft("X02", "last-record-lost", "recovers one record too few", ["kept-word"], 2000),
];
