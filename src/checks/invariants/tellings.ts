/**
 * Who first said what was chosen: of positions in a row, from one on to the next that differs. In columns, for with few
 * clients every position differs from the one before.
 */
import type { NodeId } from "#protocol";

const AT_FIRST = 256;

export type How = "committed" | "executed";

export interface Telling {
  readonly node: NodeId;
  readonly ns: number;
  readonly epoch: number; // chosen in this epoch, or before
  readonly entryEpoch: number; // of a log's entry: the one it was made in; -1: not known
  readonly how: How;
}

export class Tellings {
  private count = 0;
  private start = new Int32Array(AT_FIRST);
  private node = new Int32Array(AT_FIRST);
  private epoch = new Int32Array(AT_FIRST);
  private entryEpoch = new Int32Array(AT_FIRST);
  private committed = new Uint8Array(AT_FIRST);
  private ns = new Float64Array(AT_FIRST);

  tell(position: number, node: NodeId, ns: number, epoch: number, entryEpoch: number, how: How): void {
    const committed = how === "committed" ? 1 : 0;
    if (this.isAsBefore(node, ns, epoch, entryEpoch, committed)) return;
    const row = this.count++;
    if (row === this.start.length) this.grow(2 * row);
    this.start[row] = position;
    this.node[row] = node;
    this.ns[row] = ns;
    this.epoch[row] = epoch;
    this.entryEpoch[row] = entryEpoch;
    this.committed[row] = committed;
  }

  at(position: number): Telling {
    let [from, to] = [0, this.count - 1];
    while (from < to) {
      const middle = (from + to + 1) >> 1;
      if (this.start[middle]! <= position) from = middle;
      else to = middle - 1;
    }
    const [node, epoch, entryEpoch] = [this.node[from]!, this.epoch[from]!, this.entryEpoch[from]!];
    return {
      node,
      ns: this.ns[from]!,
      epoch,
      entryEpoch,
      how: this.committed[from] ? "committed" : "executed",
    };
  }

  private isAsBefore(
    node: NodeId,
    ns: number,
    epoch: number,
    entryEpoch: number,
    committed: number,
  ): boolean {
    const row = this.count - 1;
    return (
      row >= 0 &&
      this.ns[row] === ns &&
      this.node[row] === node &&
      this.epoch[row] === epoch &&
      this.entryEpoch[row] === entryEpoch &&
      this.committed[row] === committed
    );
  }

  private grow(rows: number): void {
    this.start = wider(this.start, new Int32Array(rows));
    this.node = wider(this.node, new Int32Array(rows));
    this.epoch = wider(this.epoch, new Int32Array(rows));
    this.entryEpoch = wider(this.entryEpoch, new Int32Array(rows));
    this.committed = wider(this.committed, new Uint8Array(rows));
    this.ns = wider(this.ns, new Float64Array(rows));
  }
}

function wider<Column extends Int32Array | Uint8Array | Float64Array>(old: Column, wide: Column): Column {
  wide.set(old as never);
  return wide;
}
