/**
 * What is new at the latest positions, for the sake of speed: the first proposal that was seen at each, with the very
 * object that was proposed. Whoever holds, commits or executes the same object there needs no further look.
 *
 * Where an epoch has one leader this is also the record of what it proposed: one proposal for a position and, in a log,
 * one predecessor. By induction two logs that share an entry are equal up to it (Raft §5.3).
 */
import type { LogEntry, NodeId } from "#protocol";
import { type Identities, NO_OP } from "./identity.ts";

const REMEMBERED = 1024; // positions; of older ones what was chosen is remembered elsewhere
const MASK = REMEMBERED - 1;
/** Whoever relies on positions that are to be forgotten is told of so many at once. */
const TOLD_AHEAD = 64;
export const UNKNOWN = -1;

export interface Proposal {
  readonly id: number;
  readonly previous: number; // the epoch of the entry before it; -1: not known
  readonly by: NodeId;
  readonly ns: number;
}

export class Frontier {
  readonly mask = MASK;
  readonly position = new Int32Array(REMEMBERED);
  readonly epoch = new Int32Array(REMEMBERED);
  readonly previous = new Int32Array(REMEMBERED);
  readonly id = new Float64Array(REMEMBERED);
  readonly chosen = new Uint8Array(REMEMBERED); // whether just this has been chosen there
  readonly subject: unknown[] = new Array(REMEMBERED).fill(undefined); // the very object
  readonly list: unknown[] = new Array(REMEMBERED).fill(undefined); // in a log: the very list that begins here
  /** Called before what stands at a position is replaced: those who rely on it take a copy. */
  beforeChange: (position: number) => void = () => {};
  /** Called before anything up to a position is forgotten, and then nobody may rely on that any more. */
  beforeForgetting: (position: number) => void = () => {};
  fadesTo = 0; // positions up to here
  private readonly by = new Int16Array(REMEMBERED);
  private readonly ns = new Float64Array(REMEMBERED);
  /** Those of other epochs than the latest seen at their position: logs that went apart. */
  private readonly others = new Map<string, Proposal>();

  /**
   * Of a log's entries, behind one of epoch `before`: those that nobody has told of yet are written down. Returns how
   * many, from the first on, are as they stand here.
   */
  follow(
    ns: number,
    by: NodeId,
    from: number,
    entries: readonly LogEntry[],
    before: number,
    identities: Identities,
  ): number {
    let previous = before;
    for (let index = 0; index < entries.length; index++) {
      const { term, request } = entries[index]!;
      const position = from + index;
      const slot = position & MASK;
      const id = request === undefined ? NO_OP : identities.ofRequest(request);
      if (this.position[slot] === position) {
        if (this.epoch[slot] !== term || this.id[slot] !== id || this.previous[slot] !== previous)
          return index;
      } else if (this.position[slot]! < position) {
        this.put(slot, position, term, previous, id, by, ns);
        this.subject[slot] = request;
      } else {
        return index;
      }
      previous = term;
    }
    const slot = from & MASK;
    if (this.list[slot] === undefined) this.list[slot] = entries;
    return entries.length;
  }

  /** Whether it is the first at its position; then it is written down. */
  isNew(position: number, epoch: number, subject: unknown, proposal: Proposal): boolean {
    const slot = position & MASK;
    if (this.position[slot]! >= position) return false;
    this.write(slot, position, epoch, subject, proposal);
    return true;
  }

  /** Where it is not: returns an earlier one of that epoch that cannot be beside this one. */
  conflicting(position: number, epoch: number, subject: unknown, told: Proposal): Proposal | undefined {
    const slot = position & MASK;
    if (this.position[slot] !== position) return undefined; // forgotten
    if (this.epoch[slot] === epoch) return conflict(this.read(slot), told);
    const name = `${position} ${epoch}`;
    const known = this.others.get(name);
    if (known !== undefined) return conflict(known, told);
    if (epoch < this.epoch[slot]!) {
      this.others.set(name, told);
    } else {
      this.beforeChange(position);
      this.list.fill(undefined); // those that went on behind this position no longer stand here
      this.others.set(`${position} ${this.epoch[slot]}`, this.read(slot));
      this.write(slot, position, epoch, subject, told);
    }
    return undefined;
  }

  choose(position: number, id: number, subject: unknown): void {
    const slot = position & MASK;
    if (this.position[slot] !== position || this.id[slot] !== id) return;
    this.chosen[slot] = 1;
    if (subject !== undefined && this.subject[slot] !== subject) this.subject[slot] = subject;
  }

  /** Whether it is the very object that stands there, or a list of the very same. */
  stands(position: number, subject: unknown): boolean {
    const slot = position & MASK;
    if (subject === undefined || this.position[slot] !== position) return false;
    const standing = this.subject[slot];
    return standing === subject || (Array.isArray(subject) && isSameList(standing, subject));
  }

  /** Whether it stands there and has been chosen. */
  isDecided(position: number, subject: unknown): boolean {
    return this.chosen[position & MASK] === 1 && this.stands(position, subject);
  }

  /** What has been chosen there, where that is a list. */
  decidedList(position: number): readonly unknown[] | undefined {
    const slot = position & MASK;
    const standing = this.subject[slot];
    const isDecided = this.chosen[slot] === 1 && this.position[slot] === position;
    return isDecided && Array.isArray(standing) ? standing : undefined;
  }

  private read(slot: number): Proposal {
    const [id, previous, by, ns] = [this.id[slot]!, this.previous[slot]!, this.by[slot]!, this.ns[slot]!];
    return { id, previous, by, ns };
  }

  private write(slot: number, position: number, epoch: number, subject: unknown, told: Proposal): void {
    this.put(slot, position, epoch, told.previous, told.id, told.by, told.ns);
    this.subject[slot] = subject;
  }

  private put(
    slot: number,
    position: number,
    epoch: number,
    previous: number,
    id: number,
    by: NodeId,
    ns: number,
  ): void {
    const replaced = this.position[slot]!;
    if (replaced > this.fadesTo && replaced !== position) this.fade(replaced);
    this.position[slot] = position;
    this.epoch[slot] = epoch;
    this.previous[slot] = previous;
    this.id[slot] = id;
    this.chosen[slot] = 0;
    this.subject[slot] = undefined;
    this.list[slot] = undefined;
    this.by[slot] = by;
    this.ns[slot] = ns;
  }

  private fade(position: number): void {
    this.fadesTo = position + TOLD_AHEAD;
    this.beforeForgetting(this.fadesTo);
  }
}

function isSameList(one: unknown, other: readonly unknown[]): boolean {
  if (!Array.isArray(one) || one.length !== other.length) return false;
  for (let index = 0; index < other.length; index++) if (one[index] !== other[index]) return false;
  return true;
}

function conflict(known: Proposal, told: Proposal): Proposal | undefined {
  const samePredecessor =
    known.previous === told.previous || known.previous === UNKNOWN || told.previous === UNKNOWN;
  return known.id === told.id && samePredecessor ? undefined : known;
}
