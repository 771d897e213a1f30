/** The other side of the wire: what a pool of clients sees of the world, in the simulator and in live mode. */
import type { ClientId, NodeId, Request, Result } from "./index.ts";

/** What clients draw for: each has a stream of its own, so that turning one on does not shift another's draws. */
export type ClientPurpose = "arrivals" | "operations" | "keys" | "values" | "thinking";

export interface RandomSource {
  random(): number; // uniform in [0, 1)
}

/** Whom to wake for what is no client's own: in an open loop, the next arrival. */
export const ARRIVAL: ClientId = -1;

export interface ClientWorld {
  readonly replicas: readonly NodeId[];
  nowNs(): number; // whole nanoseconds: latencies are differences of these
  stream(purpose: ClientPurpose): RandomSource;
  send(to: NodeId, request: Request): void;
  /**
   * Calls `onWake(client)` once, so much later. A new call for the same client replaces the earlier one. A client is
   * numbered from 0, or is `ARRIVAL`.
   */
  wakeAfterNs(client: ClientId, delayNs: number): void;
}

export interface ClientSide {
  onStart(): void;
  /** `leader`, `digestOnly` and `epoch` as in `Context.reply`. */
  onReply(
    from: NodeId,
    request: Request,
    result: Result,
    leader?: NodeId,
    digestOnly?: boolean,
    epoch?: number,
  ): void;
  onRedirect(from: NodeId, request: Request, leader: NodeId | undefined): void;
  onRefuse(from: NodeId, request: Request): void;
  onWake(client: ClientId): void;
}

/** How an operation ended: it was answered, it certainly had no effect, or nobody can tell. */
export type Outcome = "ok" | "failed" | "unknown";

/** Told of every operation that ended: metrics and histories are made from this. */
export interface OperationSink {
  onOperation(request: Request, callNs: number, returnNs: number, outcome: Outcome, result: Result): void;
}
