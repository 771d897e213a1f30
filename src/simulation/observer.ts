/** Who watches a simulated cluster: metrics, checks, traces. Watching changes nothing. */
import type { Fact, NodeId, Request, Result } from "#protocol";

export interface Observer {
  onFact(tick: number, node: NodeId, fact: Fact, epoch: number, position: number, subject: unknown): void;
  onExecute(tick: number, node: NodeId, position: number, request: Request, result: Result): void;
  onCrash(tick: number, node: NodeId): void;
  onRestart(tick: number, node: NodeId): void;
}

/** Gets every event of a run as one plain object each, in order. Only runs that are traced pay for it. */
export interface Tracer {
  record(event: TraceEvent): void;
}

export interface TraceEvent {
  readonly t_ns: number;
  readonly event: string; // send, deliver, lose, drop, request, reply, timer, persist, durable, fact, crash …
  readonly [field: string]: unknown;
}
