/**
 * Answered operations over time, in equal windows. There are never more than 500: where a run turns out longer, pairs
 * of windows are merged and the width doubles, so that its length need not be known beforehand.
 */
const MOST_WINDOWS = 500;
const FIRST_WIDTH_NS = 10e6;

/** The form of a line of the time series. */
export interface WindowSeries {
  readonly width_us: number;
  readonly start_us: number;
  readonly ok: number[];
  readonly latency_mean_us: (number | null)[];
  readonly latency_max_us: (number | null)[];
}

export class Windows {
  private readonly startNs: number;
  private widthNs: number;
  private used = 0; // windows up to the last that has begun
  private readonly ok = new Float64Array(MOST_WINDOWS);
  private readonly sums = new Float64Array(MOST_WINDOWS);
  private readonly maxima = new Float64Array(MOST_WINDOWS);

  constructor(startNs = 0, widthNs = FIRST_WIDTH_NS) {
    this.startNs = startNs;
    this.widthNs = widthNs;
  }

  /** An operation was answered. What was answered before the start is left out. */
  record(returnNs: number, latencyNs: number): void {
    if (returnNs < this.startNs) return;
    const window = this.windowOf(returnNs);
    this.ok[window]!++;
    this.sums[window]! += latencyNs;
    if (latencyNs > this.maxima[window]!) this.maxima[window] = latencyNs;
  }

  /** Time has come so far, answers or not: an outage at the end of a run must show as empty windows. */
  extendTo(endNs: number): void {
    if (endNs > this.startNs) this.windowOf(endNs - 1);
  }

  toSeries(): WindowSeries {
    const ok = Array.from(this.ok.subarray(0, this.used));
    const answered = (window: number, ns: number) => (ok[window] === 0 ? null : Math.round(ns) / 1e3);
    return {
      width_us: this.widthNs / 1e3,
      start_us: Math.floor(this.startNs / 1e3),
      ok,
      latency_mean_us: ok.map((count, window) => answered(window, this.sums[window]! / count)),
      latency_max_us: ok.map((_, window) => answered(window, this.maxima[window]!)),
    };
  }

  private windowOf(ns: number): number {
    let window = Math.floor((ns - this.startNs) / this.widthNs);
    while (window >= MOST_WINDOWS) {
      this.halve();
      window = Math.floor((ns - this.startNs) / this.widthNs);
    }
    if (window >= this.used) this.used = window + 1;
    return window;
  }

  private halve(): void {
    for (let window = 0; window < MOST_WINDOWS / 2; window++) {
      const left = 2 * window;
      this.ok[window] = this.ok[left]! + this.ok[left + 1]!;
      this.sums[window] = this.sums[left]! + this.sums[left + 1]!;
      this.maxima[window] = Math.max(this.maxima[left]!, this.maxima[left + 1]!);
    }
    for (const array of [this.ok, this.sums, this.maxima]) array.fill(0, MOST_WINDOWS / 2);
    this.used = Math.ceil(this.used / 2);
    this.widthNs *= 2;
  }
}
