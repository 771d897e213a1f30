/**
 * Twins (Bano et al., Twins: BFT Systems Made Robust, 2021): two honest instances of a replica with one identity. Each
 * speaks to its own share of the others, so that these hear of two lives of one node: it votes twice, proposes twice,
 * and every word of it is one that the protocol would say.
 *
 * They share the node's disk, timers and connections, but have a store each. While the lie is not active, the second
 * listens and holds its tongue. Where several nodes have twins, the first keep to the first, and the second to the
 * second.
 */
import type {
  AnyProtocol,
  AnyReplica,
  Digest,
  Milliseconds,
  NodeId,
  Request,
  Result,
  State,
  Status,
} from "#protocol";
import { Store } from "../protocol/store.ts";
import type { Liar } from "./byzantine.ts";
import { type AnyContext, RelayContext, type Typed } from "./byzantine-relay.ts";
import { someOthers } from "./lies-told.ts";

type Create = AnyProtocol["create"];
type Side = 0 | 1;

/** A record on the disk that the twins share: what it holds for either. */
interface TwinRecord {
  readonly twins: readonly [readonly unknown[], readonly unknown[]];
}

const isTwinRecord = (record: unknown): record is TwinRecord =>
  typeof record === "object" && record !== null && "twins" in record;

const PREFIX = "twin ";

/** The names of the second twin's timers. */
export const twinTimers = (timers: readonly string[]): string[] => timers.map(timer => PREFIX + timer);

/** The size of a record, also of one that twins share. */
export const twinRecordBytes =
  (recordBytes: (record: unknown) => number) =>
  (record: unknown): number =>
    isTwinRecord(record)
      ? record.twins.flat().reduce<number>((sum, own) => sum + recordBytes(own), 0)
      : recordBytes(record);

/** All nodes that have twins, and which of the twins said what. */
export interface Company {
  readonly nodes: readonly NodeId[];
  readonly speakers: WeakMap<object, Side>;
}

/** What the twins have in common. */
class Pair {
  readonly records: [unknown[], unknown[]] = [[], []];
  private readonly owners = new WeakMap<object, Side>(); // of messages to themselves
  private readonly context: AnyContext;
  private readonly liar: Liar;
  private readonly seconds: readonly NodeId[]; // whom the second twin speaks to
  private readonly company: Company;

  constructor(context: AnyContext, liar: Liar, company: Company) {
    this.context = context;
    this.liar = liar;
    this.company = company;
    this.seconds = liar.receivers ?? someOthers(context);
  }

  get active(): boolean {
    return this.liar.active(this.context.now());
  }

  speaksTo(side: Side, node: NodeId, message: Typed): boolean {
    if (this.active && this.company.nodes.includes(node)) {
      this.company.speakers.set(message, side);
      if (side === 1) this.liar.told?.();
      return true;
    }
    const speaker = this.active && this.seconds.includes(node) ? 1 : 0;
    if (side === speaker && side === 1) this.liar.told?.();
    return side === speaker;
  }

  answers(side: Side, request: Request): boolean {
    return side === 0
      ? !this.active || this.hears(0, request.client & 1)
      : this.active && this.hears(1, request.client & 1);
  }

  /** Incoming things belong to a side; unless they are split, they reach both. */
  hears(side: Side, itsSide: number): boolean {
    return !this.active || this.liar.incoming === "both" || side === itsSide;
  }

  hearsNode(side: Side, node: NodeId, message: Typed): boolean {
    if (this.active && this.company.nodes.includes(node)) return this.company.speakers.get(message) === side;
    return this.hears(side, this.seconds.includes(node) ? 1 : 0);
  }

  /** A copy of the message, which this twin alone will get. */
  toItself(side: Side, message: Typed): Typed {
    const own = { ...message };
    this.owners.set(own, side);
    return own;
  }

  ownerOf(message: object): Side | undefined {
    return this.owners.get(message);
  }

  persist(side: Side, record: unknown): void {
    this.records[side].push(record);
    this.context.persist({ twins: side === 0 ? [[record], []] : [[], [record]] } satisfies TwinRecord);
  }

  /** It replaces what is on the disk, so it repeats what the other twin has there. */
  snapshot(side: Side, record: unknown): void {
    this.records[side] = [record];
    this.context.snapshot({ twins: [[...this.records[0]], [...this.records[1]]] } satisfies TwinRecord);
  }
}

/** What either twin sees of the world. */
class TwinContext extends RelayContext {
  private readonly pair: Pair;
  private readonly side: Side;

  constructor(honest: AnyContext, pair: Pair, side: Side) {
    super(honest);
    this.pair = pair;
    this.side = side;
  }

  override send(to: NodeId, message: Typed): void {
    if (to === this.self) super.send(to, this.pair.toItself(this.side, message));
    else if (this.pair.speaksTo(this.side, to, message)) super.send(to, message);
  }
  override sendNow(to: NodeId, message: Typed): void {
    if (to === this.self) super.sendNow(to, this.pair.toItself(this.side, message));
    else if (this.pair.speaksTo(this.side, to, message)) super.sendNow(to, message);
  }
  protected override answer(request: Request, leave: () => void): void {
    if (this.pair.answers(this.side, request)) leave();
  }
  override persist(record: unknown): void {
    this.pair.persist(this.side, record);
  }
  override snapshot(record: unknown): void {
    this.pair.snapshot(this.side, record);
  }
}

/** The second twin's, which has dice, timers and a store of its own. */
class SecondContext extends TwinContext {
  private readonly store = new Store();
  private readonly dice: () => number;

  constructor(honest: AnyContext, pair: Pair, dice: () => number) {
    super(honest, pair, 1);
    this.dice = dice;
  }

  override random(): number {
    return this.dice();
  }
  override setTimer(timer: string, delay: Milliseconds): void {
    super.setTimer(PREFIX + timer, delay);
  }
  override cancelTimer(timer: string): void {
    super.cancelTimer(PREFIX + timer);
  }
  override execute(position: number, request: Request, epoch?: number): Result {
    if (epoch !== undefined) this.observe("committed", epoch, position, request);
    return this.store.execute(request);
  }
  override executeTentatively(request: Request): Result {
    return this.store.executeTentatively(request);
  }
  override recall(request: Request): { readonly result: Result } | undefined {
    return this.store.recall(request);
  }
  override read(request: Request): Result {
    return this.store.read(request);
  }
  override saveState(): State {
    return this.store.save();
  }
  override loadState(state: State): void {
    this.store.load(state);
  }
  override stateDigest(): Digest {
    return this.store.digest();
  }
}

class Twins implements AnyReplica {
  private readonly twins: readonly [AnyReplica, AnyReplica];
  private readonly pair: Pair;

  constructor(pair: Pair, first: AnyReplica, second: AnyReplica) {
    this.pair = pair;
    this.twins = [first, second];
  }

  onStart(stored: readonly unknown[]): void {
    for (const record of stored as readonly TwinRecord[]) {
      this.pair.records[0].push(...record.twins[0]);
      this.pair.records[1].push(...record.twins[1]);
    }
    this.twins[0].onStart([...this.pair.records[0]]);
    this.twins[1].onStart([...this.pair.records[1]]);
  }

  onRequest(request: Request): void {
    const side = request.client & 1; // clients are split as well
    if (this.pair.hears(0, side)) this.twins[0].onRequest(request);
    if (this.pair.hears(1, side)) this.twins[1].onRequest(request);
  }

  onMessage(from: NodeId, message: Typed): void {
    const owner = this.pair.ownerOf(message);
    if (owner !== undefined) return this.twins[owner].onMessage(from, message);
    if (this.pair.hearsNode(0, from, message)) this.twins[0].onMessage(from, message);
    if (this.pair.hearsNode(1, from, message)) this.twins[1].onMessage(from, message);
  }

  onTimeout(timer: string): void {
    if (timer.startsWith(PREFIX)) this.twins[1].onTimeout(timer.slice(PREFIX.length));
    else this.twins[0].onTimeout(timer);
  }

  /** The first one's; the second does not exist, officially. */
  status(): Status {
    return this.twins[0].status();
  }
}

/** The making of twins. */
export const twins =
  (create: Create, liar: Liar, dice: () => number, company: Company): Create =>
  (context, options) => {
    const pair = new Pair(context, liar, company);
    const first = create(new TwinContext(context, pair, 0), options);
    return new Twins(pair, first, create(new SecondContext(context, pair, dice), options));
  };
