/** From a checked file to the workload that runs: every default is filled in here and nowhere else. */
import { resolveDelay } from "./delays.ts";
import { readExpect } from "./expect.ts";
import { resolveClients, resolveKeys, resolveMix, resolveValue } from "./load-resolve.ts";
import { costModels, networks } from "./profiles.ts";
import type { WorkloadFile } from "./schema.ts";
import type { Workload } from "./workload.ts";

const SECOND = 1e9;

export function resolveWorkload(name: string, file: WorkloadFile): Workload {
  const operations = typeof file.operations === "number" ? file.operations : file.operations?.total;
  const durationNs = operations === undefined ? (file.duration ?? 10 * SECOND) : undefined;
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
    warmupNs: file.warmup ?? Math.min(SECOND, Math.floor((durationNs ?? 10 * SECOND) / 5)),
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

function resolveNetwork(file: WorkloadFile["network"]): Workload["network"] {
  if (typeof file === "string") return networks[file];
  const { latency, loss, duplication, reordering, bandwidth } = file ?? {};
  const usual = networks.lan;
  const limit = bandwidth === Number.POSITIVE_INFINITY ? undefined : bandwidth;
  return {
    latency: latency === undefined ? usual.latency : resolveDelay(latency),
    loss: loss ?? usual.loss,
    duplication: duplication ?? usual.duplication,
    reordering: reordering ?? usual.reordering,
    bandwidthBitsPerSecond: bandwidth === undefined ? usual.bandwidthBitsPerSecond : limit,
  };
}

function resolveCost(file: WorkloadFile["cost"]): Workload["cost"] {
  if (file === undefined) return costModels.lan;
  if (typeof file === "string") return costModels[file];
  const usual = costModels.lan;
  const { cpu, disk } = file;
  return {
    name: "custom",
    cpu: {
      receiveNs: Math.round(cpu?.receive ?? usual.cpu.receiveNs),
      sendNs: Math.round(cpu?.send ?? usual.cpu.sendNs),
      byteNs: cpu?.byte ?? usual.cpu.byteNs,
      macNs: Math.round(cpu?.mac ?? usual.cpu.macNs),
      signNs: Math.round(cpu?.sign ?? usual.cpu.signNs),
      verifyNs: Math.round(cpu?.verify ?? usual.cpu.verifyNs),
      digestNs: Math.round(cpu?.digest ?? usual.cpu.digestNs),
    },
    disk: {
      sync: disk?.sync === undefined ? usual.disk.sync : resolveDelay(disk.sync),
      byteNs: disk?.byte ?? usual.disk.byteNs,
    },
  };
}
