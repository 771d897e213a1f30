/** PBFT as the harness knows it. The algorithm itself begins in pbft.ts. */
import { define } from "#protocol";
import { lies } from "./lies.ts";
import {
  batchMessageBytes,
  checkpointBytes,
  commitBytes,
  executedBytes,
  FETCH_BATCH_BYTES,
  FETCH_STATE_BYTES,
  forwardBytes,
  installStateBytes,
  type Message,
  newViewBytes,
  prePrepareBytes,
  prepareBytes,
  recordBytes,
  STATUS_BYTES,
  type Stored,
  viewChangeBytes,
} from "./messages.ts";
import { type PbftOptions, pbftOptions } from "./options.ts";
import { Pbft } from "./pbft.ts";
import type { Timer } from "./server.ts";

const tolerates = (n: number): number => Math.floor((n - 1) / 3);

/** Any two share f + 1 replicas, also where n is not 3f + 1. */
const quorum = (n: number): number => Math.ceil((n + tolerates(n) + 1) / 2);

const again = ({ again }: { readonly again: boolean }) => (again ? "retransmission" : "ordering");

export const pbft = define<Message, Timer, Stored, PbftOptions>({
  name: "pbft",
  paper: "Castro & Liskov, Practical Byzantine Fault Tolerance, OSDI 1999, and TOCS 20(4), 2002",
  summary:
    "A primary orders requests, and replicas that may lie agree in two rounds of all to all that it told all the same.",
  faultModel: "byzantine",
  tolerates,
  smallestCluster: f => 3 * f + 1,
  quorum,
  clients: {
    sendTo: "leader",
    asksAll: (read, { reads }, { requests }) => requests === "all" || (read && reads === "index"),
    matchingReplies: (n, read, { reads }, { execution }) => {
      if (read && reads === "local") return 1;
      return execution === "tentative" || reads === "index" ? quorum(n) : tolerates(n) + 1;
    },
  },
  invariants: { oneLeaderPerEpoch: true, order: "slots", durableQuorum: true },
  without: { reads: { lease: "orders reads like writes" } },
  timers: ["view-change", "status", "batch", "commits"],
  options: pbftOptions,
  messages: {
    PrePrepare: { cause: again, bytes: prePrepareBytes, commands: message => message.requests.length },
    Prepare: { cause: again, bytes: prepareBytes },
    Commit: { cause: again, bytes: commitBytes },
    Checkpoint: { cause: message => (message.again ? "recovery" : "checkpoint"), bytes: checkpointBytes },
    ViewChange: { cause: "election", bytes: viewChangeBytes },
    NewView: { cause: "election", bytes: newViewBytes },
    Forward: { cause: again, bytes: forwardBytes },
    Status: { cause: message => message.cause, bytes: STATUS_BYTES },
    Executed: { cause: "recovery", bytes: executedBytes },
    FetchBatch: { cause: "recovery", bytes: FETCH_BATCH_BYTES },
    Batch: { cause: "recovery", bytes: batchMessageBytes },
    FetchState: { cause: "recovery", bytes: FETCH_STATE_BYTES },
    InstallState: { cause: "recovery", bytes: installStateBytes },
  },
  recordBytes,
  cost: (n, { batch }, options) => ({
    messagesPerCommand: messagesPerInstance(n, options) / batch.min,
    delaysToClient: delaysOf(n, options.execution === "tentative"),
  }),
  crypto: ({ authentication }) => authentication,
  contradiction: ({ checkpointEvery, logSize }) =>
    logSize < checkpointEvery
      ? `logSize is ${logSize}, below checkpointEvery, which is ${checkpointEvery}`
      : undefined,
  unsafe: (_options, { reads }) =>
    reads === "local"
      ? "local reads may be stale, and lies: one replica answers, and the client believes it"
      : undefined,
  lies,
  create: (context, options) => new Pbft(context, options),
});

/** Where a quorum is two, a backup has prepared once it holds the proposal: its own Prepare is enough. */
function delaysOf(n: number, tentative: boolean): number {
  if (n === 1) return 2;
  if (quorum(n) > 2) return tentative ? 4 : 5;
  return tentative && n === 3 ? 3 : 4;
}

/**
 * A PrePrepare to each backup, a Prepare of each backup and a Commit of everybody to all others. Commits find messages
 * to travel with where clients go on without them: otherwise a command's Commits are what its client waits for.
 */
function messagesPerInstance(n: number, { commits, execution, primaryPrepares }: PbftOptions): number {
  const others = n - 1;
  const agreement = others + others * others + (primaryPrepares ? others : 0);
  return commits === "piggyback" && execution === "tentative" ? agreement : agreement + n * others;
}
