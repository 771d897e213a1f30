/** The ends of operations, as clients see them, in the trace of a run. */
import type { Request, Result } from "#protocol";
import type { OperationSink, Outcome } from "../protocol/client.ts";
import type { Tracer } from "../simulation/observer.ts";

export const tracedOperations = (tracer: Tracer | undefined, sink: OperationSink): OperationSink =>
  tracer === undefined
    ? sink
    : {
        onOperation(request: Request, call_ns: number, t_ns: number, outcome: Outcome, result: Result): void {
          tracer.record({ t_ns, event: "operation", request, call_ns, outcome, result: result ?? null });
          sink.onOperation(request, call_ns, t_ns, outcome, result);
        },
      };
