/** What replicas hold and vouch for: proposals, promises, what is chosen and must stay, and what is given up. */
import type { LogEntry, NodeId } from "#protocol";
import { type Frontier, type Proposal, UNKNOWN } from "./frontier.ts";
import { NOTHING_KNOWN } from "./identity.ts";
import { inEpoch, type Ledger } from "./ledger.ts";
import type { ReplicaRecord } from "./replica.ts";
import type { Witness } from "./violation.ts";
import { epochOf, ranked, Word } from "./word.ts";

export class Accepting {
  private readonly ledger: Ledger;
  private readonly frontier: Frontier;
  private readonly replicas: readonly ReplicaRecord[];
  /** Whether whatever an epoch's leader proposes at a position is the same to all: it is one, and does not lie. */
  private readonly oneProposal: boolean;

  constructor(ledger: Ledger) {
    this.ledger = ledger;
    this.frontier = ledger.frontier;
    this.replicas = ledger.replicas;
    const { description, byzantine } = ledger.settings;
    this.oneProposal = description?.oneLeaderPerEpoch === true && !byzantine;
  }

  accepted(node: NodeId, epoch: number, position: number, subject: unknown): void {
    const { ledger, frontier } = this;
    const replica = this.replicas[node]!;
    if (!replica.counts) return;
    if (ledger.inLog && Array.isArray(subject)) return this.acceptedRun(node, position, subject);
    const { held } = replica;
    const slot = position & frontier.mask;
    if (
      frontier.epochAt(slot) === epoch &&
      frontier.stands(position, subject) &&
      replica.floor <= epoch &&
      position > held.last &&
      (position > ledger.chosen.last || frontier.decidedAt(slot) === position) &&
      (!ledger.inLog || (position === held.last + 1 && held.lastEpoch === frontier.previousAt(slot)))
    ) {
      held.put(position, epoch, withinOf(replica, epoch), frontier.idAt(slot), ledger.handed(node));
      if (frontier.decidedAt(slot) === position && ledger.inLog && held.settled === position - 1)
        held.settled = position;
    } else {
      this.look(node, epoch, position, subject);
    }
  }

  /** A log grows by several entries, mostly by those that another has been seen to hold behind the same one. */
  private acceptedRun(node: NodeId, from: number, entries: readonly LogEntry[]): void {
    const { ledger, frontier } = this;
    const replica = this.replicas[node]!;
    const { held } = replica;
    let known = 0;
    if (
      from === held.last + 1 &&
      from > frontier.fadesTo &&
      replica.restoring === undefined &&
      entries.length <= frontier.mask
    ) {
      known = frontier.begins(from, entries, held.lastEpoch)
        ? entries.length
        : frontier.follow(ledger.nowNs, node, from, entries, held.lastEpoch, ledger.identities);
    }
    if (known > 0) {
      held.append(known, replica.epoch.said, ledger.handed(node));
      if (from <= ledger.chosen.last) this.settle(node, from);
    }
    for (let index = known; index < entries.length; index++) {
      const { term, request } = entries[index]!;
      this.look(node, term, from + index, request);
    }
  }

  /** What stands in the frontier from there on, and this replica now holds, may have been chosen already. */
  private settle(node: NodeId, from: number): void {
    const { frontier, ledger } = this;
    const { chosen, replicas } = ledger;
    const { held } = replicas[node]!;
    for (let position = from; position <= held.last && position <= chosen.last; position++) {
      const slot = position & frontier.mask;
      if (frontier.idAt(slot) !== chosen.id[position]) {
        this.compareChosen(node, frontier.epochAt(slot), position, frontier.idAt(slot));
      } else if (held.settled === position - 1) {
        held.settled = position;
      }
    }
  }

  /** The first to accept something, or one whose fact is not plainly what others have said before. */
  private look(node: NodeId, epoch: number, position: number, subject: unknown): void {
    const { ledger } = this;
    const replica = ledger.replicas[node]!;
    const id = ledger.identities.of(subject);
    const { held } = replica;
    this.compareProposals(node, epoch, position, subject, id);
    if (replica.floor > epoch) this.holdToPromise(node, epoch, position, id);
    const there = held.find(position);
    if (there >= 0) {
      if (held.id[there] === id && held.epoch[there] === epoch) return;
      // In a slot the same may be accepted again in a later epoch: as soon as the first time is on the disk it counts.
      if (!ledger.inLog && held.id[there] === id && epoch > held.epoch[there]!) return;
      this.replace(node, epoch, position, id, there);
    }
    if (ledger.inLog && position === held.settled + 1 && ledger.chosen.at(position) === id) {
      held.settled = position;
    }
    this.compareChosen(node, epoch, position, id);
    held.put(position, epoch, withinOf(replica, epoch), id, ledger.handed(node));
  }

  private compareChosen(node: NodeId, epoch: number, position: number, id: number): void {
    const { ledger } = this;
    const chosen = ledger.chosen.at(position);
    if (chosen === id || chosen === NOTHING_KNOWN || epoch <= ledger.chosen.tellingOf(position).epoch) return;
    const fact = this.holds(node, epoch, position, id);
    const why = "what is chosen at a position is proposed there in every later epoch";
    ledger.blame("chosen-is-kept", { position, epoch }, why, ledger.chooser(position), fact);
  }

  withdrew(node: NodeId, epoch: number, position: number): void {
    const { held, committed } = this.ledger.replicas[node]!;
    for (let at = Math.max(held.last, position); at >= position; at--) {
      const index = held.find(at);
      if (index >= 0) this.mayGiveUp(node, epoch, at, index);
      held.drop(at);
    }
    held.endBefore(position);
    if (position <= committed) {
      const fact = this.ledger.witness(
        node,
        `gave up everything from position ${position} on${inEpoch(epoch)}`,
      );
      const why = `it had committed up to position ${committed}`;
      this.ledger.blame("kept-word", { position, epoch }, why, fact);
    }
  }

  promised(node: NodeId, epoch: number, position: number, owner: NodeId | undefined): void {
    const { replicas, machines } = this.ledger;
    const replica = replicas[node]!;
    let word = replica.promise;
    if (position > 0) {
      word = replica.promiseAt.get(position) ?? new Word();
      replica.promiseAt.set(position, word);
    }
    const rank = ranked(epoch, owner);
    if (rank < word.said) {
      const earlier = epochOf(word.said);
      const fact = this.ledger.witness(node, `promised epoch ${epoch}${at(position)}`);
      const why = `it had promised to accept nothing below epoch ${earlier}`;
      this.ledger.blame("kept-word", { epoch, ...(position > 0 ? { position } : {}) }, why, fact);
    }
    word.say(rank, machines.handed(node), machines.stored(node));
    if (epoch > replica.floor) replica.floor = epoch;
  }

  private compareProposals(
    node: NodeId,
    epoch: number,
    position: number,
    subject: unknown,
    id: number,
  ): void {
    const previous = this.ledger.inLog ? this.predecessor(node, position) : 0;
    const { nowNs: ns } = this.ledger;
    const told: Proposal = { id, previous, by: node, ns };
    if (this.frontier.isNew(position, epoch, subject, told) || !this.oneProposal) return;
    const other = this.frontier.conflicting(position, epoch, subject, told);
    if (other === undefined) return;
    const behind = other.id === id && other.previous !== previous;
    const text = (before: number) => (behind ? ` behind an entry of epoch ${before}` : "");
    const witness = (who: NodeId, what: number, before: number): Witness => {
      const fact = this.holds(who, epoch, position, what);
      return { ...fact, says: fact.says + text(before) };
    };
    const why = "an epoch has one leader, and with it one proposal for a position and one log before it";
    const first = { ...witness(other.by, other.id, other.previous), ns: other.ns };
    this.ledger.blame("log-matching", { position, epoch }, why, first, witness(node, id, previous));
  }

  private predecessor(node: NodeId, position: number): number {
    if (position === 1) return 0;
    const { held } = this.ledger.replicas[node]!;
    if (position - 1 === held.last) return held.lastEpoch;
    const before = held.find(position - 1);
    return before < 0 ? UNKNOWN : held.epoch[before]!;
  }

  /** What was found on the disk is older than the promise that was found there too. */
  private holdToPromise(node: NodeId, epoch: number, position: number, id: number): void {
    const replica = this.ledger.replicas[node]!;
    const promised = epochOf(replica.promisedAt(position));
    if (replica.restoring !== undefined || promised <= epoch) return;
    const why = `it had promised to accept nothing below epoch ${promised}`;
    const fact = this.holds(node, epoch, position, id);
    this.ledger.blame("kept-word", { position, epoch }, why, fact);
  }

  /** Something else is held there. In a log it should have been withdrawn first; in a slot, epochs only grow. */
  private replace(node: NodeId, epoch: number, position: number, id: number, there: number): void {
    const { ledger } = this;
    const replica = ledger.replicas[node]!;
    if (ledger.inLog) return this.withdrew(node, replica.epoch.said, position);
    const before = replica.held.epoch[there]!;
    const oneProposal = ledger.settings.description?.oneLeaderPerEpoch === true;
    if (epoch > before || (epoch === before && !oneProposal)) return;
    const first = this.holds(node, before, position, replica.held.id[there]!);
    const then = this.holds(node, epoch, position, id);
    const why = "it vouches for one proposal in an epoch, and for none of an older one";
    ledger.blame(
      "kept-word",
      { position, epoch },
      why,
      { ...first, says: `held what it ${first.says}` },
      then,
    );
  }

  private mayGiveUp(node: NodeId, epoch: number, position: number, index: number): void {
    const { ledger } = this;
    const { held, epoch: own } = ledger.replicas[node]!;
    const id = held.id[index]!;
    const fact = ledger.witness(node, `gave up ${ledger.text(id)} at position ${position}${inEpoch(epoch)}`);
    const place = { position, epoch };
    if (
      ledger.chosen.at(position) === id &&
      this.isChosenEntry(position, held.epoch[index]!) &&
      // A replica of an older epoch had no part in the choice, and its leader may have proposed something else.
      epoch >= ledger.chosen.tellingOf(position).epoch
    ) {
      ledger.blame("kept-word", place, "what is chosen is not given up", ledger.chooser(position), fact);
    } else if (
      ledger.inLog &&
      held.within[index] === own.said &&
      held.barrier[index]! <= ledger.machines.stored(node)
    ) {
      const why = "it had vouched for it in that epoch, whose leader does not change its log";
      ledger.blame("kept-word", place, why, fact);
    }
  }

  /** In a log the same command may stand at the same place as an entry of an older epoch, and that is another entry. */
  private isChosenEntry(position: number, epoch: number): boolean {
    return !this.ledger.inLog || epoch === this.ledger.chosen.tellingOf(position).entryEpoch;
  }

  private holds(node: NodeId, epoch: number, position: number, id: number): Witness {
    const { ledger } = this;
    return ledger.witness(node, `accepted ${ledger.text(id)} at position ${position}${inEpoch(epoch)}`);
  }
}

/** In which of its own epochs a replica accepts. What is found on a disk may have been accepted in any since. */
const withinOf = ({ restoring, epoch: own }: ReplicaRecord, epoch: number): number =>
  restoring === undefined ? own.said : epoch;

const at = (position: number): string => (position > 0 ? ` at position ${position}` : "");

/** For those who look for what a replica holds. `plain`: it is what stands in the frontier. */
export const holdsDurably = (
  { held, counts }: ReplicaRecord,
  position: number,
  id: number,
  plain: boolean,
  stored: number,
): boolean => {
  if (!counts) return false;
  if (held.settled >= position) return true;
  if (plain && held.isInRun(position)) return held.durableRun(stored) >= position;
  const index = held.find(position);
  return index >= 0 && held.id[index] === id && held.barrier[index]! <= stored;
};
