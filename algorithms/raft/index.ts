/** Raft as the harness knows it. The algorithm itself begins in raft.ts. */
import { define, type Policy } from "#protocol";
import { majority } from "../quorum.ts";
import {
  APPEND_REPLY_BYTES,
  appendEntriesBytes,
  COMMIT_NOTICE_BYTES,
  installSnapshotBytes,
  type Message,
  PRE_VOTE_REPLY_BYTES,
  READ_INDEX_BYTES,
  READ_INDEX_REPLY_BYTES,
  REQUEST_VOTE_BYTES,
  recordBytes,
  type Stored,
  VOTE_BYTES,
} from "./messages.ts";
import { type RaftOptions, raftOptions } from "./options.ts";
import { Raft } from "./raft.ts";
import type { Timer } from "./server.ts";

/** Messages that one instance takes to and from each follower. */
const MESSAGES_PER_FOLLOWER = { piggyback: 2, notice: 3, append: 4 };

function contradiction(options: RaftOptions, _n?: number, policy?: Policy): string | undefined {
  const { electionTimeoutMinMs: least, electionTimeoutMaxMs: most, leaseMarginMs: margin } = options;
  if (least > most) return `electionTimeoutMinMs is ${least}, above electionTimeoutMaxMs, which is ${most}`;
  if (policy?.reads === "lease" && margin >= least)
    return `no lease lasts: leaseMarginMs is ${margin}, not below electionTimeoutMinMs, which is ${least}`;
  const { checkQuorum, checkQuorumMs: patience, heartbeatMs } = options;
  // Nobody has been asked anything in that time: an idle leader would step down for ever.
  return checkQuorum && patience > 0 && patience <= heartbeatMs
    ? `checkQuorumMs is ${patience}, not above heartbeatMs, which is ${heartbeatMs}`
    : undefined;
}

export const raft = define<Message, Timer, Stored, RaftOptions>({
  name: "raft",
  paper: "Ongaro & Ousterhout, In Search of an Understandable Consensus Algorithm (extended version), 2014",
  summary:
    "A leader, elected for a term by a majority, replicates its log; what a majority stores is committed.",
  faultModel: "crash",
  tolerates: n => n - majority(n),
  smallestCluster: f => 2 * f + 1,
  quorum: majority,
  clients: { sendTo: "leader", matchingReplies: () => 1 },
  invariants: { oneLeaderPerEpoch: true, order: "log", durableQuorum: true },
  timers: ["election", "heartbeat", "batch", "quorum"],
  options: raftOptions,
  messages: {
    RequestVote: { cause: "election", bytes: REQUEST_VOTE_BYTES },
    Vote: { cause: "election", bytes: VOTE_BYTES },
    PreVote: { cause: "election", bytes: REQUEST_VOTE_BYTES },
    PreVoteReply: { cause: "election", bytes: PRE_VOTE_REPLY_BYTES },
    AppendEntries: {
      cause: message => message.cause,
      bytes: appendEntriesBytes,
      commands: message => message.entries.length,
    },
    AppendReply: { cause: message => message.cause, bytes: APPEND_REPLY_BYTES },
    CommitNotice: { cause: "ordering", bytes: COMMIT_NOTICE_BYTES },
    InstallSnapshot: { cause: "recovery", bytes: installSnapshotBytes },
    ReadIndex: { cause: "read", bytes: READ_INDEX_BYTES },
    ReadIndexReply: { cause: "read", bytes: READ_INDEX_REPLY_BYTES },
  },
  recordBytes,
  cost: (n, policy, options) => ({
    messagesPerCommand: (MESSAGES_PER_FOLLOWER[options.commitNotice] * (n - 1)) / policy.batch.min,
    delaysToClient: n === 1 ? 2 : 4,
  }),
  contradiction,
  unsafe: ({ volatileTerm, stickiness }, { reads }) => {
    const given: string[] = [];
    if (volatileTerm)
      given.push("volatileTerm: a restart forgets term and vote, so acknowledged writes may be lost");
    if (reads === "local") given.push("local reads may be stale: a replica answers without asking anybody");
    if (reads === "lease" && stickiness === false) given.push("leases rest on stickiness, which is off");
    return given.length > 0 ? given.join("; ") : undefined;
  },
  create: (context, options) => new Raft(context, options),
});
