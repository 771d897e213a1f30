/**
 * A node's disk. Records that wait together are written by one sync (group commit), and what was not synced when the
 * node crashes is lost. With durability "memory", or with a disk that takes no time, nothing ever waits.
 */
import { DelaySource } from "./delay.ts";
import type { Delay } from "./models.ts";
import { RandomStream } from "./random.ts";

export interface DiskModel {
  readonly sync: Delay;
  readonly byteNs: number;
}

export class Disk {
  issued = 0; // records that had to be waited for so far; with `durable`, the barrier that outputs wait at
  durable = 0; // of these, so many are safe
  handed = 0; // all records so far, those that nobody had to wait for included
  busyNs = 0; // time spent writing
  syncNs = 0; // how long the latest sync takes
  slowness = 1; // a sync takes so many times as long
  /** What keeps syncs from ending: a stall, for the time being, or an error, for good. */
  obstacle: "stall" | "error" | undefined;
  overdue = false; // a sync would have ended, but for the stall
  lost = 0; // records that crashes took

  // Everything handed over and not replaced since. The first `safe` records are durable, the next `writing` under way.
  private records: unknown[] = [];
  private safe = 0;
  private writing = 0;
  private replacesAt = -1; // a record, not durable yet, that will replace all before it
  private pendingBytes = 0;
  private busy = false;
  private readonly keeps: boolean; // false: what a node stores dies with it
  private instant: boolean; // no longer, once there has been an obstacle: who waits is served in order
  private readonly model: DiskModel;
  private readonly syncs: DelaySource;

  constructor(model: DiskModel, durability: "sync" | "memory", seed: number, node: number) {
    this.keeps = durability === "sync";
    const { sync, byteNs } = model;
    this.instant = !this.keeps || (sync.distribution === "constant" && sync.meanNs === 0 && byteNs === 0);
    this.model = model;
    this.syncs = new DelaySource(sync, new RandomStream(seed, `disk n${node}`));
  }

  /** Of the records handed over, so many are durable; without durability all count. A crash loses the others. */
  get stored(): number {
    return this.handed - (this.issued - this.durable);
  }

  get idle(): boolean {
    return !this.busy && this.issued === this.durable;
  }

  append(record: unknown, bytes: number): void {
    this.handed++;
    if (!this.keeps) return;
    const { records } = this;
    records[records.length] = record; // the compiler calls `push` here instead of writing it out: 2 % of an event
    if (this.instant) this.safe++;
    else this.wait(bytes);
  }

  /** A record that replaces all earlier ones. */
  replace(record: unknown, bytes: number): void {
    this.handed++;
    if (!this.keeps) return;
    this.replacesAt = this.records.length;
    this.records.push(record);
    if (this.instant) this.secure(1);
    else this.wait(bytes);
  }

  /** Starts writing what waits, unless the disk is at work. Returns whether it did; `syncNs` says for how long. */
  startSync(): boolean {
    if (this.busy || this.issued === this.durable) return false;
    const takes = Math.max(
      1,
      Math.ceil((this.syncs.next() + this.pendingBytes * this.model.byteNs) * this.slowness),
    );
    this.writing = this.issued - this.durable;
    this.pendingBytes = 0;
    this.busy = true;
    this.busyNs += takes;
    this.syncNs = takes;
    return true;
  }

  finishSync(): void {
    this.secure(this.writing);
    this.durable += this.writing;
    this.busy = false;
  }

  /** From now on, and until it is taken away, no sync ends. Without durability there are none. */
  obstruct(obstacle: "stall" | "error" | undefined): void {
    this.obstacle = obstacle;
    if (this.keeps) this.instant = false;
  }

  /**
   * The power is gone, and with it all that was not synced. Of a batch under way, this share (below 1) had been written
   * out in order; the record at the tear fails its checksum, and those before it are found.
   */
  crash(written = 0): void {
    if (this.busy) this.secure(Math.floor(written * this.writing));
    this.overdue = false;
    this.lost += this.records.length - this.safe;
    this.records.length = this.safe;
    this.replacesAt = -1;
    this.pendingBytes = 0;
    this.busy = false;
    this.durable = this.issued;
  }

  /** The disk is replaced by an empty one. */
  wipe(): void {
    this.records = [];
    this.safe = 0;
  }

  contents(): readonly unknown[] {
    return this.records.slice(0, this.safe);
  }

  private wait(bytes: number): void {
    if (!(bytes >= 0 && bytes < Infinity))
      throw new Error(`recordBytes gives the bytes of a record as ${bytes}`);
    this.pendingBytes += bytes;
    this.issued++;
  }

  private secure(count: number): void {
    this.safe += count;
    if (this.replacesAt < 0 || this.replacesAt >= this.safe) return;
    this.records.splice(0, this.replacesAt);
    this.safe -= this.replacesAt;
    this.replacesAt = -1;
  }
}
