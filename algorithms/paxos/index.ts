/** Paxos as the harness knows it. The algorithm itself begins in paxos.ts. */
import { define } from "#protocol";
import { majority } from "../quorum.ts";
import {
  ACCEPTED_BYTES,
  acceptBytes,
  installSnapshotBytes,
  learnBytes,
  type Message,
  NACK_BYTES,
  PREPARE_BYTES,
  promiseBytes,
  recordBytes,
  type Stored,
} from "./messages.ts";
import { type PaxosOptions, paxosOptions } from "./options.ts";
import { Paxos } from "./paxos.ts";
import type { Timer } from "./server.ts";

export const paxos = define<Message, Timer, Stored, PaxosOptions>({
  name: "paxos",
  paper: "Lamport, Paxos Made Simple, 2001",
  summary:
    "Both phases for every command, by whoever is asked: what Multi-Paxos saves, and what competing proposers cost.",
  faultModel: "crash",
  // Without its only proposer nothing goes on.
  tolerates: (n, options) => (options === undefined || options.proposers === "all" ? n - majority(n) : 0),
  smallestCluster: f => 2 * f + 1,
  quorum: (n, options) => majority(options?.proposers === "external" && n > 1 ? n - 1 : n),
  clients: { sendTo: "leader", matchingReplies: () => 1 },
  // Who proposes nothing need not hear of anything, if nobody tells it.
  invariants: { oneLeaderPerEpoch: false, order: "slots", durableQuorum: true, everyReplicaExecutes: false },
  without: { reads: { index: "orders reads like writes", lease: "orders reads like writes" } },
  timers: ["retry", "batch"],
  options: paxosOptions,
  messages: {
    Prepare: { cause: "ordering", bytes: PREPARE_BYTES },
    Promise: { cause: "ordering", bytes: promiseBytes },
    Accept: { cause: "ordering", bytes: acceptBytes, commands: message => message.value.length },
    Accepted: { cause: "ordering", bytes: ACCEPTED_BYTES },
    Nack: { cause: "ordering", bytes: NACK_BYTES },
    Learn: { cause: message => message.cause, bytes: learnBytes },
    InstallSnapshot: { cause: "recovery", bytes: installSnapshotBytes },
  },
  recordBytes,
  contradiction: ({ backoffMs, backoffMaxMs }) =>
    backoffMs > backoffMaxMs
      ? `backoffMs is ${backoffMs}, above backoffMaxMs, which is ${backoffMaxMs}`
      : undefined,
  cost: (n, policy, { learn }) => ({
    messagesPerCommand: ((learn === "broadcast" ? 5 : 4) * (n - 1)) / policy.batch.min,
    delaysToClient: n === 1 ? 2 : 6,
  }),
  unsafe: (_options, { reads }) =>
    reads === "local" ? "local reads may be stale: a replica answers without asking anybody" : undefined,
  create: (context, options) => new Paxos(context, options),
});
