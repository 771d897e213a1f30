/** Hands runs out: a long one by itself, short ones several at a time, since each task costs about a millisecond. */
import type { RunSpec } from "./spec.ts";

const SHORT_MS = 20;
const TASK_MS = 40; // together, by their estimates
const MOST_RUNS = 64;

export class Batches {
  private readonly specs: readonly RunSpec[];
  private readonly wallMs: (spec: RunSpec) => number;
  private readonly lanes: number;
  private next = 0;

  constructor(specs: readonly RunSpec[], lanes: number, wallMs: (spec: RunSpec) => number) {
    this.specs = specs;
    this.lanes = lanes;
    this.wallMs = wallMs;
  }

  /** In the order given; empty once all are handed out. Towards the end fewer, so that the lanes end together. */
  take(): readonly RunSpec[] {
    const start = this.next;
    const most = Math.min(MOST_RUNS, Math.ceil((this.specs.length - start) / (4 * this.lanes)));
    let sum = 0;
    while (this.next < this.specs.length) {
      const wallMs = this.wallMs(this.specs[this.next]!);
      const fits = wallMs < SHORT_MS && sum + wallMs <= TASK_MS && this.next - start < most;
      if (this.next > start && !fits) break;
      sum += wallMs;
      this.next++;
      if (wallMs >= SHORT_MS) break;
    }
    return this.specs.slice(start, this.next);
  }
}
