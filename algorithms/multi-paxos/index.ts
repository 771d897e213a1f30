/** Multi-Paxos as the harness knows it. The algorithm itself begins in multi-paxos.ts. */
import { define, type Policy } from "#protocol";
import { majority } from "../quorum.ts";
import {
  ACCEPTED_BYTES,
  acceptBytes,
  COMMIT_BYTES,
  HEARTBEAT_BYTES,
  installSnapshotBytes,
  type Message,
  NACK_BYTES,
  PING_BYTES,
  PREPARE_BYTES,
  PROBE_BYTES,
  PROBE_REPLY_BYTES,
  promiseBytes,
  recordBytes,
  type Stored,
} from "./messages.ts";
import { MultiPaxos } from "./multi-paxos.ts";
import { type MultiPaxosOptions, multiPaxosOptions } from "./options.ts";
import { quorums, type Timer } from "./server.ts";

/** Of one instance: an Accept to each acceptor that is asked, and what comes of it. */
function messagesPerInstance(n: number, options: MultiPaxosOptions): number {
  const others = n - 1;
  const asked = options.thrifty ? quorums(n, options).phase2 - 1 : others;
  switch (options.commitNotice) {
    case "piggyback":
      return 2 * asked;
    case "notice":
      return 2 * asked + others;
    case "accepted":
      return asked + asked * others;
    case "accepted-own":
      return asked + (asked + 1) * others;
  }
}

function missedQuorums(n: number, options: MultiPaxosOptions): string[] {
  const { phase1, phase2 } = quorums(n, options);
  if (phase1 + phase2 > n) return [];
  return [
    `a new leader that hears ${phase1} of ${n} may miss what ${phase2} have chosen: writes may be lost`,
  ];
}

function contradiction(options: MultiPaxosOptions, n?: number, policy?: Policy): string | undefined {
  const { electionTimeoutMinMs: least, electionTimeoutMaxMs: most, leaseMarginMs: margin } = options;
  if (least > most) return `electionTimeoutMinMs is ${least}, above electionTimeoutMaxMs, which is ${most}`;
  if (policy?.reads === "lease" && margin >= least)
    return `no lease lasts: leaseMarginMs is ${margin}, not below electionTimeoutMinMs, which is ${least}`;
  const quorum = (["phase1Quorum", "phase2Quorum"] as const).find(name => options[name] > (n ?? Infinity));
  return quorum === undefined ? undefined : `${quorum} is ${options[quorum]}, and there are ${n} replicas`;
}

/** To be elected, and to have a value chosen. */
function mostNeeded(n: number, options: MultiPaxosOptions): number {
  const { phase1, phase2 } = quorums(n, options);
  return Math.max(phase1, phase2);
}

export const multiPaxos = define<Message, Timer, Stored, MultiPaxosOptions>({
  name: "multi-paxos",
  paper: "Lamport, Paxos Made Simple, 2001; van Renesse & Altinbuken, Paxos Made Moderately Complex, 2015",
  summary:
    "Paxos for every slot of a log, whose first phase a leader goes through once, for all slots that follow.",
  faultModel: "crash",
  tolerates: (n, options) => n - (options === undefined ? majority(n) : mostNeeded(n, options)),
  smallestCluster: f => 2 * f + 1,
  quorum: (n, options) => (options === undefined ? majority(n) : quorums(n, options).phase2),
  clients: { sendTo: "leader", matchingReplies: () => 1 },
  invariants: { oneLeaderPerEpoch: false, order: "slots", durableQuorum: true },
  timers: ["election", "heartbeat", "batch", "quorum", "thrifty"],
  options: multiPaxosOptions,
  messages: {
    Prepare: { cause: "election", bytes: PREPARE_BYTES },
    Promise: { cause: "election", bytes: promiseBytes },
    Accept: {
      cause: message => message.cause,
      bytes: acceptBytes,
      commands: message => message.values.length,
    },
    Accepted: { cause: message => message.cause, bytes: ACCEPTED_BYTES },
    Heartbeat: { cause: message => message.cause, bytes: HEARTBEAT_BYTES },
    HeartbeatReply: { cause: message => message.cause, bytes: HEARTBEAT_BYTES },
    Commit: { cause: "ordering", bytes: COMMIT_BYTES },
    InstallSnapshot: { cause: "recovery", bytes: installSnapshotBytes },
    Nack: { cause: "election", bytes: NACK_BYTES },
    Ping: { cause: "heartbeat", bytes: PING_BYTES },
    Pong: { cause: "heartbeat", bytes: PING_BYTES },
    Probe: { cause: "election", bytes: PROBE_BYTES },
    ProbeReply: { cause: "election", bytes: PROBE_REPLY_BYTES },
  },
  recordBytes,
  cost: (n, policy, options) => ({
    messagesPerCommand: messagesPerInstance(n, options) / policy.batch.min,
    delaysToClient: quorums(n, options).phase2 === 1 ? 2 : 4,
  }),
  contradiction,
  unsafe: (options, { reads }, n) => {
    const given: string[] = [];
    if (n !== undefined) given.push(...missedQuorums(n, options));
    if (reads === "local") given.push("local reads may be stale: a replica answers without asking anybody");
    return given.length > 0 ? given.join("; ") : undefined;
  },
  create: (context, options) => new MultiPaxos(context, options),
});
