/**
 * A node's disk. Records that wait together are written by one sync (group commit), and what was not synced when the
 * node crashes is lost. With durability "memory", or with a disk that takes no time, nothing ever waits.
 */
import { drawDelay } from "./delay.ts";
import type { Delay } from "./models.ts";
import { RandomStream } from "./random.ts";

export interface DiskModel {
  readonly sync: Delay;
  readonly byteNs: number;
}

export class Disk {
  issued = 0; // records handed over so far; with `durable`, the barrier that outputs wait at
  durable = 0; // of these, so many are safe
  busyNs = 0; // time spent writing

  private records: unknown[] = []; // what a restart would find
  private pending: unknown[] = [];
  private pendingBytes = 0;
  private writing: unknown[] = [];
  private writingUpTo = 0;
  private busy = false;
  private readonly keeps: boolean; // false: what a node stores dies with it
  private readonly instant: boolean;
  private readonly model: DiskModel;
  private readonly stream: RandomStream;

  constructor(model: DiskModel, durability: "sync" | "memory", seed: number, node: number) {
    this.keeps = durability === "sync";
    const { sync, byteNs } = model;
    this.instant = !this.keeps || (sync.distribution === "constant" && sync.meanNs === 0 && byteNs === 0);
    this.model = model;
    this.stream = new RandomStream(seed, `disk n${node}`);
  }

  get idle(): boolean {
    return !this.busy && this.pending.length === 0;
  }

  append(record: unknown, bytes: number): void {
    if (this.instant) {
      if (this.keeps) this.records.push(record);
      return;
    }
    this.pending.push(record);
    this.pendingBytes += bytes;
    this.issued++;
  }

  /** A record that replaces all earlier ones. */
  replace(record: unknown, bytes: number): void {
    if (this.instant) {
      if (this.keeps) this.records = [record];
      return;
    }
    this.pending.push(new Replacement(record));
    this.pendingBytes += bytes;
    this.issued++;
  }

  /** Starts writing what waits, unless the disk is at work. Returns how long that takes, or 0 if nothing started. */
  startSync(): number {
    if (this.busy || this.pending.length === 0) return 0;
    const takes = Math.max(
      1,
      Math.ceil(drawDelay(this.model.sync, this.stream) + this.pendingBytes * this.model.byteNs),
    );
    const empty = this.writing;
    this.writing = this.pending;
    this.pending = empty;
    this.pendingBytes = 0;
    this.writingUpTo = this.issued;
    this.busy = true;
    this.busyNs += takes;
    return takes;
  }

  finishSync(): void {
    for (const record of this.writing) {
      if (record instanceof Replacement) this.records = [record.record];
      else this.records.push(record);
    }
    this.writing.length = 0;
    this.busy = false;
    this.durable = this.writingUpTo;
  }

  /** The power is gone, and with it all that was not synced. */
  crash(): void {
    this.pending.length = 0;
    this.writing.length = 0;
    this.pendingBytes = 0;
    this.busy = false;
    this.durable = this.issued;
    if (!this.keeps) this.records = [];
  }

  contents(): readonly unknown[] {
    return this.records.slice();
  }
}

class Replacement {
  readonly record: unknown;
  constructor(record: unknown) {
    this.record = record;
  }
}
