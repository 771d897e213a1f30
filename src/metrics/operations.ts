/**
 * What clients got, measured over a window of a run. An operation belongs to the window if it was called in it;
 * throughput counts what returned in it. The two differ at the edges only.
 */
import type { Request } from "#protocol";
import type { OperationSink, Outcome } from "../protocol/client.ts";
import { Histogram } from "./histogram.ts";
import { Windows } from "./windows.ts";

export interface OperationSummary {
  readonly submitted: number; // called in the window and ended since
  readonly ok: number;
  readonly failed: number;
  readonly unknown: number;
  readonly throughputPerSecond: number | undefined; // answers in the window; undefined where it has no length
  readonly concurrencyMean: number | undefined; // operations outstanding, averaged over the window
  readonly longestGapNs: number; // the longest time without an answer, the edges of the window included
}

export class OperationMeter implements OperationSink {
  /** Latencies of the answered operations that were called in the window. */
  readonly latency = new Histogram();
  /** All answers of the run, whether measured or not. */
  readonly windows = new Windows();
  private startNs = Number.POSITIVE_INFINITY;
  private endNs = Number.POSITIVE_INFINITY;
  private ok = 0;
  private failed = 0;
  private unknown = 0;
  private answers = 0; // in the window
  private outstandingNs = 0; // in the window, summed over operations
  private lastAnswerNs = 0;
  private gapNs = 0;

  /**
   * Sets the window; to be called before any operation ends in it. The end of a run that is bounded by operations is
   * not known yet, and given to `summary`.
   */
  open(startNs: number, endNs = Number.POSITIVE_INFINITY): void {
    this.startNs = startNs;
    this.endNs = endNs;
    this.lastAnswerNs = startNs;
  }

  /** Operations come in the order in which they end. */
  onOperation(_request: Request, callNs: number, returnNs: number, outcome: Outcome): void {
    if (outcome === "ok") this.answer(callNs, returnNs);
    const from = Math.max(callNs, this.startNs);
    const to = Math.min(returnNs, this.endNs);
    if (to > from) this.outstandingNs += to - from;
    if (callNs < this.startNs || callNs >= this.endNs) return;
    if (outcome === "ok") {
      this.ok++;
      this.latency.record(returnNs - callNs);
    } else if (outcome === "failed") {
      this.failed++;
    } else {
      this.unknown++;
    }
  }

  /** `endNs`: where a window of unknown end has ended; nothing may have happened since. */
  summary(endNs = this.endNs): OperationSummary {
    const lengthNs = endNs - this.startNs;
    const measurable = lengthNs > 0 && lengthNs !== Number.POSITIVE_INFINITY;
    return {
      submitted: this.ok + this.failed + this.unknown,
      ok: this.ok,
      failed: this.failed,
      unknown: this.unknown,
      throughputPerSecond: measurable ? (this.answers * 1e9) / lengthNs : undefined,
      concurrencyMean: measurable ? this.outstandingNs / lengthNs : undefined,
      longestGapNs: measurable ? Math.max(this.gapNs, endNs - this.lastAnswerNs) : this.gapNs,
    };
  }

  private answer(callNs: number, returnNs: number): void {
    this.windows.record(returnNs, returnNs - callNs);
    // An answer at the very start was asked for before it; one at the very end, where a drained run stops, counts.
    if (returnNs <= this.startNs || returnNs > this.endNs) return;
    this.answers++;
    if (returnNs - this.lastAnswerNs > this.gapNs) this.gapNs = returnNs - this.lastAnswerNs;
    this.lastAnswerNs = returnNs;
  }
}
