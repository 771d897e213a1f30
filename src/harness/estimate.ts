/**
 * What a run will take, roughly: for the order in which runs start, for `--dry-run`, and for the announcement of
 * large studies. Results never depend on it.
 */
import type { AnyProtocol, Options } from "#protocol";
import { expectedArrivals } from "../workload/arrivals.ts";
import { meanNs } from "../workload/delays.ts";
import type { Workload } from "../workload/workload.ts";
import { policyOf } from "./policy.ts";

export interface Estimate {
  readonly operations: number;
  readonly events: number;
  readonly wallMs: number; // on one thread
}

const eventsPerWallMs = 2300; // in the middle of what was measured, with every model on

export function estimateRun(
  protocol: AnyProtocol,
  options: Options,
  n: number,
  workload: Workload,
): Estimate {
  const policy = policyOf(workload);
  const cost = protocol.cost(n, { ...policy, batch: { ...policy.batch, min: batchOf(workload) } }, options);
  const operations = operationsOf(workload, cost.messagesPerCommand, cost.delaysToClient, n);
  // A message is an event where it arrives, and every other lets a disk write; besides, a client asks and is answered.
  const events = Math.round(operations * (1.6 * cost.messagesPerCommand + 2.5));
  return { operations, events, wallMs: Math.ceil(events / eventsPerWallMs) };
}

/** Commands that share an instance: of those that wait, about as many as come while the window is full. */
function batchOf({ clients, batching }: Workload): number {
  const { min, max, window } = batching;
  return Math.max(min, Math.min(max, clients.count / (2 * window)), 1);
}

function operationsOf(workload: Workload, messages: number, delays: number, n: number): number {
  const { clients, cost, operations, durationNs, warmupNs, warmupOperations = 0 } = workload;
  const sync = workload.durability === "sync" ? meanNs(cost.disk.sync) : 0;
  const roundNs = delays * meanNs(workload.network.latency) + sync + meanNs(clients.think);
  // The busiest replica handles at least the average share of the messages, and at most all of them.
  const share = (2 * messages) / n + 2;
  const busyNs = (share * (cost.cpu.receiveNs + cost.cpu.sendNs)) / 2;
  const mostPerSecond = 1e9 / Math.max(roundNs / clients.count, busyNs, 1);
  const perSecond = Math.min(mostPerSecond, arrivingPerSecond(workload));
  const counted = operations === undefined ? undefined : operations + warmupOperations;
  const measured = counted ?? (perSecond * ((durationNs ?? 0) - warmupNs)) / 1e9;
  return Math.round(measured + (perSecond * warmupNs) / 1e9);
}

/** Of an open loop, on average; a closed one asks as fast as it is answered. */
function arrivingPerSecond({ clients, durationNs, warmupNs }: Workload): number {
  if (clients.arrivals === undefined) return Number.POSITIVE_INFINITY;
  const lengthNs = durationNs ?? Math.max(warmupNs, 1e9);
  return (expectedArrivals(clients.arrivals, lengthNs) * 1e9) / lengthNs;
}
