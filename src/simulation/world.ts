/** What a node sees of the simulation around it. */
import type { NodeId, Request, Result } from "#protocol";
import type { Observer, Tracer } from "./observer.ts";
import type { EventQueue } from "./queue.ts";
import type { Traffic } from "./traffic.ts";

export interface World {
  readonly queue: EventQueue;
  readonly traffic: Traffic;
  readonly observer: Observer;
  readonly tracer: Tracer | undefined;
  readonly replicas: readonly NodeId[];
  queueAt(tick: number, kind: number, to: number, detail: number): void;
  queueTimer(node: NodeId, timer: number, tick: number): void;
  /** Sends the message that `traffic` has just counted. */
  deliver(from: NodeId, to: NodeId, tick: number, message: unknown): void;
  answer(
    kind: number,
    from: NodeId,
    leader: number,
    tick: number,
    bytes: number,
    request: Request,
    result: Result,
  ): void;
}
