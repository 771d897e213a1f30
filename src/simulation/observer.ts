/**
 * Who watches a simulated cluster: metrics, checks, traces. Watching changes nothing. What happens most comes without
 * its time, which would have to be boxed for each call: the clock is there to be asked.
 */
import type { Fact, NodeId, Request, Status } from "#protocol";

export interface Observer {
  onFact(node: NodeId, fact: Fact, epoch: number, position: number, subject: unknown): void;
  onExecute(node: NodeId, position: number, request: Request): void;
  /** As the fact that it is committed in that epoch, and `onExecute`. */
  onCommitAndExecute(node: NodeId, epoch: number, position: number, request: Request): void;
  /** At that moment its disk still tells what was durable. */
  onCrash(tick: number, node: NodeId): void;
  /** A crashed node's disk has been replaced by an empty one. */
  onWipe(node: NodeId): void;
  onRestart(tick: number, node: NodeId): void;
  /** Its `onStart` is over. */
  onStarted(tick: number, node: NodeId): void;
}

/** Nobody watches. */
export const unobserved: Observer = {
  onFact() {},
  onExecute() {},
  onCommitAndExecute() {},
  onCrash() {},
  onWipe() {},
  onRestart() {},
  onStarted() {},
};

/** Gets every event of a run as one plain object each, in order. Only runs that are traced pay for it. */
export interface Tracer {
  /** Called once, before anything happens, with what may be asked about the nodes at any later moment. */
  attach?(nodes: readonly TracedNode[]): void;
  record(event: TraceEvent): void;
}

export interface TracedNode {
  readonly self: NodeId;
  readonly up: boolean;
  readonly replica: { status(): Status } | undefined;
}

export interface TraceEvent {
  readonly t_ns: number;
  readonly event: string; // send, deliver, lose, drop, request, reply, timer, persist, durable, fact, crash …
  readonly [field: string]: unknown;
}
