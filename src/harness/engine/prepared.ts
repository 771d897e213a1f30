/**
 * What one thread of a pair does, for `apart.ts`. Each thread is prepared in its own way, once, and then measures: the
 * compiler has seen in it what it would have seen in a study of that kind, and nothing else.
 */
import { algorithms } from "../../../algorithms/index.ts";
import { type Audience, clusterOf, runFor, watchersOf } from "./cluster.ts";
import { workloadOf } from "./measures.ts";
import { clocked, type Slice } from "./slices.ts";

export interface Preparation {
  readonly protocols: readonly string[]; // are run before anything is measured …
  readonly times: number; // … so many times at each size
  readonly audience: Audience;
}

export interface Work {
  readonly algo: string;
  readonly n: number;
  readonly clients: number;
  readonly durationNs: number;
  readonly audience: Audience;
}

const WARM_UP_NS = { 1: 6e9, 64: 0.5e9 } as const;

export function prepare({ protocols, times, audience }: Preparation): void {
  for (let round = 0; round < times; round++) {
    for (const algo of protocols) {
      for (const clients of [1, 64] as const) {
        slice({ algo, n: 5, clients, durationNs: WARM_UP_NS[clients], audience });
      }
    }
  }
}

export function slice({ algo, n, clients, durationNs, audience }: Work): Slice {
  const protocol = algorithms.find(({ name }) => name === algo)!;
  const workload = workloadOf(clients, durationNs);
  const watchers = watchersOf(audience, protocol, n);
  return clocked(() => runFor(clusterOf(protocol, n, 1, workload, watchers), durationNs));
}
