/**
 * Raft with another election, as a warning: the bully algorithm (Garcia-Molina, Elections in a Distributed
 * Computing System, 1982). It was made for systems in which nobody is ever cut off: who has the highest id of
 * those it can reach leads, and no majority is asked. Misapplied to replication, each side of a partition has
 * a leader that commits with whom it reaches.
 *
 * Election, Answer and the coordinator are the paper's words; the coordinator's announcement is its first
 * AppendEntries. All that is not about elections is Raft's own.
 */
import { type Context, define, type NodeId, type Protocol, type Replica } from "#protocol";
import { raft } from "./index.ts";
import type { Leadership } from "./leadership.ts";
import type { AppendEntries, InstallSnapshot, Message as RaftMessage, Stored } from "./messages.ts";
import { type RaftOptions, raftOptions } from "./options.ts";
import { Raft } from "./raft.ts";
import { advanceCommit, becomeLeader } from "./replication.ts";
import { followTerm, stepDown, type Timer } from "./server.ts";

/** To all with a higher id: is anybody there? */
interface Election {
  readonly type: "Election";
}
/** I am, and will see to it. */
interface Answer {
  readonly type: "Answer";
}
type Message = RaftMessage | Election | Answer;
type RaftMessages = Protocol<RaftMessage, Timer, Stored, RaftOptions>["messages"];
type BullyContext = Context<Message, Timer, Stored>;

type BullyOptions = Pick<
  RaftOptions,
  "electionTimeoutMinMs" | "electionTimeoutMaxMs" | "heartbeatMs" | "noOp" | "snapshotEvery" | "snapshotKeep"
> & { readonly commitNeedsMajority: boolean };

const SIGNAL_BYTES = 17; // a header and a type

class Bully extends Raft implements Replica<Message, Timer, Stored> {
  private election: "none" | "asking" | "answered" = "none"; // has anybody above answered?
  private readonly wire: BullyContext; // the context, which carries this protocol's own messages too
  private readonly above: readonly NodeId[];
  private readonly commitNeedsMajority: boolean;

  constructor(context: BullyContext, options: RaftOptions & BullyOptions) {
    super(context, options);
    this.wire = context;
    this.above = context.replicas.filter(node => node > context.self);
    this.commitNeedsMajority = options.commitNeedsMajority;
  }

  override onMessage(from: NodeId, message: Message): void {
    switch (message.type) {
      case "Election":
        return this.onElection(from);
      case "Answer":
        return this.onAnswer();
      case "AppendEntries":
      case "InstallSnapshot":
        if (from > this.context.self) return this.onCoordinator(from, message);
        return this.onLesserCoordinator(from, message);
      case "AppendReply":
        this.countReachable();
        return super.onMessage(from, message);
      default:
        return super.onMessage(from, message);
    }
  }

  override onTimeout(timer: Timer): void {
    const { leading } = this.server;
    if (timer !== "election") {
      super.onTimeout(timer);
      if (timer === "heartbeat" && leading !== undefined) this.commitWithReachable(leading);
    } else if (leading === undefined) {
      if (this.election === "asking") this.lead();
      else this.ask();
    }
  }

  private ask(): void {
    const { server, context, above } = this;
    if (above.length === 0) return this.lead();
    this.election = "asking";
    server.role = "candidate";
    server.leader = undefined;
    for (const node of above) this.wire.send(node, { type: "Election" });
    context.setTimer("election", server.options.electionTimeoutMinMs);
  }

  private onElection(from: NodeId): void {
    const { wire, server } = this;
    wire.send(from, { type: "Answer" });
    if (server.leading === undefined && this.election === "none") this.ask();
  }

  /** Somebody above is there: wait for its word, and begin again if none comes. */
  private onAnswer(): void {
    if (this.election !== "asking") return;
    this.election = "answered";
    this.server.drawElectionTimeout();
    this.server.restartElectionTimer();
  }

  /** Nobody above has answered. */
  private lead(): void {
    const { server } = this;
    this.election = "none";
    server.enterTerm(server.currentTerm + 1, undefined);
    becomeLeader(server);
    this.countReachable();
  }

  /** One from above is followed, also if both sides of a partition have counted to the same term. */
  private onCoordinator(from: NodeId, message: AppendEntries | InstallSnapshot): void {
    const { server } = this;
    this.election = "none";
    if (server.leading !== undefined && message.term === server.currentTerm) stepDown(server, from);
    super.onMessage(from, message);
  }

  /** One from below is bullied: out of office by a newer term, or by an election if nobody leads up here. */
  private onLesserCoordinator(from: NodeId, message: AppendEntries | InstallSnapshot): void {
    const { server } = this;
    if (message.term > server.currentTerm) followTerm(server, message.term, undefined);
    if (server.leading !== undefined) super.onMessage(from, message);
    else if (this.election === "none") this.ask();
  }

  private countReachable(): void {
    const { server, context } = this;
    const { leading } = server;
    if (this.commitNeedsMajority || leading === undefined) return;
    const since = context.now() - server.options.electionTimeoutMaxMs;
    let reachable = 1;
    for (const peer of server.peers) if (leading.heardAt[peer]! > since) reachable++;
    server.commitQuorum = reachable;
  }

  /** Those that have fallen silent are not waited for. */
  private commitWithReachable(leading: Leadership): void {
    this.countReachable();
    if (this.server.leading === leading) advanceCommit(this.server, leading);
  }
}

const { electionTimeoutMinMs, electionTimeoutMaxMs, heartbeatMs, noOp, snapshotEvery, snapshotKeep } =
  raftOptions;

/** Pre-votes, check-quorum and the like stay off. */
const raftDefaults = Object.fromEntries(
  Object.entries(raftOptions).map(([name, option]) => [name, option.default]),
) as RaftOptions;

export const bully = define<Message, Timer, Stored, BullyOptions>({
  ...raft,
  name: "bully",
  paper: "Garcia-Molina, Elections in a Distributed Computing System, 1982, misapplied to replication",
  summary: "Raft with a bully's election, as a warning: the highest id that can be reached leads, unvoted.",
  options: {
    electionTimeoutMinMs,
    electionTimeoutMaxMs,
    heartbeatMs,
    noOp,
    snapshotEvery,
    snapshotKeep,
    commitNeedsMajority: {
      default: false,
      help: "an entry needs a majority; otherwise all that the leader has lately heard, if only itself",
    },
  },
  messages: {
    ...(raft.messages as RaftMessages),
    Election: { cause: "election", bytes: SIGNAL_BYTES },
    Answer: { cause: "election", bytes: SIGNAL_BYTES },
  },
  cost: (n, policy) => ({
    messagesPerCommand: (2 * (n - 1)) / policy.batch.min,
    delaysToClient: n === 1 ? 2 : 4,
  }),
  unsafe: ({ commitNeedsMajority }) =>
    commitNeedsMajority
      ? "bully: leaders are not voted for; one that lacks committed entries blocks those that hold them"
      : "bully: leaders are not voted for and commit without a majority, so two may commit different commands",
  create: (context, options) => new Bully(context, { ...raftDefaults, ...options }),
});
