/** What can be set: `--set paxos.learn=proposer`. */
import type { Option } from "#protocol";

export type PaxosOptions = {
  readonly proposers: "all" | "one" | "external";
  readonly learn: "broadcast" | "proposer";
  readonly retryMs: number;
  readonly backoffMs: number;
  readonly backoffMaxMs: number;
  readonly snapshotEvery: number;
  readonly snapshotKeep: number;
};

export const paxosOptions: { readonly [Name in keyof PaxosOptions]: Option<PaxosOptions[Name]> } = {
  proposers: {
    default: "all",
    choices: ["all", "one", "external"],
    help: "who proposes what clients ask: whoever is asked; n0 alone (2.4); or n0 alone, which is no acceptor then",
  },
  learn: {
    default: "broadcast",
    choices: ["broadcast", "proposer"],
    help: "who is told what is chosen: everybody, or nobody but the proposer, who finds out by itself",
  },
  retryMs: {
    default: 100,
    minimum: 0.001,
    help: "a proposer that has not got a quorum for so many milliseconds tries a higher ballot, later each time",
  },
  backoffMs: {
    default: 2,
    minimum: 0,
    help: "one that is outbid waits up to so many milliseconds, at random; twice as long the next time; 0: never …",
  },
  backoffMaxMs: { default: 1000, minimum: 0, help: "… up to this many; half as long after a slot without" },
  snapshotEvery: {
    default: 10000,
    minimum: 0,
    whole: true,
    help: "slots between two snapshots; 0: never",
    explore: [3, 20, 100],
  },
  snapshotKeep: {
    default: 1000,
    minimum: 0,
    whole: true,
    explore: [0, 5],
    help: "slots kept behind a snapshot, for proposers that are a little late",
  },
};
