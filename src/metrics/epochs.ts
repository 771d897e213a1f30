/** Who led when, and how far the terms, rounds or views went: collected during a run, summed up over a window of it. */
import type { Fact, NodeId } from "#protocol";

export interface EpochSummary {
  readonly start: number; // the highest epoch of any node when the window began …
  readonly end: number; // … and when it ended
  readonly max: number; // the highest in between
  readonly growth: number; // from start to max
  readonly elections: number; // times a node began to lead
  readonly leaderChanges: number; // times another node than the last took over: see `outranks`
  readonly leaderlessNs: number; // time during which no live node led
  readonly nodes: readonly NodeGrowth[];
  readonly raisedBy: readonly Raises[]; // only nodes that did, the most frequent first
}

/** How far one node went, whatever the others did. */
export interface NodeGrowth {
  readonly node: NodeId;
  readonly start: number;
  readonly end: number;
  readonly growth: number; // from start to its highest
}

/** How often a node was the first of all to enter an epoch above every earlier one. */
export interface Raises {
  readonly node: NodeId;
  readonly times: number;
}

/** Columns of numbers that grow together: a run with a storm of elections has very many rows. */
class Rows {
  length = 0;
  private readonly width: number;
  private cells: Float64Array;

  constructor(width: number) {
    this.width = width;
    this.cells = new Float64Array(64 * width);
  }

  push(first: number, second: number, third: number, fourth = 0): void {
    let next = this.length * this.width;
    if (next === this.cells.length) {
      const grown = new Float64Array(2 * next);
      grown.set(this.cells);
      this.cells = grown;
    }
    this.cells[next++] = first;
    this.cells[next++] = second;
    this.cells[next++] = third;
    if (this.width === 4) this.cells[next] = fourth;
    this.length++;
  }

  at(row: number, column: number): number {
    return this.cells[row * this.width + column]!;
  }
}

export class EpochMeter {
  private readonly epochs = new Rows(3); // time in ns, node, epoch
  private readonly leaderships = new Rows(4); // time in ns, node, epoch, whether it began (1) or ceased (0) to lead
  private readonly epochOf: (number | undefined)[]; // by node: the last that is known …
  private readonly ledBy: (number | undefined)[]; // … and the epoch it leads now

  constructor(nodes: number) {
    this.epochOf = new Array<number | undefined>(nodes).fill(undefined);
    this.ledBy = new Array<number | undefined>(nodes).fill(undefined);
  }

  /** Facts of other kinds are passed over. */
  onFact(ns: number, node: NodeId, fact: Fact, epoch: number): void {
    if (fact === "epoch") this.enters(ns, node, epoch);
    else if (fact === "leads") this.leads(ns, node, epoch);
    else if (fact === "yields") this.yields(ns, node);
  }

  /** Whoever crashes leads no more. */
  onCrash(ns: number, node: NodeId): void {
    this.yields(ns, node);
  }

  /** Over the time from … to. What happened at `from` itself is taken as the state that the window began with. */
  summary(fromNs: number, toNs: number): EpochSummary {
    return { ...this.heights(fromNs, toNs), ...this.leadership(fromNs, toNs) };
  }

  /** [t_us, node, epoch] */
  epochSeries(): [number, number, number][] {
    return Array.from({ length: this.epochs.length }, (_, row) => [
      Math.floor(this.epochs.at(row, 0) / 1e3),
      this.epochs.at(row, 1),
      this.epochs.at(row, 2),
    ]);
  }

  /** [t_us, node, epoch, 1 | 0] */
  leaderSeries(): [number, number, number, 0 | 1][] {
    return Array.from({ length: this.leaderships.length }, (_, row) => [
      Math.floor(this.leaderships.at(row, 0) / 1e3),
      this.leaderships.at(row, 1),
      this.leaderships.at(row, 2),
      this.leaderships.at(row, 3) as 0 | 1,
    ]);
  }

  private enters(ns: number, node: NodeId, epoch: number): void {
    if (this.epochOf[node] === epoch) return;
    this.epochOf[node] = epoch;
    this.epochs.push(ns, node, epoch);
  }

  private leads(ns: number, node: NodeId, epoch: number): void {
    this.enters(ns, node, epoch);
    this.ledBy[node] = epoch;
    this.leaderships.push(ns, node, epoch, 1);
  }

  private yields(ns: number, node: NodeId): void {
    const epoch = this.ledBy[node];
    if (epoch === undefined) return;
    this.ledBy[node] = undefined;
    this.leaderships.push(ns, node, epoch, 0);
  }

  private heights(fromNs: number, toNs: number) {
    const current = this.epochOf.map(() => 0);
    const times = this.epochOf.map(() => 0);
    let row = 0;
    for (; row < this.epochs.length && this.epochs.at(row, 0) <= fromNs; row++) {
      current[this.epochs.at(row, 1)] = this.epochs.at(row, 2);
    }
    const starts = [...current];
    const highest = [...current];
    const start = Math.max(...current);
    let max = start;
    for (; row < this.epochs.length && this.epochs.at(row, 0) <= toNs; row++) {
      const node = this.epochs.at(row, 1);
      const epoch = this.epochs.at(row, 2);
      current[node] = epoch;
      highest[node] = Math.max(highest[node]!, epoch);
      if (epoch <= max) continue;
      max = epoch;
      times[node]!++;
    }
    const nodes = starts.map((from, node) => {
      return { node, start: from, end: current[node]!, growth: highest[node]! - from };
    });
    const raisedBy = times
      .map((count, node) => ({ node, times: count }))
      .filter(raises => raises.times > 0)
      .sort((left, right) => right.times - left.times);
    return { start, end: Math.max(...current), max, growth: max - start, nodes, raisedBy };
  }

  private leadership(fromNs: number, toNs: number) {
    const leading: boolean[] = [];
    let leaders = 0;
    let lastLeader: number | undefined;
    let highestLed = -1;
    let elections = 0;
    let leaderChanges = 0;
    let leaderlessNs = 0;
    let since = fromNs; // from here on, `leaders` nodes lead
    for (let row = 0; row < this.leaderships.length && this.leaderships.at(row, 0) <= toNs; row++) {
      const ns = this.leaderships.at(row, 0);
      const node = this.leaderships.at(row, 1);
      const epoch = this.leaderships.at(row, 2);
      const begins = this.leaderships.at(row, 3) === 1;
      if (ns > since) {
        if (leaders === 0) leaderlessNs += ns - since;
        since = ns;
      }
      if (begins !== (leading[node] ?? false)) leaders += begins ? 1 : -1;
      leading[node] = begins;
      if (!begins) continue;
      const newer = outranks(epoch, node, highestLed, lastLeader ?? -1);
      const changes = newer && lastLeader !== undefined && node !== lastLeader;
      if (ns > fromNs) {
        elections++;
        if (changes) leaderChanges++;
      }
      // A leader of an older epoch that is only now heard of does not replace the newer one.
      if (newer) {
        highestLed = epoch;
        lastLeader = node;
      }
    }
    if (leaders === 0 && toNs > since) leaderlessNs += toNs - since;
    return { elections, leaderChanges, leaderlessNs };
  }
}

/** A ballot is a round and a node (Paxos): of two that lead in one round, the higher node has outbid the other. */
const outranks = (epoch: number, node: NodeId, highest: number, leader: NodeId): boolean =>
  epoch > highest || (epoch === highest && node > leader);
