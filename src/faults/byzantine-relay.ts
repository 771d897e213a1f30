/** What lies are built from: a context and a replica that pass everything on, for a liar to change a part of. */
import type {
  AnyReplica,
  Context,
  Digest,
  Fact,
  Milliseconds,
  NodeId,
  Policy,
  Proof,
  Request,
  Result,
  State,
  Status,
} from "#protocol";

/** All that a lie may know of a message of any protocol. */
export interface Typed {
  readonly type: string;
}

export type AnyContext = Context<Typed, string, unknown>;

export class RelayContext implements AnyContext {
  readonly self: NodeId;
  readonly replicas: readonly NodeId[];
  readonly faults: number;
  readonly quorum: number;
  readonly policy: Policy;
  protected readonly honest: AnyContext;

  constructor(honest: AnyContext) {
    this.honest = honest;
    this.self = honest.self;
    this.replicas = honest.replicas;
    this.faults = honest.faults;
    this.quorum = honest.quorum;
    this.policy = honest.policy;
  }

  now(): Milliseconds {
    return this.honest.now();
  }
  random(): number {
    return this.honest.random();
  }
  send(to: NodeId, message: Typed): void {
    this.honest.send(to, message);
  }
  broadcast(message: Typed): void {
    for (const to of this.replicas) this.send(to, message);
  }
  sendNow(to: NodeId, message: Typed): void {
    this.honest.sendNow(to, message);
  }
  reply(request: Request, result: Result, leader?: NodeId, digestOnly?: boolean, epoch?: number): void {
    this.answer(request, () => this.honest.reply(request, result, leader, digestOnly, epoch));
  }
  replyNow(request: Request, result: Result, leader?: NodeId, digestOnly?: boolean): void {
    this.answer(request, () => this.honest.replyNow(request, result, leader, digestOnly));
  }
  redirect(request: Request, leader: NodeId | undefined): void {
    this.answer(request, () => this.honest.redirect(request, leader));
  }
  refuse(request: Request): void {
    this.answer(request, () => this.honest.refuse(request));
  }
  persist(record: unknown): void {
    this.honest.persist(record);
  }
  snapshot(record: unknown): void {
    this.honest.snapshot(record);
  }
  execute(position: number, request: Request, epoch?: number): Result {
    return this.honest.execute(position, request, epoch);
  }
  executeTentatively(request: Request): Result {
    return this.honest.executeTentatively(request);
  }
  recall(request: Request): { readonly result: Result } | undefined {
    return this.honest.recall(request);
  }
  read(request: Request): Result {
    return this.honest.read(request);
  }
  saveState(): State {
    return this.honest.saveState();
  }
  loadState(state: State): void {
    this.honest.loadState(state);
  }
  stateDigest(): Digest {
    return this.honest.stateDigest();
  }
  setTimer(timer: string, delay: Milliseconds): void {
    this.honest.setTimer(timer, delay);
  }
  cancelTimer(timer: string): void {
    this.honest.cancelTimer(timer);
  }
  digest(value: unknown): Digest {
    return this.honest.digest(value);
  }
  authenticate(digest: Digest): Proof {
    return this.honest.authenticate(digest);
  }
  sign(digest: Digest): Proof {
    return this.honest.sign(digest);
  }
  verify(signer: NodeId, digest: Digest, proof: Proof): boolean {
    return this.honest.verify(signer, digest, proof);
  }
  verifyRequest(request: Request): boolean {
    return this.honest.verifyRequest(request);
  }
  observe(fact: Fact, epoch: number, position?: number, subject?: unknown): void {
    this.honest.observe(fact, epoch, position, subject);
  }

  /** Whatever a client is told goes through here. */
  protected answer(_request: Request, leave: () => void): void {
    leave();
  }
}

/** A replica inside another one, which may be exchanged. */
export class RelayReplica implements AnyReplica {
  protected inner: AnyReplica;

  constructor(inner: AnyReplica) {
    this.inner = inner;
  }

  onStart(stored: readonly unknown[]): void {
    this.inner.onStart(stored);
  }
  onRequest(request: Request): void {
    this.inner.onRequest(request);
  }
  onMessage(from: NodeId, message: unknown): void {
    this.inner.onMessage(from, message);
  }
  onTimeout(timer: string): void {
    this.inner.onTimeout(timer);
  }
  status(): Status {
    return this.inner.status();
  }
}
