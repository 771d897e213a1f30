/**
 * Lies about what is kept: a replica that forgets what it has just vouched for. It answers as an honest one would, and
 * is then begun anew, with an empty store, from its records without the one behind the answer, which never reaches its
 * disk either. It need not know the protocol: a record of commands carries requests, a vote is made known by `observe`.
 *
 * To begin anew takes as long as there are records. So under load commands are forgotten together: some may be
 * remembered for `LEAST_MS`, but not on the disk, and none for longer.
 */
import type { AnyProtocol, AnyReplica, Fact, NodeId, Options, Request, State } from "#protocol";
import type { Liar } from "./byzantine.ts";
import { type AnyContext, RelayContext, RelayReplica } from "./byzantine-relay.ts";
import { isRequest } from "./lies-mutation.ts";

type Create = AnyProtocol["create"];

/** Forgets votes and promises, and so gives them twice; or else commands, and so drops what it has acknowledged. */
export type Forgotten = "votes" | "commands";

const LEAST_MS = 10; // between two beginnings, of a replica that forgets commands

class ForgetfulContext extends RelayContext {
  kept: unknown[] = []; // the records it would be begun anew from
  behind = false; // it remembers more than these
  private pending: unknown[] | undefined; // those of a handler that may be forgotten
  private voted = false;
  private readonly forgotten: Forgotten;

  constructor(honest: AnyContext, forgotten: Forgotten) {
    super(honest);
    this.forgotten = forgotten;
  }

  override persist(record: unknown): void {
    const forgettable =
      this.pending !== undefined && carriesRequest(record) === (this.forgotten === "commands");
    if (forgettable) this.pending!.push(record);
    else this.keep(record);
  }

  /** Not of what is to be forgotten. */
  override snapshot(record: unknown): void {
    if (this.behind || this.dropsCommands) return;
    this.kept = [record];
    super.snapshot(record);
  }

  override observe(fact: Fact, epoch: number, position?: number, subject?: unknown): void {
    if (fact === "voted" || fact === "promised") this.voted = true;
    super.observe(fact, epoch, position, subject);
  }

  beginHandler(): void {
    this.pending = [];
    this.voted = false;
  }

  /** Returns whether something was forgotten. A new term without a vote in it is kept, if only now. */
  endHandler(): boolean {
    const pending = this.pending!;
    this.pending = undefined;
    if (this.forgotten === "commands" || this.voted) return pending.length > 0;
    for (const record of pending) this.keep(record);
    return false;
  }

  private get dropsCommands(): boolean {
    return this.forgotten === "commands" && this.pending !== undefined && this.pending.length > 0;
  }

  private keep(record: unknown): void {
    this.kept.push(record);
    super.persist(record);
  }
}

class ForgetfulReplica extends RelayReplica {
  private readonly context: ForgetfulContext;
  private readonly lie: Forgetting;
  private readonly options: Options;
  private begunAt = Number.NEGATIVE_INFINITY;
  private emptyStore: State | undefined = undefined;

  constructor(context: ForgetfulContext, lie: Forgetting, options: Options) {
    super(lie.create(context, options));
    this.context = context;
    this.lie = lie;
    this.options = options;
  }

  override onStart(stored: readonly unknown[]): void {
    this.context.kept = [...stored];
    this.emptyStore = this.context.saveState();
    super.onStart(stored);
  }

  override onRequest(request: Request): void {
    if (this.isDue) this.beginAnew();
    super.onRequest(request);
  }

  override onMessage(from: NodeId, message: unknown): void {
    const { context, lie } = this;
    if (from !== context.self && this.isDue) this.beginAnew();
    if (!this.forgets(from)) return super.onMessage(from, message);
    context.beginHandler();
    super.onMessage(from, message);
    if (!context.endHandler()) return;
    lie.liar.told?.();
    context.behind = true;
    if (lie.forgotten === "votes" || this.isDue) this.beginAnew();
  }

  /** Whoever set the timer is forgotten with it. */
  override onTimeout(timer: string): void {
    if (this.isDue) this.beginAnew();
    else super.onTimeout(timer);
  }

  /** Whether it is time to forget; the clock may have been set back. */
  private get isDue(): boolean {
    if (!this.context.behind) return false;
    const now = this.context.now();
    const soon = now >= this.begunAt && now < this.begunAt + LEAST_MS;
    return !soon || !this.lie.liar.active(now);
  }

  /** What a leader proposes itself is not something that it vouches for to another. */
  private forgets(from: NodeId): boolean {
    const { liar, random } = this.lie;
    if (from === this.context.self || !liar.active(this.context.now())) return false;
    if (this.inner.status().role === "leader") return false;
    return liar.rate === undefined || random() < liar.rate;
  }

  private beginAnew(): void {
    const { context, lie } = this;
    context.behind = false;
    this.begunAt = context.now();
    for (const timer of lie.timers) context.cancelTimer(timer);
    const fresh: AnyReplica = lie.create(context, this.options);
    this.inner = fresh;
    context.loadState(this.emptyStore!); // as after a crash: what it has not stored it has not executed
    fresh.onStart([...context.kept]);
  }
}

export interface Forgetting {
  readonly liar: Liar;
  readonly forgotten: Forgotten;
  readonly create: Create;
  readonly timers: readonly string[]; // all that the replica may have set
  readonly random: () => number;
}

/** The making of a replica that forgets. */
export const forgetting =
  (lie: Forgetting): Create =>
  (context, options) =>
    new ForgetfulReplica(new ForgetfulContext(context, lie.forgotten), lie, options);

function carriesRequest(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return isRequest(value) || Object.values(value).some(carriesRequest);
}
