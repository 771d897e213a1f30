/**
 * Safety of one run: each fact that a replica observes is held to all facts before it, on a record that is kept outside
 * of the replicas. See docs/checks.md for what is checked and why.
 */
import type { Digest, Fact, NodeId, Request } from "#protocol";
import { Accepting } from "./accepting.ts";
import { type Certificate, Certificates } from "./certificates.ts";
import { atRest, Deciding, type ExecutionListener } from "./deciding.ts";
import type { Relying } from "./frontier.ts";
import { inEpoch, Ledger, type Machines, type Settings } from "./ledger.ts";
import { compareRestored } from "./restoring.ts";
import type { Violation, Witness } from "./violation.ts";
import { epochOf, nodeOf, ranked } from "./word.ts";

/** States are compared at a snapshot once in so many positions: hashing a whole store takes its time. */
const BETWEEN_DIGESTS = 2048;

export class InvariantChecker implements Relying {
  private readonly ledger: Ledger;
  private readonly accepting: Accepting;
  readonly deciding: Deciding;
  /** Those that have lost what they had vouched for. */
  readonly forgot = new Set<NodeId>();
  private readonly leaders = new Map<number, Witness>(); // by epoch
  private readonly certificates = new Certificates();
  private readonly states = new Map<number, { digest: Digest; fact: Witness }>(); // by position
  private lastState = -BETWEEN_DIGESTS;

  constructor(settings: Settings, machines: Machines) {
    this.ledger = new Ledger(settings, machines);
    this.accepting = new Accepting(this.ledger);
    this.deciding = new Deciding(this.ledger);
    this.ledger.frontier.relying = this;
  }

  get violations(): readonly Violation[] {
    return this.ledger.violations.found;
  }

  set listener(listener: ExecutionListener) {
    this.deciding.listener = listener;
  }

  /** The facts that every command brings, before the others. */
  onFact(node: NodeId, fact: Fact, epoch: number, position: number, subject: unknown): void {
    if (fact === "accepted") return this.accepting.accepted(node, epoch, position, subject);
    if (fact === "committed") return this.deciding.committed(node, epoch, position, subject);
    if (!this.ledger.replicas[node]!.counts) return;
    if (fact === "prepared") this.prepared(node, epoch, position, subject as Digest);
    else this.onRareFact(node, fact, epoch, position, subject);
  }

  onExecute(node: NodeId, position: number, request: Request): void {
    this.deciding.executed(node, position, request);
  }

  onCommitAndExecute(node: NodeId, epoch: number, position: number, request: Request): void {
    this.deciding.committedAndExecuted(node, epoch, position, request);
  }

  onCrash(node: NodeId): void {
    const { replicas, machines, settings } = this.ledger;
    const replica = replicas[node]!;
    this.deciding.endPosition(node);
    replica.crash(machines.stored(node));
    if (settings.forgetful) this.onForget(node);
  }

  /** It has lost what it vouched for: where liars are reckoned with it counts as one, elsewhere nobody foresaw it. */
  onForget(node: NodeId): void {
    this.forgot.add(node);
    this.deciding.countAnew();
    const replica = this.ledger.replicas[node]!;
    replica.forget();
    if (this.ledger.settings.byzantine) replica.counts = false;
  }

  /** From now on it says what it likes. What it has said so far was true, but need not be kept. */
  onLiar(node: NodeId): void {
    this.deciding.countAnew();
    const replica = this.ledger.replicas[node]!;
    replica.counts = false;
    replica.next = 0;
  }

  onRestart(node: NodeId): void {
    this.ledger.replicas[node]!.beginRestoring();
  }

  onStarted(node: NodeId): void {
    const replica = this.ledger.replicas[node]!;
    if (replica.counts && this.ledger.settings.description !== undefined) compareRestored(this.ledger, node);
    replica.restoring = undefined;
  }

  /** At the end of a run: what has been executed last is complete, and equal histories have led to equal states. */
  finish(): void {
    const { replicas } = this.ledger;
    for (let node = 0; node < replicas.length; node++) {
      if (!atRest(replicas[node]!)) continue;
      this.deciding.endPosition(node);
      this.compareState(node, replicas[node]!.applied);
    }
  }

  // --- Relying on the frontier -----------------------------------------------------------------------------------

  beforeForgetting(position: number): void {
    const { replicas } = this.ledger;
    for (let node = 0; node < replicas.length; node++) replicas[node]!.held.makeIndependentUpTo(position);
  }

  beforeChange(position: number): void {
    this.beforeForgetting(position);
    this.deciding.countAnew();
  }

  // --- Facts that are rare ---------------------------------------------------------------------------------------

  private onRareFact(node: NodeId, fact: Fact, epoch: number, position: number, subject: unknown): void {
    switch (fact) {
      case "epoch":
        return this.enters(node, epoch);
      case "leads":
        return this.leads(node, epoch);
      case "voted":
        return this.voted(node, epoch, subject as NodeId);
      case "promised":
        return this.accepting.promised(node, epoch, position, subject as NodeId | undefined);
      case "withdrew":
        this.deciding.countAnew();
        return this.accepting.withdrew(node, epoch, position);
      case "snapshot":
        return this.snapshot(node, position);
    }
  }

  private enters(node: NodeId, epoch: number): void {
    const { replicas, machines } = this.ledger;
    const word = replicas[node]!.epoch;
    if (epoch < word.said) {
      const why = `it had been in epoch ${word.said}, and epochs never fall`;
      this.ledger.blame("kept-word", { epoch }, why, this.ledger.witness(node, `entered epoch ${epoch}`));
    }
    word.say(epoch, machines.handed(node), machines.stored(node));
  }

  private leads(node: NodeId, epoch: number): void {
    const { replicas, settings, inLog } = this.ledger;
    if (epoch > replicas[node]!.epoch.said) this.enters(node, epoch);
    const fact = this.ledger.witness(node, `became the leader of epoch ${epoch}`);
    const first = this.leaders.get(epoch);
    if (first === undefined) this.leaders.set(epoch, fact);
    else if (first.node !== node && settings.description?.oneLeaderPerEpoch === true) {
      this.ledger.blame(
        "election-safety",
        { epoch },
        "an epoch has one leader over the whole run",
        first,
        fact,
      );
    }
    if (inLog) this.holdsAllChosen(fact, epoch);
  }

  /** Leader completeness (Raft §5.4): what was committed in an earlier epoch is in the log of every later leader. */
  private holdsAllChosen(fact: Witness, epoch: number): void {
    const { replicas, chosen } = this.ledger;
    const { held } = replicas[fact.node]!;
    for (let next = held.settled + 1; next <= chosen.last; next++) {
      const index = held.find(next);
      if (index >= 0 && held.id[index] === chosen.id[next]) {
        held.settled = next;
        continue;
      }
      if (chosen.tellingOf(next).epoch >= epoch) return;
      const lacking = { ...fact, says: `${fact.says} without it` };
      const why = "a leader holds everything that was committed in earlier epochs";
      return this.ledger.blame(
        "leader-completeness",
        { position: next, epoch },
        why,
        this.ledger.chooser(next),
        lacking,
      );
    }
  }

  private voted(node: NodeId, epoch: number, candidate: NodeId): void {
    const { replicas, machines } = this.ledger;
    const word = replicas[node]!.vote;
    const rank = ranked(epoch, candidate);
    const before = epochOf(word.said);
    if (word.said >= 0 && (epoch < before || (epoch === before && rank !== word.said))) {
      const earlier = nodeOf(word.said);
      const why = `it had voted for n${earlier}${inEpoch(before)}, and has one vote an epoch`;
      const fact = this.ledger.witness(node, `voted for n${candidate}${inEpoch(epoch)}`);
      this.ledger.blame("kept-word", { epoch }, why, fact);
    }
    word.say(rank, machines.handed(node), machines.stored(node));
  }

  private snapshot(node: NodeId, position: number): void {
    const { replicas, machines } = this.ledger;
    const replica = replicas[node]!;
    replica.snapshot.say(position, machines.handed(node), machines.stored(node));
    if (position > replica.applied) this.deciding.installed(node, position);
    if (position !== replica.applied) return; // taken earlier, and only now the one that counts
    const compared = this.states.has(position);
    if (!compared && position < this.lastState + BETWEEN_DIGESTS) return;
    this.lastState = Math.max(this.lastState, position);
    this.compareState(node, position);
  }

  private compareState(node: NodeId, position: number): void {
    const { machines, violations } = this.ledger;
    this.deciding.compareEffects(node, position);
    if (violations.found.length > 0) return; // what was not the same before cannot be now
    const digest = machines.stateDigest(node);
    if (digest === undefined) return;
    const fact = this.ledger.witness(node, `has state ${digest} at position ${position}`);
    const other = this.states.get(position);
    if (other === undefined) this.states.set(position, { digest, fact });
    else if (other.digest !== digest) {
      const why = "the same commands lead to the same state";
      this.ledger.blame("state-machine-safety", { position }, why, other.fact, fact);
    }
  }

  /** No two certificates for one epoch and position can hold different digests (PBFT, TOCS 4.2). */
  private prepared(node: NodeId, epoch: number, position: number, digest: Digest): void {
    const { nowNs: ns } = this.ledger;
    const other = this.certificates.conflicting(position, epoch, digest, node, ns);
    if (other === undefined) return;
    const text = (one: Pick<Certificate, "digest" | "node" | "ns">): Witness => {
      const says = `held a prepared certificate for ${one.digest} at position ${position}${inEpoch(epoch)}`;
      return { node: one.node, ns: one.ns, says };
    };
    const why = "two quorums share a node that does not lie";
    this.ledger.blame("one-certificate", { position, epoch }, why, text(other), text({ digest, node, ns }));
  }
}
