/** What can be set: `--set multi-paxos.thrifty=true`. */
import type { Option } from "#protocol";

export type MultiPaxosOptions = {
  readonly electionTimeoutMinMs: number;
  readonly electionTimeoutMaxMs: number;
  readonly heartbeatMs: number;
  readonly detector: "plain" | "connectivity";
  readonly backoffLimit: number;
  readonly commitNotice: "piggyback" | "notice" | "accepted" | "accepted-own";
  readonly phase1Quorum: number;
  readonly phase2Quorum: number;
  readonly thrifty: boolean;
  readonly thriftyPatienceMs: number;
  readonly snapshotEvery: number;
  readonly snapshotKeep: number;
  readonly leaseMarginMs: number;
};

export const multiPaxosOptions: {
  readonly [Name in keyof MultiPaxosOptions]: Option<MultiPaxosOptions[Name]>;
} = {
  electionTimeoutMinMs: {
    default: 150,
    minimum: 0,
    help: "election time-outs are drawn uniformly from this many milliseconds …",
  },
  electionTimeoutMaxMs: { default: 300, minimum: 0, help: "… to this many" },
  heartbeatMs: {
    default: 50,
    minimum: 0.001,
    help: "the leader sends a heartbeat to whom it has sent nothing for so many milliseconds",
  },
  detector: {
    default: "plain",
    choices: ["plain", "connectivity"],
    help: "plain: whoever cannot reach the leader takes over. connectivity: who reaches a quorum that hears none",
  },
  backoffLimit: {
    default: 4,
    minimum: 1,
    help: "each candidacy in vain doubles the time-out before the next, up to so many times; 1: never",
  },
  commitNotice: {
    default: "piggyback",
    choices: ["piggyback", "notice", "accepted", "accepted-own"],
    help: "replicas learn by the next Accept, a Commit, or Accepted sent to all, without the leader's own or with it",
  },
  phase1Quorum: {
    default: 0,
    minimum: 0,
    whole: true,
    help: "promises a new leader needs; 0: a majority, or as few as the phase2Quorum that is set allows",
  },
  phase2Quorum: {
    default: 0,
    minimum: 0,
    whole: true,
    explore: [0, 1, 2],
    help: "acceptors that make a value chosen, the leader among them; 0: a majority (Flexible Paxos)",
  },
  thrifty: {
    default: false,
    help: "send an Accept to no more acceptors than phase 2 needs; the others learn later what was chosen",
  },
  thriftyPatienceMs: {
    default: 50,
    minimum: 0.001,
    help: "with thrifty: what is not chosen after so many milliseconds is sent to everybody",
  },
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
    help: "slots kept behind a snapshot, for replicas that are a little late",
  },
  leaseMarginMs: {
    default: 15,
    minimum: 0,
    explore: [0],
    help: "how much sooner than electionTimeoutMinMs a lease ends, to allow for clocks that drift",
  },
};
