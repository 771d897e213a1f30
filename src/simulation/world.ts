/** What a node sees of the simulation around it. */
import type { NodeId, Request, Result } from "#protocol";
import type { SimulatedNode } from "./node.ts";
import type { Observer, Tracer } from "./observer.ts";
import type { EventQueue } from "./queue.ts";
import type { Traffic } from "./traffic.ts";

export interface World {
  readonly queue: EventQueue;
  readonly traffic: Traffic;
  readonly observer: Observer;
  readonly tracer: Tracer | undefined;
  readonly replicas: readonly NodeId[];
  queueTimer(node: NodeId, timer: number, tick: number): void;
  /** The node's processor will have time again at its `busyUntil`. */
  queueWake(node: SimulatedNode): void;
  /** The node's disk begins to write at its `cursor`, for its `syncNs`. */
  queueSync(node: SimulatedNode): void;
  /** A sync should be over, but the node's disk is stalled or failing. */
  obstructed(node: SimulatedNode): void;
  /** Sends the message that `traffic` has just counted, at the node's `cursor`. */
  deliver(from: SimulatedNode, to: NodeId, message: unknown): void;
  /** Whether that is what the client asks for, or has asked for. */
  isGenuine(request: Request): boolean;
  /** Sends an answer to a client, at the node's `cursor`. */
  answer(
    kind: number,
    from: SimulatedNode,
    leader: number,
    bytes: number,
    request: Request,
    result: Result,
  ): void;
}
