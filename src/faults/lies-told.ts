/** Lies about what is sent: the replica is honest, and its messages and answers are tampered with on their way out. */
import type { AnyProtocol, AnyReplica, Digest, Milliseconds, NodeId, Request, Result } from "#protocol";
import type { Liar } from "./byzantine.ts";
import { type AnyContext, RelayContext, RelayReplica, type Typed } from "./byzantine-relay.ts";
import { Forger } from "./lies-mutation.ts";

/** A lie that is told: which one, when, to whom, and with which dice. */
export interface Telling {
  readonly liar: Liar;
  readonly protocol: AnyProtocol;
  readonly random: () => number;
  readonly timer: string; // a name for a timer of its own
}

const DELAY_MS = 100;
const MUTATION_RATE = 0.25;
const REPLAY_RATE = 0.25;
const REPLAYED = 64; // messages remembered

/** Every second one of the other replicas: whom a liar sets apart unless it is told whom. */
export const someOthers = ({ replicas, self }: { replicas: readonly NodeId[]; self: NodeId }): NodeId[] =>
  replicas.filter(node => node !== self).filter((_node, index) => index % 2 === 1);

/** Tells the truth, but for the messages that a lie is about. */
abstract class Teller extends RelayContext {
  protected readonly telling: Telling;

  constructor(honest: AnyContext, telling: Telling) {
    super(honest);
    this.telling = telling;
  }

  override send(to: NodeId, message: Typed): void {
    if (this.liesTo(to, message)) this.tell(to, message, false);
    else super.send(to, message);
  }

  override sendNow(to: NodeId, message: Typed): void {
    if (this.liesTo(to, message)) this.tell(to, message, true);
    else super.sendNow(to, message);
  }

  /** What becomes of a message that the lie is about. `now`: it passes the barrier. */
  protected abstract tell(to: NodeId, message: Typed, now: boolean): void;

  protected count(): void {
    this.telling.liar.told?.();
  }

  /** Whom it lies to, unless the liar says. */
  protected receivers(): readonly NodeId[] {
    return this.replicas;
  }

  protected get active(): boolean {
    return this.telling.liar.active(this.now());
  }

  /** Whether answers to clients are lied about: where types are named, only messages of those are. */
  protected get liesToClients(): boolean {
    return this.telling.liar.types === undefined && this.active;
  }

  protected passLie(to: NodeId, truth: Typed, lie: Typed, now: boolean): void {
    if (lie !== truth) this.count();
    this.pass(to, lie, now);
  }

  protected pass(to: NodeId, message: Typed, now: boolean): void {
    if (now) super.sendNow(to, message);
    else super.send(to, message);
  }

  private liesTo(to: NodeId, message: Typed): boolean {
    if (to === this.self || !this.active) return false;
    const { liar, random } = this.telling;
    if (liar.types?.includes(message.type) === false) return false;
    if (!(liar.receivers ?? this.receivers()).includes(to)) return false;
    return liar.rate === undefined || random() < liar.rate;
  }
}

class Silent extends Teller {
  protected override tell(): void {
    this.count();
  }

  protected override answer(_request: Request, leave: () => void): void {
    if (this.liesToClients) this.count();
    else leave();
  }
}

class Withholding extends Teller {
  protected override tell(): void {
    this.count();
  }

  protected override receivers(): readonly NodeId[] {
    return someOthers(this);
  }
}

/** Keeps everything back for a while, in order, by a timer of its own. */
class Slow extends Teller {
  private readonly kept: { readonly due: Milliseconds; readonly leave: () => void }[] = [];

  protected override tell(to: NodeId, message: Typed, now: boolean): void {
    this.keep(() => this.pass(to, message, now));
  }

  protected override answer(_request: Request, leave: () => void): void {
    if (this.liesToClients) this.keep(leave);
    else leave();
  }

  /** The timer fired. Clocks may be rounded, so what is due within a microsecond leaves too. */
  release(): void {
    while (this.kept.length > 0 && this.kept[0]!.due <= this.now() + 0.001) this.kept.shift()!.leave();
    if (this.kept.length > 0) this.setTimer(this.telling.timer, this.kept[0]!.due - this.now());
  }

  private keep(leave: () => void): void {
    this.count();
    const delay = this.telling.liar.delayMs ?? DELAY_MS;
    if (this.kept.length === 0) this.setTimer(this.telling.timer, delay);
    this.kept.push({ due: this.now() + delay, leave });
  }
}

class SlowReplica extends RelayReplica {
  private readonly context: Slow;
  private readonly timer: string;

  constructor(inner: AnyReplica, context: Slow, timer: string) {
    super(inner);
    this.context = context;
    this.timer = timer;
  }

  override onTimeout(timer: string): void {
    if (timer === this.timer) this.context.release();
    else super.onTimeout(timer);
  }
}

/**
 * Says again what it has said long ago, beside what it has to say; not more often than once a millisecond, for an
 * answer to an echo may be echoed too, and the storm would never end.
 */
class Replaying extends Teller {
  private readonly said: Typed[] = [];
  private next = 0;
  private replayedAt = -1;

  protected override tell(to: NodeId, message: Typed, now: boolean): void {
    const { liar, random } = this.telling;
    this.pass(to, message, now);
    const nowMs = this.now();
    if (nowMs >= this.replayedAt + 1 && (liar.rate !== undefined || random() < REPLAY_RATE)) {
      const old = this.said[Math.floor(random() * this.said.length)];
      if (old !== undefined && old !== message) {
        this.count();
        this.pass(to, old, true);
      }
      this.replayedAt = nowMs;
    }
    this.said[this.next++ % REPLAYED] = message;
  }
}

/** Remembers what it has digested and sent, so as to be able to change it. */
abstract class Forging extends Teller {
  protected readonly forger: Forger;

  constructor(honest: AnyContext, telling: Telling) {
    super(honest, telling);
    this.forger = new Forger(honest, telling.random);
  }

  override digest(value: unknown): Digest {
    const digest = super.digest(value);
    this.forger.rememberDigest(digest, value);
    return digest;
  }
}

/** One half hears one thing, the other half another; within a half, all hear the same. */
class Equivocating extends Forging {
  private truth: Typed | undefined;
  private told: Typed | undefined;

  protected override tell(to: NodeId, message: Typed, now: boolean): void {
    if (message !== this.truth) {
      this.truth = message;
      this.forger.rememberRequests(message);
      this.told = this.forger.otherContent(message);
    }
    this.passLie(to, message, this.told!, now);
  }

  protected override receivers(): readonly NodeId[] {
    return someOthers(this);
  }
}

class Mutating extends Forging {
  protected override tell(to: NodeId, message: Typed, now: boolean): void {
    const { liar, random } = this.telling;
    this.forger.rememberRequests(message);
    const lies = liar.rate !== undefined || random() < MUTATION_RATE;
    this.passLie(to, message, lies ? this.forger.mutate(message) : message, now);
  }
}

/** A lie that the protocol has brought along. */
class OwnLie extends Forging {
  protected override tell(to: NodeId, message: Typed, now: boolean): void {
    const { liar, protocol, random } = this.telling;
    const told = protocol.lies![liar.lie]!.tell(message, random) as Typed | undefined;
    if (told !== message) this.count();
    if (told !== undefined) this.pass(to, this.forger.vouchFor(message, told), now);
  }
}

class AnsweringWrongly extends Teller {
  protected override tell(to: NodeId, message: Typed, now: boolean): void {
    this.pass(to, message, now);
  }

  override reply(
    request: Request,
    result: Result,
    leader?: NodeId,
    digestOnly?: boolean,
    epoch?: number,
  ): void {
    super.reply(request, this.distort(request, result), leader, digestOnly, epoch);
  }
  override replyNow(request: Request, result: Result, leader?: NodeId, digestOnly?: boolean): void {
    super.replyNow(request, this.distort(request, result), leader, digestOnly);
  }

  private distort(request: Request, result: Result): Result {
    const { liar, random } = this.telling;
    if (!this.liesToClients || (liar.rate !== undefined && random() >= liar.rate)) return result;
    // Writes have no result to lie about.
    if (typeof result !== "boolean" && request.command.kind !== "get") return result;
    this.count();
    if (typeof result === "boolean") return !result;
    return result === undefined ? "never written" : `not ${result}`;
  }
}

type Create = AnyProtocol["create"];
type TellerClass = new (honest: AnyContext, telling: Telling) => Teller;

const tellers: Readonly<Record<string, TellerClass>> = {
  silent: Silent,
  withhold: Withholding,
  equivocate: Equivocating,
  replay: Replaying,
  mutate: Mutating,
  "wrong-reply": AnsweringWrongly,
};

/** The making of a replica that tells this lie. */
export function telling(create: Create, lie: Telling): Create {
  const { liar, timer } = lie;
  if (liar.lie === "slow") {
    return (context, options) => {
      const slow = new Slow(context, lie);
      return new SlowReplica(create(slow, options), slow, timer);
    };
  }
  const teller = tellers[liar.lie] ?? OwnLie;
  return (context, options) => create(new teller(context, lie), options);
}
