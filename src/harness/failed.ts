/** The line of a run that did not come to an end. What was not measured is null. */
import type { AnyProtocol } from "#protocol";
import type { RunLine } from "../results/schema.ts";
import { identity } from "./line.ts";
import type { RunSpec } from "./spec.ts";

export function failedLine(spec: RunSpec, protocol: AnyProtocol, error: string, wallMs: number): RunLine {
  return {
    ...identity(spec, protocol),
    status: "failed",
    error,
    batch_mean: null,
    instances: null,
    ops: null,
    throughput_ops_s: null,
    concurrency_mean: null,
    latency_us: null,
    latency_histogram: null,
    messages: null,
    bytes: null,
    epochs: null,
    availability: null,
    faults: null,
    replicas: null,
    utilization: null,
    checks: { linearizable: null, invariants: null, live: null, violations: null },
    events: null,
    virtual_us: null,
    trace_hash: null,
    host: { wall_ms: wallMs },
  };
}
