/** From a checked file to the workload that runs: every default is filled in here and nowhere else. */

import { resolveLiar } from "./byzantine-resolve.ts";
import { readExpect } from "./expect.ts";
import { resolveChaos, resolveFault } from "./faults-resolve.ts";
import { resolveClients, resolveKeys, resolveMix, resolveValue } from "./load-resolve.ts";
import { resolveCost, resolveNetwork } from "./network-resolve.ts";
import type { WorkloadFile } from "./schema.ts";
import type { Workload } from "./workload.ts";

const SECOND = 1e9;

export function resolveWorkload(name: string, file: WorkloadFile): Workload {
  const operations = typeof file.operations === "number" ? file.operations : file.operations?.total;
  const durationNs = operations === undefined ? (file.duration ?? 10 * SECOND) : undefined;
  const warmup = file.warmup ?? Math.min(SECOND, Math.floor((durationNs ?? 10 * SECOND) / 5));
  return {
    name,
    description: file.description ?? "",
    pinned: {
      algorithms: asList(file.algorithms),
      n: asList(file.n),
      f: asList(file.f),
      seeds: typeof file.seeds === "number" ? firstSeeds(file.seeds) : file.seeds,
      options: file.options ?? {},
    },
    durationNs,
    operations,
    warmupNs: typeof warmup === "number" ? warmup : 0,
    warmupOperations: typeof warmup === "number" ? undefined : warmup.operations,
    durability: file.durability ?? "sync",
    batching: resolveBatching(file.batching),
    reads: file.reads ?? "log",
    clients: resolveClients(file.clients),
    mix: resolveMix(file.operations),
    keys: resolveKeys(file.keys),
    value: resolveValue(file.value),
    network: resolveNetwork(file.network),
    cost: resolveCost(file.cost),
    clockDrift: file.clock?.drift ?? 0,
    timerJitterNs: file.clock?.jitter || undefined,
    faults: (file.faults ?? []).map(resolveFault),
    chaos: file.chaos === undefined ? undefined : resolveChaos(file.chaos),
    byzantine: (file.byzantine ?? []).map(resolveLiar),
    expect: file.expect === undefined ? [] : readExpect(file.expect).expectations,
    sweep: undefined, // `load.ts` knows the points: each of them is a file of its own
  };
}

/** `seeds: 3` stands for 1, 2 and 3. */
const firstSeeds = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

const asList = <Item>(value: Item | readonly Item[] | undefined): readonly Item[] | undefined =>
  value === undefined ? undefined : Array.isArray(value) ? value : [value as Item];

function resolveBatching(file: WorkloadFile["batching"]): Workload["batching"] {
  return {
    max: file?.max ?? 64,
    min: file?.min ?? 1,
    delayNs: file?.delay ?? 0,
    window: file?.window ?? 4,
  };
}
