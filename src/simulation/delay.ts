/** Draws delays. Everything comes out as whole nanoseconds, rounded up, so that virtual time stays an integer. */
import type { Delay } from "./models.ts";
import type { RandomStream } from "./random.ts";

const AHEAD = 16;

/**
 * The delays of one link or disk, one after another. They are drawn a few at a time: in a loop of its own a draw takes
 * a third of the time that it takes between two events. What comes is the same, for nobody else draws from the stream.
 */
export class DelaySource {
  private delay: Delay;
  private readonly stream: RandomStream;
  private readonly drawn = new Float64Array(AHEAD);
  private used = AHEAD;

  constructor(delay: Delay, stream: RandomStream) {
    this.delay = delay;
    this.stream = stream;
  }

  next(): number {
    if (this.used === AHEAD) this.refill();
    return this.drawn[this.used++]!;
  }

  /** From now on. */
  change(delay: Delay): void {
    this.delay = delay;
    this.used = AHEAD;
  }

  private refill(): void {
    fill(this.drawn, this.delay, this.stream);
    this.used = 0;
  }
}

/** Only log, sqrt and exp: they agree on every Node version, which the power functions do not. */
function fill(drawn: Float64Array, delay: Delay, stream: RandomStream): void {
  switch (delay.distribution) {
    case "constant":
      drawn.fill(Math.ceil(delay.meanNs));
      return;
    case "uniform": {
      const range = delay.maxNs - delay.minNs;
      for (let index = 0; index < AHEAD; index++)
        drawn[index] = Math.ceil(delay.minNs + range * stream.next());
      return;
    }
    case "normal":
      stream.normals(drawn);
      for (let index = 0; index < AHEAD; index++) {
        const value = delay.meanNs + delay.sdNs * drawn[index]!;
        drawn[index] = Math.ceil(Math.max(value, delay.minNs));
      }
      return;
    case "exponential":
      for (let index = 0; index < AHEAD; index++) {
        drawn[index] = Math.ceil(delay.minNs - delay.meanNs * Math.log(1 - stream.next()));
      }
      return;
    case "lognormal":
      stream.normals(drawn);
      for (let index = 0; index < AHEAD; index++) {
        const value = delay.medianNs * Math.exp(delay.sigma * drawn[index]!);
        drawn[index] = Math.ceil(Math.max(value, delay.minNs));
      }
  }
}
