/**
 * The fields of a line in `runs.ndjson` that a workload may expect something of, with what they hold: a number, a text
 * (which may be `none`), or one of these words. `*` stands for any entry of a list or a mapping, `length` for how many
 * entries a list has. Kept in step with the schema of the results by a test, which renews the list with UPDATE=1.
 */
import { causes } from "#protocol";
import { didYouMean } from "./nearest.ts";

export type FieldKind = "number" | "text" | readonly string[];

/** Verdicts are asked for most. */
export const shortNames: Readonly<Record<string, string>> = {
  linearizable: "checks.linearizable",
  invariants: "checks.invariants",
  live: "checks.live",
};

export const lineFields: Readonly<Record<string, FieldKind>> = {
  /* fields */
  status: ["ok", "failed"],
  error: "text",
  f: "number",
  quorum: "number",
  "lacks.length": "number",
  "lacks.*.setting": "text",
  "lacks.*.instead": "text",
  unsafe: "text",
  durability: ["sync", "memory"],
  crypto: ["none", "mac", "signature"],
  cost_model: "text",
  "declared.messages_per_command": "number",
  "declared.delays_to_client": "number",
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
  "epochs.nodes.length": "number",
  "epochs.nodes.*.node": "number",
  "epochs.nodes.*.start": "number",
  "epochs.nodes.*.end": "number",
  "epochs.nodes.*.growth": "number",
  "epochs.nodes.*.growth_s": "number",
  "epochs.raised_by.length": "number",
  "epochs.raised_by.*.node": "number",
  "epochs.raised_by.*.times": "number",
  "availability.longest_gap_us": "number",
  "availability.leaderless_us": "number",
  "availability.recoveries.length": "number",
  "availability.recoveries.*.fault": "text",
  "availability.recoveries.*.at_us": "number",
  "availability.recoveries.*.recovered_us": "number",
  "faults.scheduled": "number",
  "faults.struck": "number",
  "faults.strikes": "number",
  "faults.withheld": "number",
  "faults.never_struck.length": "number",
  "faults.never_struck.*": "text",
  "faults.beyond_tolerance": ["true", "false"],
  "faults.beyond.length": "number",
  "faults.beyond.*": "text",
  "faults.lies.length": "number",
  "faults.lies.*.node": "number",
  "faults.lies.*.lie": "text",
  "faults.lies.*.first_us": "number",
  "faults.lies.*.times": "number",
  "faults.healed_us": "number",
  "replicas.down": "number",
  "replicas.leaders": "number",
  "replicas.without_quorum": "number",
  "replicas.candidates": "number",
  "replicas.log_length": "number",
  "replicas.log_growth": "number",
  "replicas.committed": "number",
  "replicas.committed_growth": "number",
  "replicas.applied": "number",
  "replicas.applied_growth": "number",
  "replicas.behind": "number",
  "replicas.snapshots": "number",
  "replicas.nodes.length": "number",
  "replicas.nodes.*.node": "number",
  "replicas.nodes.*.role": ["leader", "follower", "candidate"],
  "replicas.nodes.*.leader": "number",
  "replicas.nodes.*.has_quorum": ["true", "false"],
  "replicas.nodes.*.reachable.length": "number",
  "replicas.nodes.*.reachable.*": "number",
  "replicas.nodes.*.log_length": "number",
  "replicas.nodes.*.log_growth": "number",
  "replicas.nodes.*.committed": "number",
  "replicas.nodes.*.committed_growth": "number",
  "replicas.nodes.*.applied": "number",
  "replicas.nodes.*.applied_growth": "number",
  "utilization.length": "number",
  "utilization.*.node": "number",
  "utilization.*.cpu": "number",
  "utilization.*.disk": "number",
  "checks.linearizable": ["valid", "invalid", "unknown"],
  "checks.invariants": ["valid", "invalid"],
  "checks.live": ["valid", "invalid", "unknown"],
  "checks.violations.length": "number",
  "checks.violations.*.check": ["linearizable", "invariants", "live"],
  "checks.violations.*.invariant": "text",
  "checks.violations.*.sentence": "text",
  "checks.violations.*.at_us": "number",
  "checks.violations.*.position": "number",
  "checks.violations.*.epoch": "number",
  "checks.violations.*.outside": "text",
  events: "number",
  virtual_us: "number",
  trace_hash: "text",
};

/** What a field of a line holds, or undefined where there is no such field. Entries stand at a `*` in the list. */
export function kindOf(field: string): FieldKind | undefined {
  if (Object.hasOwn(lineFields, field)) return lineFields[field];
  const known = patternOf(field);
  return known === undefined ? undefined : lineFields[known];
}

/** As the list has the field: with a `*` for each entry. */
function patternOf(field: string): string | undefined {
  const steps = field.split(".");
  return Object.keys(lineFields).find(known => {
    const parts = known.split(".");
    return (
      parts.length === steps.length && parts.every((part, index) => part === "*" || part === steps[index])
    );
  });
}

/** The fields of a group, entries of it as that names them: of `messages.by_type.Append`, its count and its bytes. */
export function fieldsInside(group: string): string[] {
  const steps = group.split(".");
  return Object.keys(lineFields).flatMap(known => {
    const parts = known.split(".");
    const isInside =
      parts.length > steps.length && steps.every((step, index) => ["*", step].includes(parts[index]!));
    return isInside ? [[...steps, ...parts.slice(steps.length)].join(".")] : [];
  });
}

/** What is wrong with the entry that a field names: a cause that there is not, a place in a list that is no number. */
export function strangeEntry(field: string): string | undefined {
  const pattern = patternOf(field)?.split(".");
  const steps = field.split(".");
  const index = pattern?.findIndex((part, place) => part === "*" && steps[place] !== "*") ?? -1;
  if (index < 0) return undefined;
  const [group, entry] = [steps[index - 1]!, steps[index]!];
  if (group === "by_cause") {
    if ((causes as readonly string[]).includes(entry)) return undefined;
    const meant = didYouMean(entry, causes);
    return `there is no cause "${entry}"${meant === "" ? `; known: ${causes.join(", ")}` : meant}`;
  }
  if (group === "by_type" || /^\d+$/.test(entry)) return undefined;
  const example = steps.with(index, "0").join(".");
  return `entries of a list are counted from 0, as in ${example}, and * stands for each, not "${entry}"`;
}

/** The types of messages that a field is about: of `messages.by_type.Append.count`, `Append`. */
export const messageTypeIn = (field: string): string | undefined =>
  /^messages\.by_type\.([^.*]+)\.[^.]+$/.exec(field)?.[1];
