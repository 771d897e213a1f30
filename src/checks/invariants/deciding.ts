/** What is chosen, and what is executed: the same at a position on all replicas, asked for, durable, once, in order. */
import type { NodeId, Request } from "#protocol";
import { holdsDurably } from "./accepting.ts";
import type { Frontier } from "./frontier.ts";
import { isForged, NO_OP, NOTHING_KNOWN } from "./identity.ts";
import { inEpoch, type Ledger } from "./ledger.ts";
import type { ReplicaRecord } from "./replica.ts";
import type { How } from "./tellings.ts";

/** A position so far beyond all others is a slip of the pen, and no reason to keep room for all between. */
const FAR = 2 ** 22;

/** Told of each request when the first replica executes it. */
export interface ExecutionListener {
  executed(request: Request): void;
}

const nobody: ExecutionListener = { executed() {} };

export class Deciding {
  listener: ExecutionListener = nobody;

  private readonly ledger: Ledger;
  private readonly replicas: readonly ReplicaRecord[];
  private readonly standing: Frontier;
  private readonly inLog: boolean;
  /** What stands in the frontier is on the disks of a quorum, up to here. */
  private quorumTo = 0;
  // The foremost execution: how many commands must have taken effect by then.
  private foremostPosition = 0;
  private foremost: NodeId = -1;
  private effects = 0;
  private readonly sequences: number[] = []; // by client: of its latest request that was executed

  constructor(ledger: Ledger) {
    this.ledger = ledger;
    this.replicas = ledger.replicas;
    this.standing = ledger.frontier;
    this.inLog = ledger.inLog;
  }

  committed(node: NodeId, epoch: number, position: number, subject: unknown): void {
    const replica = this.replicas[node]!;
    replica.next = 0;
    if (!replica.counts) return;
    if (position !== replica.committed + 1 || !this.standing.isDecided(position, subject)) {
      return this.lookAtCommit(node, epoch, position, subject);
    }
    replica.committed = position;
    if (this.inLog && replica.held.settled === position - 1) replica.held.settled = position;
  }

  executed(node: NodeId, position: number, request: Request): void {
    const replica = this.replicas[node]!;
    replica.next = 0;
    if (!replica.counts) return;
    if (this.walks(node, position, request)) return this.countForemost(node, position, request);
    if (
      position !== replica.applied + 1 ||
      replica.members > 0 ||
      replica.walk.isUnderWay ||
      !this.standing.isDecided(position, request)
    ) {
      return this.lookAtExecution(node, position, request);
    }
    replica.applied = position;
    replica.walk.length = 0;
    if (!this.inLog) this.settleSlots(replica, position - 1);
    if (position > this.foremostPosition) this.countEffects(node, position, request);
  }

  /** Whether it is the next member of the list that was chosen at its position, or the first of the next one's. */
  private walks(node: NodeId, position: number, request: Request): boolean {
    const replica = this.replicas[node]!;
    const { walk, applied } = replica;
    if (walk.length > 0 && position === applied) return walk.goesOn(request);
    if (this.inLog || position !== applied + 1 || replica.members > 0 || walk.isUnderWay) return false;
    const list = this.standing.decidedList(position);
    if (list === undefined || list[0] !== request) return false;
    this.forgetForemost(node, position);
    walk.begin(list);
    replica.applied = position;
    this.settleSlots(replica, position - 1);
    return walk.goesOn(request);
  }

  /** It has left the list that it was walking through: from here on the members are hashed. */
  private leaveWalk(replica: ReplicaRecord): void {
    const { identities } = this.ledger;
    const { members } = replica.walk;
    replica.members = members.length;
    replica.list = NOTHING_KNOWN;
    for (const member of members) {
      replica.member = identities.of(member);
      replica.list = identities.afterMember(replica.list, replica.member);
    }
    replica.walk.length = 0;
  }

  /** Both at once, where the position holds this request alone. Mostly it just goes on, by what stands there. */
  committedAndExecuted(node: NodeId, epoch: number, position: number, request: Request): void {
    const replica = this.replicas[node]!;
    const { standing } = this;
    const slot = position & standing.mask;
    if (replica.next !== position || standing.subjectAt(slot) !== request) {
      return this.lookAtBoth(node, epoch, position, request);
    }
    if (standing.decidedAt(slot) !== position) {
      const isNextChoice = standing.positionAt(slot) === position && position > this.ledger.chosen.last;
      if (!isNextChoice) return this.lookAtBoth(node, epoch, position, request);
      this.choose(node, epoch, position, standing.idAt(slot), request, "committed");
    }
    this.goOn(replica, position);
    if (position > this.foremostPosition) this.countEffects(node, position, request);
  }

  private goOn(replica: ReplicaRecord, position: number): void {
    const { held } = replica;
    replica.next = position + 1;
    replica.committed = position;
    replica.applied = position;
    if (!this.inLog) this.settleSlots(replica, position - 1);
    else if (held.settled === position - 1) held.settled = position;
  }

  private lookAtBoth(node: NodeId, epoch: number, position: number, request: Request): void {
    const replica = this.replicas[node]!;
    this.committed(node, epoch, position, request);
    this.executed(node, position, request);
    if (replica.counts && this.isPlain(replica)) replica.next = replica.applied + 1;
  }

  private isPlain({ committed, applied, members, walk }: ReplicaRecord): boolean {
    return committed === applied && members === 0 && walk.length === 0;
  }

  private lookAtCommit(node: NodeId, epoch: number, position: number, subject: unknown): void {
    const { ledger } = this;
    const replica = ledger.replicas[node]!;
    const stands = this.standing.stands(position, subject);
    const id = stands ? this.standing.idAt(position & this.standing.mask) : ledger.identities.of(subject);
    const chosen = ledger.chosen.at(position);
    if (chosen === NOTHING_KNOWN) this.choose(node, epoch, position, id, subject, "committed");
    else if (chosen !== id) this.disagree(node, position, "committed", id, epoch);
    if (ledger.inLog) {
      if (position <= replica.committed) this.commitFell(node, epoch, position, id);
      if (position === replica.held.settled + 1) replica.held.settled = position;
    }
    if (position > replica.committed) replica.committed = position;
  }

  private lookAtExecution(node: NodeId, position: number, request: Request): void {
    const { ledger } = this;
    const replica = ledger.replicas[node]!;
    const id = ledger.identities.ofRequest(request);
    if (replica.walk.length > 0 && position === replica.applied) this.leaveWalk(replica);
    if (position !== replica.applied || replica.members === 0) this.beginPosition(node, position);
    replica.members++;
    replica.member = id;
    const chosen = ledger.chosen.at(position);
    if (chosen === id && replica.members === 1) {
      replica.members = 0;
    } else {
      // A list, or what nobody has committed yet, is compared once it is complete.
      replica.list = ledger.identities.afterMember(replica.list, id);
      if (chosen === NO_OP || chosen > 0 || isForged(chosen)) this.disagree(node, position, "executed", id);
    }
    this.countForemost(node, position, request);
  }

  private countForemost(node: NodeId, position: number, request: Request): void {
    if (position > this.foremostPosition || (position === this.foremostPosition && node === this.foremost)) {
      this.countEffects(node, position, request);
    }
  }

  /** What it executed last is complete. */
  endPosition(node: NodeId): void {
    const { ledger } = this;
    const replica = this.replicas[node]!;
    if (replica.walk.isUnderWay) this.leaveWalk(replica);
    replica.walk.length = 0;
    const { members, member, list, applied } = replica;
    if (members === 0) return;
    const chosen = ledger.chosen.at(applied);
    const whole = members === 1 ? member : list;
    if (chosen === NOTHING_KNOWN) this.choose(node, 0, applied, whole, undefined, "executed");
    else if (chosen !== whole && chosen !== list) this.disagree(node, applied, "executed", whole);
    replica.members = 0;
  }

  /** Its state is what positions up to this one led to, whether it executed them itself or not. */
  installed(node: NodeId, position: number): void {
    const replica = this.ledger.replicas[node]!;
    this.endPosition(node);
    replica.next = 0;
    replica.applied = position;
    if (position > replica.committed) replica.committed = position;
    replica.held.settle(position);
  }

  /** Of a replica that has executed as much as any. */
  compareEffects(node: NodeId, position: number): void {
    const { machines, violations } = this.ledger;
    if (position !== this.foremostPosition || violations.found.length > 0) return;
    const effects = machines.effects(node);
    if (effects === this.effects) return;
    const says = `let ${effects} commands take effect by position ${position}`;
    const why = `${this.effects} different ones were executed, and each takes effect once`;
    this.ledger.blame("at-most-once", { position }, why, this.ledger.witness(node, says));
  }

  private choose(
    node: NodeId,
    epoch: number,
    position: number,
    id: number,
    subject: unknown,
    how: How,
  ): void {
    const { chosen, settings } = this.ledger;
    if (position > chosen.last + FAR) return;
    const entryEpoch = this.epochHeld(node, position, id);
    chosen.record(position, id, node, this.ledger.nowNs, epoch, entryEpoch, how);
    this.ledger.frontier.choose(position, id, subject);
    if (isForged(id)) {
      const why = "what is executed was asked for by a client";
      this.ledger.blame("validity", { position, epoch }, why, this.ledger.chooser(position));
    }
    if (settings.description?.durableQuorum === true) this.countHolders(position, epoch, id);
  }

  /** Something that a replica held, or that stood in the frontier, is no longer so. */
  countAnew(): void {
    this.quorumTo = 0;
  }

  private stands(position: number, id: number): boolean {
    const { frontier } = this.ledger;
    const slot = position & frontier.mask;
    return frontier.positionAt(slot) === position && frontier.idAt(slot) === id;
  }

  /** The epoch of the proposal that the replica holds there; -1: not known. */
  private epochHeld(node: NodeId, position: number, id: number): number {
    const { frontier, replicas } = this.ledger;
    const { held } = replicas[node]!;
    if (this.stands(position, id) && held.isInRun(position))
      return frontier.epochAt(position & frontier.mask);
    const index = held.find(position);
    return index >= 0 ? held.epoch[index]! : -1;
  }

  /** At this moment, on their disks. Nothing is asked of nodes that need not keep their word. */
  private countHolders(position: number, epoch: number, id: number): void {
    const { replicas, machines, settings } = this.ledger;
    const plain = this.stands(position, id);
    if (plain && position <= this.quorumTo) return;
    let needed = settings.quorum;
    let holders = 0;
    let allTo = Number.POSITIVE_INFINITY; // all those hold what stands in the frontier up to here
    for (let node = 0; node < replicas.length && holders < needed; node++) {
      const replica = replicas[node]!;
      if (!replica.counts) {
        needed--;
        continue;
      }
      const stored = machines.stored(node);
      const reach = plain ? replica.held.durableReach(stored) : 0;
      if (reach >= position) allTo = Math.min(allTo, reach);
      else if (holdsDurably(replica, position, id, plain, stored)) allTo = position;
      else continue;
      holders++;
    }
    if (holders >= needed) {
      if (plain) this.quorumTo = allTo;
      return;
    }
    const without = settings.quorum - needed;
    const besides = without > 0 ? ` besides ${without} that need not keep their word` : "";
    const why = `only ${holders} replicas had it durably at that moment${besides}, and a quorum is ${settings.quorum}`;
    this.ledger.blame("commit-durability", { position, epoch }, why, this.ledger.chooser(position));
  }

  private disagree(node: NodeId, position: number, how: How, id: number, epoch?: number): void {
    const { ledger } = this;
    const where = `at position ${position}${epoch === undefined ? "" : inEpoch(epoch)}`;
    const fact = ledger.witness(node, `${how} ${ledger.text(id)} ${where}`);
    const place = epoch === undefined ? { position } : { position, epoch };
    const why = "one command is chosen at a position, once and for all";
    ledger.blame("state-machine-safety", place, why, ledger.chooser(position), fact);
  }

  private commitFell(node: NodeId, epoch: number, position: number, id: number): void {
    const { committed } = this.ledger.replicas[node]!;
    const says = `committed ${this.ledger.text(id)} at position ${position}${inEpoch(epoch)}`;
    const why = `it had committed up to position ${committed} before, and that never falls`;
    this.ledger.blame("kept-word", { position, epoch }, why, this.ledger.witness(node, says));
  }

  private beginPosition(node: NodeId, position: number): void {
    this.forgetForemost(node, position);
    const { ledger } = this;
    const replica = ledger.replicas[node]!;
    this.endPosition(node);
    const before = replica.applied;
    if (position <= before) {
      const why = `it had executed up to position ${before} before`;
      ledger.blame("in-order", { position }, why, ledger.witness(node, `executed position ${position}`));
    } else if (ledger.settings.description !== undefined) {
      for (let between = before + 1; between < position; between++) {
        if (ledger.chosen.at(between) === NO_OP) continue;
        this.skipped(node, position, between);
        break;
      }
    }
    replica.applied = position;
    replica.list = NOTHING_KNOWN;
    if (!ledger.inLog) this.settleSlots(replica, before);
  }

  /** After a crash it executes anew, member by member, what has been counted before. */
  private forgetForemost(node: NodeId, position: number): void {
    if (position === this.foremostPosition && node === this.foremost) this.foremost = -1;
  }

  private skipped(node: NodeId, position: number, between: number): void {
    const { ledger } = this;
    const chosen = ledger.chosen.at(between);
    const what =
      chosen === NOTHING_KNOWN ? "nothing is known to be chosen" : `${ledger.text(chosen)} is chosen`;
    const says = `executed position ${position} without position ${between}`;
    const why = `${what} there, and positions are executed in order`;
    ledger.blame("in-order", { position }, why, ledger.witness(node, says));
  }

  private settleSlots(replica: ReplicaRecord, position: number): void {
    replica.held.settled = position;
    if (replica.promiseAt.size > 0) replica.promiseAt.delete(position);
  }

  private countEffects(node: NodeId, position: number, request: Request): void {
    this.foremostPosition = position;
    this.foremost = node;
    const { client, sequence } = request;
    while (this.sequences.length <= client) this.sequences.push(0);
    if (sequence > this.sequences[client]!) {
      this.sequences[client] = sequence;
      this.effects++;
      this.listener.executed(request);
    }
    this.compareEffects(node, position);
  }
}

/** What a replica holds of the position that it is executing is complete: for those who compare states. */
export const atRest = ({ up, counts, restoring }: ReplicaRecord): boolean =>
  up && counts && restoring === undefined;
