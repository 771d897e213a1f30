/**
 * When operations arrive in an open loop. The rate is a curve of straight pieces over time; the next arrival
 * is where the area under it, from the last one on, has grown by 1 (evenly spaced) or by an exponential
 * number of mean 1 (a Poisson process of that rate).
 */
import type { RandomSource } from "../protocol/client.ts";
import { standardExponential } from "./draws.ts";
import type { ArrivalChoice, Burst, RateStep } from "./workload.ts";

const NEVER = Number.POSITIVE_INFINITY;
/** An arrival that is due where a piece ends belongs to it, whatever the last digit of its area. */
const ROUNDING = 1e-9;

export class Arrivals {
  private readonly curve: RateCurve;
  private readonly source: RandomSource | undefined; // undefined: evenly spaced
  private originNs = 0;
  private due = 0; // the area from the start of the piece to the arrival: rounding does not add up in it

  constructor(choice: ArrivalChoice, source: RandomSource) {
    this.curve = new RateCurve(choice);
    this.source = choice.spacing === "poisson" ? source : undefined;
  }

  /** The curve begins here. */
  start(originNs: number): void {
    this.originNs = originNs;
    this.due = 0;
    this.curve.enter(0);
  }

  /** The instant of the next arrival, in whole nanoseconds, or Infinity where the rate has gone to 0 for good. */
  next(): number {
    const { curve } = this;
    this.due += this.source === undefined ? 1 : standardExponential(this.source);
    for (;;) {
      const whole = curve.area(curve.startNs, curve.endNs);
      if (whole > 0 && this.due <= whole + ROUNDING)
        return this.originNs + Math.round(curve.timeOf(this.due));
      if (curve.endNs === NEVER) return NEVER;
      this.due = Math.max(0, this.due - whole);
      curve.enter(curve.endNs);
    }
  }
}

/** How many operations arrive in so long, on average. */
export function expectedArrivals(choice: ArrivalChoice, lengthNs: number): number {
  const curve = new RateCurve(choice);
  let sum = 0;
  let from = 0;
  while (from < lengthNs) {
    curve.enter(from);
    const to = Math.min(curve.endNs, lengthNs);
    sum += curve.area(from, to);
    from = to;
  }
  return sum;
}

/** The rate over time, one straight piece of it at a time. Rates are in operations a nanosecond. */
class RateCurve {
  startNs = 0; // of the piece that was entered
  endNs = 0;
  private rate = 0; // at its start
  private slope = 0;
  private readonly steps: readonly RateStep[];
  private readonly burst: Burst | undefined;

  constructor({ steps, burst }: ArrivalChoice) {
    this.steps = steps;
    this.burst = burst;
  }

  /** Goes to the piece that begins at, or contains, this time. */
  enter(timeNs: number): void {
    this.startNs = timeNs;
    this.enterStep(timeNs);
    if (this.burst !== undefined) this.enterBurst(this.burst, timeNs);
  }

  /** How many operations are due between two times within the piece. */
  area(fromNs: number, toNs: number): number {
    const rate = this.rateAt(fromNs);
    if (toNs === NEVER) return rate > 0 ? NEVER : 0;
    return (toNs - fromNs) * (rate + (this.slope * (toNs - fromNs)) / 2);
  }

  /** When so much area has been passed since the start: r t + s t t / 2 = area, solved for t. */
  timeOf(area: number): number {
    if (this.slope === 0) return Math.min(this.startNs + area / this.rate, this.endNs);
    const root = Math.sqrt(Math.max(0, this.rate * this.rate + 2 * this.slope * area));
    return Math.min(this.startNs + (2 * area) / (this.rate + root), this.endNs);
  }

  private rateAt(timeNs: number): number {
    return this.rate + this.slope * (timeNs - this.startNs);
  }

  private enterStep(timeNs: number): void {
    let start = 0;
    for (const { fromPerSecond, toPerSecond, overNs } of this.steps) {
      if (timeNs < start + overNs) {
        this.slope = (toPerSecond - fromPerSecond) / 1e9 / overNs;
        this.rate = fromPerSecond / 1e9 + this.slope * (timeNs - start);
        this.endNs = start + overNs;
        return;
      }
      start += overNs;
    }
    this.slope = 0;
    this.rate = this.steps[this.steps.length - 1]!.toPerSecond / 1e9;
    this.endNs = NEVER;
  }

  /** A burst replaces what the steps say, and its ends are ends of a piece. */
  private enterBurst({ everyNs, forNs, perSecond }: Burst, timeNs: number): void {
    const periodStart = Math.floor(timeNs / everyNs) * everyNs;
    const bursting = periodStart > 0 && timeNs < periodStart + forNs;
    if (bursting) {
      this.rate = perSecond / 1e9;
      this.slope = 0;
      this.endNs = periodStart + forNs;
    } else {
      this.endNs = Math.min(this.endNs, periodStart + everyNs);
    }
  }
}
