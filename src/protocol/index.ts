/**
 * The contract between a consensus protocol and the world. Whoever writes a protocol needs this file and no other.
 *
 * A protocol is a class of synchronous handlers (`Replica`) that reaches the world only through the `Context` it is
 * given, and an object that describes it (`Protocol`). The same class runs in the simulator, over real sockets and
 * disks, and, in tests, against a context that merely writes down what it does (`recording.ts`).
 *
 * The rules of the house:
 * - Handlers run to completion, one at a time. They never await, never read a clock or roll dice of their own.
 * - A broken invariant throws. A late, repeated or forged message is normal: return.
 * - Messages, requests and records are immutable once handed over; they are shared, never copied.
 * - Time is in milliseconds, on the replica's own clock, and may be fractional.
 */

export type NodeId = number; // 0 … n-1, so that what is known of each peer can be a plain array
export type ClientId = number;
export type Milliseconds = number;

// ---------------------------------------------------------------------------------------------------------------
// What clients ask for

export type CommandKind = "get" | "put" | "append" | "cas" | "delete";

/** One operation on the replicated key-value store. Protocols pass it on without looking inside. */
export interface Command {
  readonly kind: CommandKind;
  readonly key: number; // keys are numbered from 0, so that a store can be a plain array
  readonly value: string; // what put and append write, and what cas writes if the key holds `expected`
  readonly expected: string | undefined; // cas only; undefined elsewhere
  readonly bytes: number; // how long the value is on the wire; simulated values are short names for long ones
}

/** A client's wish to have one command executed once. A retry is the same request again. */
export interface Request {
  readonly client: ClientId;
  readonly sequence: number; // 1, 2, 3 …; a client has one request outstanding at a time
  readonly command: Command;
}

/** get: the value, or undefined where the key is absent. cas: whether it wrote. The others: undefined. */
export type Result = string | boolean | undefined;

/** Bytes a request takes on the wire: two numbers for its session, an operation code, a key, and the value. */
export const requestBytes = (request: Request): number => 8 + 8 + 4 + 8 + request.command.bytes;

export const isRead = (request: Request): boolean => request.command.kind === "get";

// ---------------------------------------------------------------------------------------------------------------
// A replica

/** One replica: a deterministic state machine. `Stored` is what it keeps on disk. */
export interface Replica<Message, Timer extends string, Stored> {
  /** First boot: `stored` is empty. After a crash: every record that had become durable, in order. See `Fact`. */
  onStart(stored: readonly Stored[]): void;
  onRequest(request: Request): void;
  /** `from` is authenticated by the network: a Byzantine node can lie, but not impersonate. */
  onMessage(from: NodeId, message: Message): void;
  onTimeout(timer: Timer): void;
  /** For people, charts and faults aimed at roles. Never consulted by a protocol. */
  status(): Status;
}

export type Role = "leader" | "follower" | "candidate";

export interface Status {
  readonly role: Role;
  readonly epoch: number; // term, ballot round or view: it counts rounds, so that protocols can share a chart
  readonly leader: NodeId | undefined; // who this replica believes leads
  readonly hasQuorum: boolean | undefined; // as far as a leader can tell; undefined where nobody keeps track
  readonly logLength: number; // entries held; less than `committed` once a snapshot has replaced the head
  readonly epochs?: readonly number[]; // of the last eight entries held, the newest last; 0: a hole
  readonly committed: number; // highest committed position
  readonly applied: number; // highest executed position
  readonly peers: readonly PeerStatus[] | undefined; // a leader's view of the others, by node id
}

export interface PeerStatus {
  readonly node: NodeId;
  readonly reachable: boolean; // heard from within the last election time-out
  readonly next: number; // the next position to send
  readonly match: number; // the highest position known to be stored there
}

/** The effects a replica may have. One implementation simulates them, another performs them. */
export interface Context<Message, Timer extends string, Stored> {
  readonly self: NodeId;
  readonly replicas: readonly NodeId[]; // the whole cluster, `self` included
  readonly faults: number; // f: how many of them may fail
  readonly quorum: number; // how many make a quorum
  readonly policy: Policy;
  now(): Milliseconds;
  random(): number; // uniform in [0, 1), from this node's own stream

  /** May be lost, delayed or repeated, unless to `self`: such a message takes no time and is never counted. */
  send(to: NodeId, message: Message): void;
  /** Sends to every replica, `self` included. */
  broadcast(message: Message): void;
  /** As `send`, but does not wait for `persist`. For what stays true even if this node forgets what it is writing. */
  sendNow(to: NodeId, message: Message): void;

  /**
   * Answers the client. `leader`: whom to ask next, if not this one. `digestOnly`: another replica sends the result
   * whole. `epoch`: the answer may be taken back when that ends, and counts with others of it only.
   */
  reply(request: Request, result: Result, leader?: NodeId, digestOnly?: boolean, epoch?: number): void;
  /** As `reply`, but does not wait for `persist`: for what a quorum already holds. */
  replyNow(request: Request, result: Result, leader?: NodeId, digestOnly?: boolean): void;
  /** Tells the client to ask `leader`, or to look around where that is undefined. Certainly not executed here. */
  redirect(request: Request, leader: NodeId | undefined): void;
  /** Tells the client that its request was certainly not executed and will not be. */
  refuse(request: Request): void;

  /**
   * Stores a record. A barrier, not a callback: whatever this or any later handler sends or replies after this call
   * leaves once it is durable: "persist before responding" is the order of two lines. A handler's records go together.
   */
  persist(record: Stored): void;
  /** Stores a record that replaces every earlier one. A barrier as well. */
  snapshot(record: Stored): void;

  /**
   * Executes a chosen request on the local copy of the store, positions in order. Each request takes effect once:
   * one that has been executed before only yields its recorded result (sessions, Raft thesis 6.3; PBFT 4.1).
   * With an `epoch` it also observes that just this request is `committed` there: see `Fact`.
   */
  execute(position: number, request: Request, epoch?: number): Result;
  /** As `execute`, before the request is known to be chosen: `loadState` may take it back, `execute` confirms it. */
  executeTentatively(request: Request): Result;
  /** What the request gave when it was executed here, or undefined if it was not. */
  recall(request: Request): { readonly result: Result } | undefined;
  /** The local copy of the store without executing: only for reads that need no place in the log. */
  read(request: Request): Result;
  saveState(): State;
  loadState(state: State): void;
  stateDigest(): Digest;

  /** Starts a timer on this node's clock; setting it again restarts it. One timer a name. */
  setTimer(timer: Timer, delay: Milliseconds): void;
  cancelTimer(timer: Timer): void;

  /** Cryptography: symbolic and charged to the node's processor in the simulator, real in live mode. */
  digest(value: unknown): Digest;
  /** A vector of MACs, one for each other replica. It convinces them, but nobody whom they show it to. */
  authenticate(digest: Digest): Proof;
  /** A signature: it convinces everybody. */
  sign(digest: Digest): Proof;
  verify(signer: NodeId, digest: Digest, proof: Proof): boolean;
  /** Whether its client really asked for it. Such a proof comes with every request, wherever it travels. */
  verifyRequest(request: Request): boolean;

  /** Tells the checks and the charts what happened. Costs nothing, changes nothing. See `Fact`. */
  observe(fact: Fact, epoch: number, position?: number, subject?: unknown): void;
}

/** The parts of an experiment that every protocol follows alike, so that a comparison is one of protocols. */
export interface Policy {
  readonly batch: {
    readonly max: number; // commands in one instance, at most
    readonly min: number; // an instance starts once so many wait …
    readonly delay: Milliseconds; // … or the first has waited so long
  };
  readonly window: number; // instances in flight at once
  readonly reads: ReadPath;
}

/** log: ordered like a write. index: confirmed by one round of a quorum. lease: by a clock. local: unsafe. */
export type ReadPath = "log" | "index" | "lease" | "local";

/**
 * What of the policy a protocol does not have, each with what it does instead, as the rest of a sentence about it:
 * "orders reads like writes". Told before a run and beside its numbers, so that nobody compares what is not alike.
 */
export interface Without {
  readonly batching?: string; // the window included
  readonly reads?: Readonly<Partial<Record<ReadPath, string>>>;
}

/** A saved copy of the store with its sessions. `bytes` is what sending it takes. */
export interface State {
  readonly bytes: number;
  readonly contents: unknown;
}

export type Digest = number | string;
export interface Proof {
  readonly transferable: boolean;
  readonly signer: NodeId;
  readonly digest: Digest;
  readonly bytes: number; // on the wire
}

export const MAC_BYTES = 16; // HMAC-SHA-256, cut in half
export const SIGNATURE_BYTES = 64; // ed25519

/**
 * Facts about a replica, for `observe(fact, epoch, position, subject)`. Checks of safety are made of them, so they say
 * what is so, in the order in which it comes to be so. Positions count from 1.
 *
 *   epoch      it entered this term, ballot round or view
 *   leads      it became the leader of the epoch              yields     it ceased to lead
 *   voted      it voted in the epoch; subject: the candidate
 *   promised   it will accept nothing below the epoch: anywhere, or where a position is given, there. Subject: whose
 *              ballot it is, where several nodes may share a round
 *   accepted   it holds `subject` at the position and vouches for it. Epoch: the one the proposal was made in (the
 *              entry's term, the ballot's round, the view), which may be older than the replica's own
 *   withdrew   it gave up what it held from the position on (a conflicting tail)
 *   prepared   it holds a prepared certificate for the subject (a digest) at the position, of that epoch
 *   committed  it knows `subject` to be chosen at the position, in the epoch or an earlier one. What is executed at
 *              once needs no call of its own: `execute(position, request, epoch)` says both
 *   snapshot   it replaced everything up to the position by a snapshot, its own or an installed one
 *
 * What is held at a position is a Request; undefined for a no-op; or, where one position orders several commands, the
 * list of them, which are then executed at that position one after another. (In a log a position holds one, and a list
 * of `LogEntry` is accepted from the position on: the very list that was sent, where there is one.) A list that was
 * told is not changed any more.
 *
 * epoch, voted, promised, accepted and snapshot are observed *after* the `persist` or `snapshot` that stores them and
 * before anything that rests on them is sent: from then on the replica gives its word, once its disk has it. A replica
 * that was down keeps its word: in `onStart` it observes again, before anything else, what it found on its disk
 * (snapshot, epoch, voted, promised and each accepted), and that must be no less than it had vouched for.
 */
export type Fact =
  | "epoch"
  | "leads"
  | "yields"
  | "voted"
  | "promised"
  | "accepted"
  | "withdrew"
  | "prepared"
  | "committed"
  | "snapshot";

/** What a log holds at a position. */
export interface LogEntry {
  readonly term: number; // the epoch that it was made in
  readonly request: Request | undefined;
}

// ---------------------------------------------------------------------------------------------------------------
// A protocol as the harness knows it

/** Why a message was sent. Costs are compared cause by cause. */
export type Cause =
  | "ordering"
  | "read"
  | "heartbeat"
  | "election"
  | "recovery"
  | "checkpoint"
  | "retransmission";

export const causes: readonly Cause[] = [
  "ordering",
  "read",
  "heartbeat",
  "election",
  "recovery",
  "checkpoint",
  "retransmission",
];

/** What the harness needs to know of one type of message. Bytes follow from the fields that travel. */
export interface MessageDescription<Message> {
  readonly cause: Cause | ((message: Message) => Cause);
  readonly bytes: number | ((message: Message) => number);
  /** How many commands it carries, for the messages that put commands in order: gives the mean batch. */
  readonly commands?: (message: Message) => number;
}

export type OptionValue = boolean | number | string;

/** An option of a protocol: `--set raft.preVote=true`, or `options:` in a workload file. */
export interface Option<Value extends OptionValue = OptionValue> {
  readonly default: Value;
  readonly help: string;
  readonly choices?: readonly Value[];
  readonly minimum?: number;
  readonly whole?: boolean; // it counts something: no fractions
  /** Values worth trying in a random search for bugs, where choices and booleans do not say it: extreme ones. */
  readonly explore?: readonly Value[];
}

export type Options = Readonly<Record<string, OptionValue>>;

/** What one command costs in the fault-free case, by the paper. The conformance suite holds the protocol to it. */
export interface DeclaredCost {
  readonly messagesPerCommand: number; // between replicas, commands in batches of `policy.batch.min`
  readonly delaysToClient: number; // one-way message delays from a client's request to its reply
}

/**
 * What the facts that a protocol's replicas observe are held to, besides what holds for all: what is committed or
 * executed at a position is the same everywhere and for ever, was asked for by a client, and nobody goes back on its
 * word. See docs/checks.md.
 */
export interface Invariants {
  /**
   * An epoch has one leader over the whole run, who does not go on in it after a crash; so it has one proposal for a
   * position, but for a lying leader.
   */
  readonly oneLeaderPerEpoch: boolean;
  /**
   * log: positions are filled and committed in order, and entries keep the epoch they were made in, so that equal
   * entries have equal predecessors and a new leader holds all that is committed (Raft). slots: each position is
   * decided by itself, in any order, and proposed anew in later epochs (Paxos, PBFT).
   */
  readonly order: "log" | "slots";
  /** Whoever is first to observe `committed` knows that a quorum has `accepted`, durably. */
  readonly durableQuorum: boolean;
  /** Every replica executes every command, sooner or later. True if left out. */
  readonly everyReplicaExecutes?: boolean;
}

/** Where clients send a request, and how many replicas must give the same answer before they believe it. */
export interface ClientRules {
  readonly sendTo: "leader" | "nearest" | "all";
  /** Requests that go to all replicas at once, whatever `sendTo` says. None if left out. */
  asksAll?(read: boolean, policy: Policy, options: Options): boolean;
  matchingReplies(n: number, read: boolean, policy: Policy, options: Options): number;
}

type TypeOf<Message> = Message extends { readonly type: infer Type extends string } ? Type : never;

export interface Protocol<
  Message extends { readonly type: string },
  Timer extends string,
  Stored,
  ProtocolOptions extends Options,
> {
  readonly name: string;
  readonly paper: string;
  readonly summary: string; // one sentence
  readonly faultModel: "none" | "crash" | "byzantine";
  /** f: how many of n replicas may fail. Without options: as they are by default. */
  tolerates(n: number, options?: ProtocolOptions): number;
  /** The fewest replicas that survive f failures. */
  smallestCluster(f: number): number;
  /** How many have to hold what is chosen. Without options: likewise. */
  quorum(n: number, options?: ProtocolOptions): number;
  readonly clients: ClientRules;
  readonly timers: readonly Timer[];
  readonly options: { readonly [Name in keyof ProtocolOptions]: Option<ProtocolOptions[Name]> };
  readonly messages: {
    readonly [Type in TypeOf<Message>]: MessageDescription<Extract<Message, { readonly type: Type }>>;
  };
  recordBytes(record: Stored): number;
  cost(n: number, policy: Policy, options: ProtocolOptions): DeclaredCost;
  /** What its facts are held to. Left out: only what is executed is checked. */
  readonly invariants?: Invariants;
  /**
   * How messages are authenticated; none where replicas are trusted. It goes for requests and answers too, which the
   * world sees to: each request carries a MAC for every replica or a signature, each answer one MAC or a signature.
   */
  crypto?(options: ProtocolOptions): "none" | "mac" | "signature";
  /** Settings that every workload has and this protocol has not. Left out: it follows them all. */
  readonly without?: Without;
  /** One line, which names them, on why these options cannot go together; n and policy: where these are known. */
  contradiction?(options: ProtocolOptions, n?: number, policy?: Policy): string | undefined;
  /** One line on what these options give up, or undefined. Shown wherever the protocol's numbers are. */
  unsafe?(options: ProtocolOptions, policy: Policy, n?: number): string | undefined;
  /** Lies for a Byzantine node to tell, by name: what it sends instead of a message; undefined: nothing. */
  readonly lies?: Readonly<
    Record<string, { help: string; tell(message: Message, random: () => number): Message | undefined }>
  >;
  create(context: Context<Message, Timer, Stored>, options: ProtocolOptions): Replica<Message, Timer, Stored>;
}

/** A protocol whose own types have been forgotten: what registries and the harness handle. */
// biome-ignore lint/suspicious/noExplicitAny: a protocol's own types are erased here and nowhere else
export type AnyProtocol = Protocol<any, any, any, any>;
// biome-ignore lint/suspicious/noExplicitAny: likewise
export type AnyReplica = Replica<any, any, any>;

/** Checks a description against its types and erases them. Files end with `export const protocol = define({…})`. */
export function define<
  Message extends { readonly type: string },
  Timer extends string,
  Stored,
  ProtocolOptions extends Options,
>(protocol: Protocol<Message, Timer, Stored, ProtocolOptions>): AnyProtocol {
  return protocol as AnyProtocol;
}

// ---------------------------------------------------------------------------------------------------------------
// Helpers for protocols

export { Fifo } from "./fifo.ts";
export { Waiting } from "./waiting.ts";

/** Closes a `switch` over a union: it does not compile while a case is missing. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}

/** For what must hold. A broken invariant fails the run, with its seed. */
export function assert(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`invariant broken: ${what}`);
}
