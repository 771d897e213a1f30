/**
 * The fields of a line in `runs.ndjson` that a workload may expect something of, with the words that those which are
 * not numbers may hold. `*` stands for any entry of a list or a mapping. Kept in step with the schema of the results
 * by a test, which renews the list with UPDATE=1.
 */
export type FieldKind = "number" | readonly string[];

/** Verdicts are asked for most. */
export const shortNames: Readonly<Record<string, string>> = {
  linearizable: "checks.linearizable",
  invariants: "checks.invariants",
  live: "checks.live",
};

export const lineFields: Readonly<Record<string, FieldKind>> = {
  /* fields */
  f: "number",
  quorum: "number",
  batch_mean: "number",
  instances: "number",
  "ops.submitted": "number",
  "ops.ok": "number",
  "ops.failed": "number",
  "ops.unknown": "number",
  throughput_ops_s: "number",
  concurrency_mean: "number",
  "latency_us.mean": "number",
  "latency_us.min": "number",
  "latency_us.p50": "number",
  "latency_us.p90": "number",
  "latency_us.p95": "number",
  "latency_us.p99": "number",
  "latency_us.p999": "number",
  "latency_us.max": "number",
  "messages.total": "number",
  "messages.per_op": "number",
  "messages.by_type.*.count": "number",
  "messages.by_type.*.bytes": "number",
  "messages.by_cause.*": "number",
  "messages.client.count": "number",
  "messages.client.bytes": "number",
  "bytes.total": "number",
  "bytes.per_op": "number",
  "epochs.start": "number",
  "epochs.end": "number",
  "epochs.max": "number",
  "epochs.growth": "number",
  "epochs.growth_s": "number",
  "epochs.elections": "number",
  "epochs.leader_changes": "number",
  "epochs.nodes.*.start": "number",
  "epochs.nodes.*.end": "number",
  "epochs.nodes.*.growth": "number",
  "epochs.nodes.*.growth_s": "number",
  "epochs.raised_by.*.times": "number",
  "availability.longest_gap_us": "number",
  "availability.leaderless_us": "number",
  "availability.recoveries.*.at_us": "number",
  "availability.recoveries.*.recovered_us": "number",
  "faults.scheduled": "number",
  "faults.struck": "number",
  "faults.strikes": "number",
  "faults.withheld": "number",
  "faults.healed_us": "number",
  "utilization.*.cpu": "number",
  "utilization.*.disk": "number",
  "checks.linearizable": ["valid", "invalid", "unknown"],
  "checks.invariants": ["valid", "invalid"],
  "checks.live": ["valid", "invalid", "unknown"],
  events: "number",
  virtual_us: "number",
};
