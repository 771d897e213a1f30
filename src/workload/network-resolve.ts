/** From the checked fields of the world to what runs. */
import { resolveDelay } from "./delays.ts";
import { type CostFile, type NetworkFile, regionsIn } from "./network-schema.ts";
import { type CostName, costModels, type NetworkName, networks } from "./profiles.ts";
import type { DelayChoice, LinkChoice, RegionChoice, Workload } from "./workload.ts";

export function resolveNetwork(file: NetworkName | NetworkFile | undefined): Workload["network"] {
  if (typeof file === "string") return networks[file];
  const { latency, loss, duplication, reordering, bandwidth, jitter = 0, regions, links = [] } = file ?? {};
  const usual = networks.lan;
  const limit = bandwidth === Number.POSITIVE_INFINITY ? undefined : bandwidth;
  const places = regions === undefined ? undefined : resolveRegions(file!, jitter);
  return {
    latency:
      places === undefined ? spread(latency, jitter) : { distribution: "constant", meanNs: meanOf(places) },
    loss: loss ?? usual.loss,
    duplication: duplication ?? usual.duplication,
    reordering: reordering ?? usual.reordering,
    bandwidthBitsPerSecond: bandwidth === undefined ? usual.bandwidthBitsPerSecond : limit,
    regions: places,
    links: links.flatMap(resolveLink),
  };
}

function spread(latency: NetworkFile["latency"], jitterNs: number): DelayChoice {
  if (latency === undefined) return networks.lan.latency;
  if (jitterNs > 0 && typeof latency === "number") {
    return { distribution: "exponential", meanNs: jitterNs, minNs: latency };
  }
  return resolveDelay(latency);
}

function resolveRegions({ regions, place, clients }: NetworkFile, jitterNs: number): RegionChoice {
  const { matrix, names } = regionsIn(regions!);
  const roundTrip = (one: string, other: string) => matrix[one]?.[other] ?? matrix[other]![one]!;
  return {
    names,
    oneWayNs: names.map(one => names.map(other => Math.round(roundTrip(one, other) / 2))),
    place: place ?? names,
    clients: clients ?? "spread",
    jitterNs,
  };
}

/** Of two different regions; of a single one by itself. */
function meanOf({ oneWayNs }: RegionChoice): number {
  const apart = oneWayNs.flatMap((row, from) => row.filter((_, to) => to !== from || oneWayNs.length === 1));
  return Math.round(apart.reduce((sum, ns) => sum + ns, 0) / apart.length);
}

type LinkFile = NonNullable<NetworkFile["links"]>[number];

function resolveLink({ between, from, to, latency, jitter, bandwidth, ...odds }: LinkFile): LinkChoice[] {
  const differs = {
    ...odds,
    latency: latency === undefined ? undefined : resolveDelay(latency),
    jitterNs: jitter,
    bandwidthBitsPerSecond: bandwidth === Number.POSITIVE_INFINITY ? undefined : bandwidth,
  };
  const [one, other] = between ?? [from!, to!];
  const there = { from: one, to: other, ...differs };
  return between === undefined || one === other ? [there] : [there, { ...there, from: other, to: one }];
}

export function resolveCost(file: CostName | CostFile | undefined): Workload["cost"] {
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
