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
  // What is not durable yet: rows of one array, the first `writing` of them under way. It is never shortened, since
  // giving memory back at every sync would cost more than the sync.
  private readonly waiting: unknown[] = [];
  private waitingCount = 0;
  private writing = 0;
  private pendingBytes = 0;
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
    return !this.busy && this.waitingCount === 0;
  }

  append(record: unknown, bytes: number): void {
    if (this.instant) {
      if (this.keeps) this.records.push(record);
      return;
    }
    this.wait(record, bytes);
  }

  /** A record that replaces all earlier ones. */
  replace(record: unknown, bytes: number): void {
    if (this.instant) {
      if (this.keeps) this.records = [record];
      return;
    }
    this.wait(new Replacement(record), bytes);
  }

  /** Starts writing what waits, unless the disk is at work. Returns how long that takes, or 0 if nothing started. */
  startSync(): number {
    if (this.busy || this.waitingCount === 0) return 0;
    const { sync, byteNs } = this.model;
    const takes = Math.max(1, Math.ceil(drawDelay(sync, this.stream) + this.pendingBytes * byteNs));
    this.writing = this.waitingCount;
    this.pendingBytes = 0;
    this.busy = true;
    this.busyNs += takes;
    return takes;
  }

  finishSync(): void {
    const { waiting, writing } = this;
    for (let row = 0; row < writing; row++) {
      const record = waiting[row];
      if (record instanceof Replacement) this.records = [record.record];
      else this.records.push(record);
    }
    for (let row = writing; row < this.waitingCount; row++) waiting[row - writing] = waiting[row];
    this.waitingCount -= writing;
    this.durable += writing;
    this.busy = false;
  }

  /** The power is gone, and with it all that was not synced. */
  crash(): void {
    this.waitingCount = 0;
    this.pendingBytes = 0;
    this.busy = false;
    this.durable = this.issued;
    if (!this.keeps) this.records = [];
  }

  contents(): readonly unknown[] {
    return this.records.slice();
  }

  private wait(record: unknown, bytes: number): void {
    this.waiting[this.waitingCount++] = record;
    this.pendingBytes += bytes;
    this.issued++;
  }
}

class Replacement {
  readonly record: unknown;
  constructor(record: unknown) {
    this.record = record;
  }
}
