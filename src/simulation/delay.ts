/** Draws delays. Everything comes out as whole nanoseconds, rounded up, so that virtual time stays an integer. */
import type { Delay } from "./models.ts";
import type { RandomStream } from "./random.ts";
import { standardNormal } from "./ziggurat.ts";

/** Only log, sqrt and exp: they agree on every Node version, which the power functions do not. */
export function drawDelay(delay: Delay, stream: RandomStream): number {
  switch (delay.distribution) {
    case "constant":
      return delay.meanNs;
    case "uniform":
      return Math.ceil(delay.minNs + (delay.maxNs - delay.minNs) * stream.next());
    case "normal":
      return atLeast(delay.minNs, delay.meanNs + delay.sdNs * standardNormal(stream));
    case "exponential":
      return Math.ceil(delay.minNs - delay.meanNs * Math.log(1 - stream.next()));
    case "lognormal":
      return atLeast(delay.minNs, delay.medianNs * Math.exp(delay.sigma * standardNormal(stream)));
  }
}

const atLeast = (minimum: number, drawn: number): number => Math.ceil(Math.max(drawn, minimum));
