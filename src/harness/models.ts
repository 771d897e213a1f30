/** From a workload to the models of the simulator. */
import type { ClientId, NodeId } from "#protocol";
import {
  CLIENTS,
  type ClockModel,
  type Delay,
  type LinkModel,
  type NetworkModel,
} from "../simulation/models.ts";
import { RandomStream } from "../simulation/random.ts";
import { meanNs } from "../workload/delays.ts";
import type { LinkChoice, RegionChoice, Workload } from "../workload/workload.ts";

export function networkOf({ network }: Workload): NetworkModel {
  const { regions, bandwidthBitsPerSecond } = network;
  const clients = regions?.clients === "spread" ? regions.names.length : 1;
  return {
    link: (from, to) => linkOf(network, from, to),
    bandwidthBitsPerSecond: bandwidthBitsPerSecond ?? Number.POSITIVE_INFINITY,
    clientPlaces: clients,
  };
}

function linkOf(network: Workload["network"], from: number, to: number): LinkModel {
  const { loss, duplication, reordering, regions, links } = network;
  const usual: LinkModel = { latency: latencyOf(network, from, to), loss, duplication, reordering };
  const concerns = (end: string, place: number) =>
    end === "all" ||
    end === (place < 0 ? "clients" : `n${place}`) ||
    (regions !== undefined && end === regions.names[regionOf(regions, place)]);
  return links.reduce((model, choice) => {
    return concerns(choice.from, from) && concerns(choice.to, to) ? differing(model, choice) : model;
  }, usual);
}

function latencyOf({ latency, regions }: Workload["network"], from: number, to: number): Delay {
  if (regions === undefined) return latency;
  const meanNs = regions.oneWayNs[regionOf(regions, from)]![regionOf(regions, to)]!;
  if (regions.jitterNs === 0) return { distribution: "constant", meanNs };
  return { distribution: "exponential", meanNs: regions.jitterNs, minNs: meanNs };
}

/** Clients are at `CLIENTS`, or spread over `CLIENTS`, `CLIENTS` - 1, … */
function regionOf({ names, place, clients }: RegionChoice, at: number): number {
  if (at >= 0) return names.indexOf(place[at % place.length]!);
  return clients === "spread" ? CLIENTS - at : names.indexOf(clients);
}

/** For each client all replicas, the nearest first by the mean round trip; equally near ones in turn. */
export function nearestOf(workload: Workload, n: number): (client: ClientId) => readonly NodeId[] {
  const { link, clientPlaces = 1 } = networkOf(workload);
  const trip = (from: number, to: number) => meanNs(link(from, to).latency);
  const orders = Array.from({ length: clientPlaces * n }, (_, client) => {
    const at = CLIENTS - (client % clientPlaces);
    const distance = (node: NodeId) => trip(at, node) + trip(node, at);
    const turn = (node: NodeId) => (node - client + clientPlaces * n) % n;
    return Array.from({ length: n }, (_, node) => node).sort(
      (left, right) => distance(left) - distance(right) || turn(left) - turn(right),
    );
  });
  return client => orders[client % orders.length]!;
}

function differing(model: LinkModel, choice: LinkChoice): LinkModel {
  const { latency = model.latency, jitterNs, loss, duplication, reordering, bandwidthBitsPerSecond } = choice;
  const spread: Delay =
    jitterNs === undefined
      ? latency
      : { distribution: "exponential", meanNs: jitterNs, minNs: meanNs(latency) };
  return {
    latency: spread,
    loss: loss ?? model.loss,
    duplication: duplication ?? model.duplication,
    reordering: reordering ?? model.reordering,
    bandwidthBitsPerSecond: bandwidthBitsPerSecond ?? model.bandwidthBitsPerSecond,
  };
}

/** Each node's clock gains or loses at most the workload's drift, and starts somewhere within a second. */
export function clocksOf(workload: Workload, seed: number): (node: NodeId) => ClockModel {
  const { clockDrift, timerJitterNs: jitterNs } = workload;
  if (clockDrift === 0) return () => ({ rate: 1, offsetNs: 0, jitterNs });
  return node => {
    const stream = new RandomStream(seed, `clock n${node}`);
    const rate = 1 + clockDrift * (2 * stream.next() - 1);
    return { rate, offsetNs: Math.floor(stream.next() * 1e9), jitterNs };
  };
}
