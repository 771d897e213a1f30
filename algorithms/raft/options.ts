/** What can be set: `--set raft.preVote=true`. */
import type { Option } from "#protocol";

export type RaftOptions = {
  readonly electionTimeoutMinMs: number;
  readonly electionTimeoutMaxMs: number;
  readonly heartbeatMs: number;
  readonly preVote: boolean;
  readonly checkQuorum: boolean;
  readonly checkQuorumMs: number;
  readonly stickiness: boolean;
  readonly noOp: boolean;
  readonly commitNotice: "piggyback" | "notice" | "append";
  readonly snapshotEvery: number;
  readonly snapshotKeep: number;
  readonly leaseMarginMs: number;
  readonly followerReads: boolean;
  readonly campaignBeforeDurable: boolean;
  readonly volatileTerm: boolean;
};

export const raftOptions: { readonly [Name in keyof RaftOptions]: Option<RaftOptions[Name]> } = {
  electionTimeoutMinMs: {
    default: 150,
    minimum: 0,
    help: "election time-outs are drawn uniformly from this many milliseconds …",
  },
  electionTimeoutMaxMs: { default: 300, minimum: 0, help: "… to this many (§5.2)" },
  heartbeatMs: {
    default: 50,
    minimum: 0.001,
    help: "the leader sends a heartbeat to whom it has sent nothing for so many milliseconds",
  },
  preVote: {
    default: false,
    help: "ask before an election whether it can be won (thesis 9.6); see stickiness",
  },
  checkQuorum: {
    default: false,
    help: "a leader that hears no quorum steps down (thesis 6.2); see stickiness",
  },
  checkQuorumMs: {
    default: 0,
    minimum: 0,
    help: "… once it has heard none for so many milliseconds; 0: electionTimeoutMinMs",
  },
  stickiness: {
    default: true,
    help: "with preVote, checkQuorum or lease reads: refuse votes while a leader is heard (thesis 4.2.3)",
  },
  noOp: {
    default: true,
    help: "a leader starts its term with an empty entry, so that it can commit at once (§8)",
  },
  commitNotice: {
    default: "piggyback",
    choices: ["piggyback", "notice", "append"],
    help: "followers learn of a commit by the next AppendEntries, a one-way notice, or an empty AppendEntries",
  },
  snapshotEvery: {
    default: 10000,
    minimum: 0,
    whole: true,
    help: "entries between two snapshots (§7); 0: never",
    explore: [3, 20, 100],
  },
  snapshotKeep: {
    default: 1000,
    minimum: 0,
    whole: true,
    explore: [0, 5],
    help: "entries kept behind a snapshot, for followers that are a little late",
  },
  leaseMarginMs: {
    default: 15,
    minimum: 0,
    explore: [0],
    help: "how much sooner than electionTimeoutMinMs a lease ends, to allow for clocks that drift",
  },
  followerReads: {
    default: false,
    help: "with index or lease reads: whoever is asked answers, with the leader's read index (thesis 6.4)",
  },
  campaignBeforeDurable: {
    default: false,
    help: "a candidate asks for votes while its own is being written; it wins only once that is durable",
  },
  volatileTerm: {
    default: false,
    help: "unsafe: neither term nor vote is stored, so that a restart forgets both",
  },
};
