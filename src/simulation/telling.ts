/** What a tracer is told about messages on their way: as the network has just routed them, and as they arrive. */
import type { NodeId, Request, Result } from "#protocol";
import { kindNames, REDIRECT, REQUEST } from "./events.ts";
import { LOST, type Network } from "./network.ts";
import type { EventQueue } from "./queue.ts";
import type { Traffic } from "./traffic.ts";

interface Told {
  readonly queue: EventQueue;
  readonly traffic: Traffic;
  readonly network: Network;
  record(event: string, fields: Readonly<Record<string, unknown>>): void;
}

const arrivalOf = ({ arrival }: Network): number | null => (arrival === LOST ? null : arrival);

export function tellSend(told: Told, from: NodeId, to: NodeId, message: unknown): void {
  const { traffic, network } = told;
  const event = network.arrival === LOST ? "lose" : "send";
  const times = { departs_ns: network.departure, arrives_ns: arrivalOf(network) };
  told.record(event, { from, to, type: traffic.typeName(traffic.type), ...times, message });
}

export function tellRequest(told: Told, to: NodeId, request: Request): void {
  told.record("request", { to, request, arrives_ns: arrivalOf(told.network) });
}

export function tellAnswer(
  told: Told,
  kind: number,
  from: NodeId,
  leader: number,
  request: Request,
  result: Result,
): void {
  const times = { departs_ns: told.network.departure, arrives_ns: arrivalOf(told.network) };
  const what = kind === REDIRECT ? { leader: leader < 0 ? null : leader } : { result: result ?? null };
  told.record(kindNames[kind]!, { from, request, ...what, ...times });
}

export function tellArrival(told: Told, kind: number, slot: number, subject: unknown, up: boolean): void {
  const [from, to] = [told.queue.columns[slot * 4 + 1], told.queue.columns[slot * 4 + 2]];
  if (kind === REQUEST) told.record(up ? "requested" : "drop", { to, request: subject });
  else told.record(up ? "deliver" : "drop", { from, to, type: (subject as { type: string }).type });
}
