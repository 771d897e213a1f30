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

/** Whoever relies on what stands in the frontier is told of its end. Not by closures: see `harness/heap.ts`. */
export interface Relying {
  /** Before what stands at a position is replaced: those who rely on it take a copy. */
  beforeChange(position: number): void;
  /** Before anything up to a position is forgotten, and then nobody may rely on that any more. */
  beforeForgetting(position: number): void;
}

const nobody: Relying = { beforeChange() {}, beforeForgetting() {} };

/** Of a position; what is told of it lies side by side. */
const COLUMNS = 8;
const [POSITION, EPOCH, PREVIOUS, DECIDED, BY] = [0, 1, 2, 3, 4];

export class Frontier {
  readonly mask = MASK;
  private readonly rows = new Int32Array(COLUMNS * REMEMBERED);
  private readonly id = new Float64Array(REMEMBERED);
  private readonly ns = new Float64Array(REMEMBERED);
  private readonly subjects: unknown[] = new Array(REMEMBERED).fill(undefined); // the very object
  private readonly lists: unknown[] = new Array(REMEMBERED).fill(undefined); // in a log: the very list that begins here
  relying: Relying = nobody;
  fadesTo = 0; // positions up to here
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
      const there = this.positionAt(slot);
      if (there < position) {
        const id = request === undefined ? NO_OP : identities.ofRequest(request);
        this.put(slot, position, term, previous, id, by, ns, request);
      } else if (there > position || !this.isSame(slot, term, previous, request, identities)) {
        return index;
      }
      previous = term;
    }
    const slot = from & MASK;
    if (this.lists[slot] === undefined) this.lists[slot] = entries;
    return entries.length;
  }

  /** Whether the very list begins there, behind an entry of that epoch. */
  begins(position: number, entries: readonly LogEntry[], before: number): boolean {
    const slot = position & MASK;
    return this.lists[slot] === entries && this.rows[slot * COLUMNS + PREVIOUS] === before;
  }

  private isSame(
    slot: number,
    epoch: number,
    previous: number,
    request: LogEntry["request"],
    identities: Identities,
  ): boolean {
    const row = slot * COLUMNS;
    if (this.rows[row + EPOCH] !== epoch || this.rows[row + PREVIOUS] !== previous) return false;
    if (request !== undefined && this.subjects[slot] === request) return true;
    return this.id[slot] === (request === undefined ? NO_OP : identities.ofRequest(request));
  }

  positionAt(slot: number): number {
    return this.rows[slot * COLUMNS + POSITION]!;
  }

  epochAt(slot: number): number {
    return this.rows[slot * COLUMNS + EPOCH]!;
  }

  previousAt(slot: number): number {
    return this.rows[slot * COLUMNS + PREVIOUS]!;
  }

  idAt(slot: number): number {
    return this.id[slot]!;
  }

  subjectAt(slot: number): unknown {
    return this.subjects[slot];
  }

  /** The position, if it has been chosen; 0 otherwise. */
  decidedAt(slot: number): number {
    return this.rows[slot * COLUMNS + DECIDED]!;
  }

  decide(position: number): void {
    this.rows[(position & MASK) * COLUMNS + DECIDED] = position;
  }

  /** Whether it is the first at its position; then it is written down. */
  isNew(position: number, epoch: number, subject: unknown, proposal: Proposal): boolean {
    const slot = position & MASK;
    if (this.positionAt(slot) >= position) return false;
    this.write(slot, position, epoch, subject, proposal);
    return true;
  }

  /** Where it is not: returns an earlier one of that epoch that cannot be beside this one. */
  conflicting(position: number, epoch: number, subject: unknown, told: Proposal): Proposal | undefined {
    const slot = position & MASK;
    if (this.positionAt(slot) !== position) return undefined; // forgotten
    if (this.epochAt(slot) === epoch) return conflict(this.read(slot), told);
    const name = `${position} ${epoch}`;
    const known = this.others.get(name);
    if (known !== undefined) return conflict(known, told);
    if (epoch < this.epochAt(slot)) {
      this.others.set(name, told);
    } else {
      this.relying.beforeChange(position);
      this.lists.fill(undefined); // those that went on behind this position no longer stand here
      this.others.set(`${position} ${this.epochAt(slot)}`, this.read(slot));
      this.write(slot, position, epoch, subject, told);
    }
    return undefined;
  }

  choose(position: number, id: number, subject: unknown): void {
    const slot = position & MASK;
    if (this.positionAt(slot) !== position || this.idAt(slot) !== id) return;
    this.decide(position);
    if (subject !== undefined && this.subjects[slot] !== subject) this.subjects[slot] = subject;
  }

  /** Whether it is the very object that stands there, or a list of the very same. */
  stands(position: number, subject: unknown): boolean {
    const slot = position & MASK;
    if (subject === undefined || this.positionAt(slot) !== position) return false;
    const standing = this.subjects[slot];
    return standing === subject || (Array.isArray(subject) && isSameList(standing, subject));
  }

  /** Whether it stands there and has been chosen. */
  isDecided(position: number, subject: unknown): boolean {
    return this.decidedAt(position & MASK) === position && this.stands(position, subject);
  }

  /** What has been chosen there, where that is a list. */
  decidedList(position: number): readonly unknown[] | undefined {
    const slot = position & MASK;
    const standing = this.subjects[slot];
    return this.decidedAt(slot) === position && Array.isArray(standing) ? standing : undefined;
  }

  private read(slot: number): Proposal {
    const { rows } = this;
    const row = slot * COLUMNS;
    const [id, ns] = [this.id[slot]!, this.ns[slot]!];
    return { id, previous: rows[row + PREVIOUS]!, by: rows[row + BY]!, ns };
  }

  private write(slot: number, position: number, epoch: number, subject: unknown, told: Proposal): void {
    this.put(slot, position, epoch, told.previous, told.id, told.by, told.ns, subject);
  }

  private put(
    slot: number,
    position: number,
    epoch: number,
    previous: number,
    id: number,
    by: NodeId,
    ns: number,
    subject: unknown,
  ): void {
    const { rows } = this;
    const row = slot * COLUMNS;
    const replaced = rows[row + POSITION]!;
    if (replaced > this.fadesTo && replaced !== position) this.fade(replaced);
    rows[row + POSITION] = position;
    rows[row + EPOCH] = epoch;
    rows[row + PREVIOUS] = previous;
    rows[row + DECIDED] = 0;
    rows[row + BY] = by;
    this.id[slot] = id;
    this.ns[slot] = ns;
    this.subjects[slot] = subject;
    this.lists[slot] = undefined;
  }

  private fade(position: number): void {
    this.fadesTo = position + TOLD_AHEAD;
    this.relying.beforeForgetting(this.fadesTo);
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
