/** How long written values are. */
import type { RandomSource } from "../protocol/client.ts";
import { standardNormal } from "./draws.ts";
import { zipfianRanks } from "./keys-zipfian.ts";
import type { ValueChoice } from "./workload.ts";

/** Whole bytes. */
export type ValueSizes = (source: RandomSource) => number;

export function valueSizes(value: ValueChoice): ValueSizes {
  switch (value.distribution) {
    case "constant":
      return () => value.bytes;
    case "uniform":
      return source => value.min + Math.floor(source.random() * (value.max - value.min + 1));
    case "zipfian": {
      // The shortest is the most frequent, as by YCSB's fieldlengthdistribution.
      const ranks = zipfianRanks(value.max - value.min + 1, value.theta);
      return source => value.min + ranks.choose(source);
    }
    case "lognormal":
      return source => {
        const drawn = Math.round(value.median * Math.exp(value.sigma * standardNormal(source)));
        return Math.min(Math.max(drawn, value.min), value.max);
      };
  }
}
