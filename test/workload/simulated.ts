/** One simulated server under a workload, and what its clients asked. */
import { unreplicated } from "../../algorithms/unreplicated/index.ts";
import { defaultPolicy } from "../../src/protocol/recording.ts";
import { unobserved } from "../../src/simulation/observer.ts";
import { Simulation } from "../../src/simulation/simulation.ts";
import { ClientPool } from "../../src/workload/client.ts";
import type { Workload } from "../../src/workload/workload.ts";
import { steadyLink } from "../simulation/cluster.ts";

export interface Asked {
  readonly kind: string;
  readonly key: number;
  readonly bytes: number;
  readonly callNs: number;
}

const DELAY_NS = 100_000;

/** In the order of the answers. */
export function asked(workload: Workload, seconds: number, seed = 1): { operations: Asked[]; hash: string } {
  const operations: Asked[] = [];
  const link = { ...steadyLink, latency: { distribution: "constant", meanNs: DELAY_NS } as const };
  const simulation = new Simulation({
    protocol: unreplicated,
    n: 1,
    seed,
    options: {},
    policy: defaultPolicy,
    network: { link: () => link, bandwidthBitsPerSecond: Number.POSITIVE_INFINITY },
    cost: () => workload.cost,
    durability: "memory",
    clock: () => ({ rate: 1, offsetNs: 0 }),
    observer: unobserved,
    tracer: undefined,
    eventBudget: 10_000_000,
  });
  const rules = { sendTo: "leader", matchingReplies: () => 1 } as const;
  const pool = new ClientPool(simulation.clients, rules, workload, {
    onOperation: ({ command: { kind, key, bytes } }, callNs) => {
      operations.push({ kind, key, bytes, callNs });
    },
  });
  simulation.at(seconds * 1e9, () => simulation.stop());
  simulation.start(pool);
  simulation.run();
  return { operations, hash: simulation.traceHash() };
}
