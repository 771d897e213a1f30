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

/** Where the bugs of a protocol are, by the protocol's name. */
const of =
  (honest: string) =>
  (id: string, name: string, bug: string, mustFire: readonly string[], blindRuns = 2000): Mutant => ({
    id,
    bug,
    file: at(`./${honest}/${id.toLowerCase()}-${name}.ts`),
    honest,
    schedule: at(`./${honest}/${id.toLowerCase()}.yaml`),
    mustFire,
    blindRuns,
  });
const raft = of("raft");
const multiPaxos = of("multi-paxos");
const paxos = of("paxos");
const pbft = of("pbft");

const disagreement = ["state-machine-safety", "chosen-is-kept", "commit-durability", "linearizability"];
const lost = [...disagreement, "leader-completeness", "kept-word"];

export const mutants: readonly Mutant[] = [
  raft("R01", "old-terms", "commits entries of older terms", lost, 5000),
  raft("R02", "vote-forgotten", "does not store its vote", ["election-safety", "kept-word"]),
  raft("R04", "stale-candidates", "votes for stale logs", ["leader-completeness", "linearizability"]),
  raft("R07", "truncates-always", "truncates at every append", lost),
  raft(
    "R09",
    "commit-unverified",
    "commits what it has not compared",
    ["state-machine-safety", "kept-word"],
    5000,
  ),
  raft("R11", "ack-before-sync", "acknowledges before its disk has it", lost),
  raft("R12", "reads-when-deposed", "a deposed leader answers reads", ["linearizability"]),
  raft("R16", "no-sessions", "executes retries again", ["at-most-once", "linearizability"]),
  raft("R19", "half-is-enough", "takes half for a majority", [...lost, "election-safety"]),
  raft("R21", "equal-timeouts", "all have one election time-out", ["progress"]),
  raft("X01", "stale-votes", "counts votes of older terms", ["election-safety", "leader-completeness"], 5000),
  raft("X02", "last-record-lost", "recovers one record too few", ["kept-word"]),
  raft("X04", "round-asked-once", "asks once in a round of reads", ["progress"]),
  multiPaxos("P01", "ignores-promises", "a new leader ignores what was accepted", disagreement),
  multiPaxos("P02", "adopts-the-last", "adopts the last answer, not the highest ballot", disagreement),
  multiPaxos("P04", "promise-forgotten", "does not store its promise", ["kept-word", ...disagreement]),
  multiPaxos("P09", "counts-copies", "counts copies of a vote", disagreement),
  multiPaxos("P10", "skips-holes", "executes beyond a slot it lacks", ["in-order", ...disagreement]),
  multiPaxos("P13", "one-too-few", "f acceptances are enough", disagreement),
  multiPaxos("P15", "reads-when-deposed", "a deposed leader answers reads", ["linearizability"]),
  paxos("Q02", "adopts-the-last", "adopts the last answer, not the highest ballot", disagreement),
  paxos("Q04", "promise-forgotten", "does not store its promise", ["kept-word", ...disagreement]),
  paxos("Q09", "counts-copies", "counts copies of a vote", disagreement),
  paxos("Q13", "one-too-few", "f votes are enough", disagreement),
  pbft("B01", "digest-unchecked", "believes digests", disagreement),
  pbft("B02", "second-proposal", "accepts a second proposal", [
    "kept-word",
    "one-certificate",
    ...disagreement,
  ]),
  pbft("B03", "prepared-too-soon", "2f votes are a certificate", ["one-certificate", ...disagreement]),
  pbft("B07", "certificates-dropped", "view changes drop certificates", disagreement),
  pbft("B12", "first-reply", "clients believe the first reply", ["linearizability"]),
  pbft("B15", "no-watermarks", "any position is accepted", ["progress", ...disagreement]),
  pbft("B16", "no-sessions", "executes again what is ordered again", ["at-most-once", "linearizability"]),
  pbft("B18", "no-timer", "no timer for what was forwarded", ["progress"]),
  pbft("X03", "bare-quorum", "a quorum is 2f + 1 for every n", ["one-certificate", ...disagreement]),
  pbft("X05", "batches-never-due", "a batch that does not fill waits for ever", ["progress"]),
  pbft("X06", "ordered-for-ever", "what an earlier view ordered is not ordered again", ["progress"]),
];

/** No bug: more replicas lie than the protocol reckons with. What comes of it is reported, and nobody is blamed. */
export const control = {
  id: "B20",
  bug: "none: two of four live twice",
  honest: "pbft",
  schedule: at("./pbft/b20.yaml"),
  mustFire: ["one-certificate", ...disagreement],
};
