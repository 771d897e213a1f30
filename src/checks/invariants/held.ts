/**
 * What one replica holds beyond what is settled: positions that it has accepted and that may still change. A ring,
 * since these are few and near each other; it grows where they are not.
 *
 * A log mostly grows by runs of entries that stand in the frontier as well. Such a run is noted as one, and its entries
 * are written out only if somebody asks for one of them; mostly they are settled first.
 */
import type { Frontier } from "./frontier.ts";

const AT_FIRST = 256;
const MOST_RUNS = 64;
const LAST_RUN = MOST_RUNS - 1;
const UNKNOWN = -1;

/** Of a run. */
const COLUMNS = 4;
const [TO, WITHIN, BARRIER] = [0, 1, 2];

export class Held {
  last = 0; // the highest position held …
  lastEpoch = 0; // … and the epoch of what is held there; -1: not known
  settled = 0; // up to here it holds, or has executed, what was chosen: the ring need not remember it
  position = new Int32Array(AT_FIRST); // 0: nothing is held here
  epoch = new Int32Array(AT_FIRST); // of the proposal
  within = new Int32Array(AT_FIRST); // the replica's own epoch when it accepted
  id = new Float64Array(AT_FIRST);
  barrier = new Float64Array(AT_FIRST); // durable once so many records are

  // Runs that are not written out: they reach from `runsFrom` to `last`, and each to its `TO`. A ring as well.
  private runs = 0;
  private firstRun = 0;
  private runsFrom = 1;
  private readonly rows = new Int32Array(COLUMNS * MOST_RUNS);
  // The last that was forgotten, for it was settled.
  private forgottenTo = 0;
  private forgottenBarrier = 0;
  private readonly frontier: Frontier;

  constructor(frontier: Frontier) {
    this.frontier = frontier;
  }

  /** Where the position's columns are, or -1 if nothing is known to be held there. */
  find(position: number): number {
    if (this.runs > 0) this.writeOut();
    const index = position & (this.position.length - 1);
    return this.position[index] === position ? index : -1;
  }

  /** Behind what it holds: as many positions as the frontier has from there on. */
  append(count: number, within: number, barrier: number): void {
    this.forgetSettled();
    if (this.runs === MOST_RUNS) this.writeOut();
    if (this.runs === 0) this.runsFrom = this.last + 1;
    this.last += count;
    this.lastEpoch = this.frontier.epochAt(this.last & this.frontier.mask);
    const row = ((this.firstRun + this.runs++) & LAST_RUN) * COLUMNS;
    this.rows[row + TO] = this.last;
    this.rows[row + WITHIN] = within;
    this.rows[row + BARRIER] = barrier;
  }

  isInRun(position: number): boolean {
    return this.runs > 0 && position >= this.runsFrom && position <= this.last;
  }

  /** Up to here it holds, durably, what was chosen or stands in the frontier. */
  durableReach(stored: number): number {
    return this.runs > 0 && this.runsFrom <= this.settled + 1
      ? Math.max(this.settled, this.durableRun(stored))
      : this.settled;
  }

  /** Where the latest run that is durable ends. */
  durableRun(stored: number): number {
    const { rows, firstRun } = this;
    for (let back = this.runs - 1; back >= 0; back--) {
      const row = ((firstRun + back) & LAST_RUN) * COLUMNS;
      if (rows[row + BARRIER]! <= stored) return rows[row + TO]!;
    }
    return 0;
  }

  put(position: number, epoch: number, within: number, id: number, barrier: number): void {
    if (this.runs > 0) this.writeOut();
    this.write(position, epoch, within, id, barrier);
    if (position < this.last) return;
    this.last = position;
    this.lastEpoch = epoch;
  }

  drop(position: number): void {
    const index = this.find(position);
    if (index >= 0) this.position[index] = 0;
  }

  /** Everything from the position on has been dropped. */
  endBefore(position: number): void {
    if (position > this.last) return;
    this.last = position - 1;
    const index = this.find(this.last);
    this.lastEpoch = this.last === 0 ? 0 : index < 0 ? UNKNOWN : this.epoch[index]!;
    if (this.settled >= position) this.settled = position - 1;
  }

  /** A snapshot holds all up to the position. */
  settle(position: number): void {
    if (position > this.settled) this.settled = position;
    this.drop(position); // what was installed need not be the entry that was held there
    if (position < this.last) return;
    this.last = position;
    this.lastEpoch = UNKNOWN;
  }

  /** What the disk had not got is gone. Returns up to where what was settled is known to have been on the disk. */
  dropVolatile(stored: number): number {
    this.writeOut();
    for (let index = 0; index < this.position.length; index++) {
      if (this.barrier[index]! > stored) this.position[index] = 0;
    }
    return this.forgottenBarrier <= stored ? this.forgottenTo : 0;
  }

  /** What stands in the frontier up to this position is about to change. */
  makeIndependentUpTo(position: number): void {
    if (this.runs > 0 && this.runsFrom <= position) this.writeOut();
  }

  private forgetSettled(): void {
    while (this.runs > 0 && this.rows[this.firstRun * COLUMNS + TO]! <= this.settled) {
      this.forgottenTo = this.rows[this.firstRun * COLUMNS + TO]!;
      this.forgottenBarrier = this.rows[this.firstRun * COLUMNS + BARRIER]!;
      this.runsFrom = this.forgottenTo + 1;
      this.firstRun = (this.firstRun + 1) & LAST_RUN;
      this.runs--;
    }
  }

  private writeOut(): void {
    const { frontier, rows } = this;
    let position = this.runsFrom;
    for (; this.runs > 0; this.runs--) {
      const row = this.firstRun * COLUMNS;
      for (; position <= rows[row + TO]!; position++) {
        const slot = position & frontier.mask;
        const epoch = frontier.epochAt(slot);
        this.write(position, epoch, rows[row + WITHIN]!, frontier.idAt(slot), rows[row + BARRIER]!);
      }
      this.firstRun = (this.firstRun + 1) & LAST_RUN;
    }
    this.runsFrom = position;
  }

  private write(position: number, epoch: number, within: number, id: number, barrier: number): void {
    if (position <= this.settled && !this.isFree(position)) return;
    while (!this.isFree(position)) this.grow();
    const index = position & (this.position.length - 1);
    this.position[index] = position;
    this.epoch[index] = epoch;
    this.within[index] = within;
    this.id[index] = id;
    this.barrier[index] = barrier;
  }

  /** What is settled gives way to what is newer. */
  private isFree(position: number): boolean {
    const there = this.position[position & (this.position.length - 1)]!;
    return there === 0 || there === position || (there < position && there <= this.settled);
  }

  private grow(): void {
    const { position, epoch, within, id, barrier } = this;
    const length = 2 * position.length;
    this.position = new Int32Array(length);
    this.epoch = new Int32Array(length);
    this.within = new Int32Array(length);
    this.id = new Float64Array(length);
    this.barrier = new Float64Array(length);
    for (let index = 0; index < position.length; index++) {
      if (position[index] === 0) continue;
      const to = position[index]! & (length - 1);
      this.position[to] = position[index]!;
      this.epoch[to] = epoch[index]!;
      this.within[to] = within[index]!;
      this.id[to] = id[index]!;
      this.barrier[to] = barrier[index]!;
    }
  }
}
