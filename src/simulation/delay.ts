/** Draws delays. Everything comes out as whole nanoseconds, rounded up, so that virtual time stays an integer. */
import type { Delay } from "./models.ts";
import type { RandomStream } from "./random.ts";
import { edges, inside, normalBeyond } from "./ziggurat.ts";

/**
 * Only log, sqrt and exp: they agree on every Node version, which the power functions do not. A fraction that a
 * function returns is boxed, so the common case of the normal distribution is written out here.
 */
export function drawDelay(delay: Delay, stream: RandomStream): number {
  switch (delay.distribution) {
    case "constant":
      return delay.meanNs;
    case "uniform":
      return Math.ceil(delay.minNs + (delay.maxNs - delay.minNs) * stream.next());
    case "exponential":
      return Math.ceil(delay.minNs - delay.meanNs * Math.log(1 - stream.next()));
    default: {
      const position = 2 * stream.next() - 1;
      const layer = Math.floor(128 * stream.next());
      const certain = Math.abs(position) < inside[layer]!;
      const normal = certain ? position * edges[layer]! : normalBeyond(layer, position, stream);
      const drawn =
        delay.distribution === "normal"
          ? delay.meanNs + delay.sdNs * normal
          : delay.medianNs * Math.exp(delay.sigma * normal);
      return Math.ceil(Math.max(drawn, delay.minNs));
    }
  }
}
