/** The columns of a run: names, units and meanings, once, for the tables and for the guide that goes with them. */
import type { RunLine } from "./schema.ts";
import type { Column, Value } from "./tidy.ts";

export interface Field extends Column {
  readonly source: string; // where it stands in a line of runs.ndjson
  readonly role: "identity" | "measured" | "note";
  readonly read: (line: RunLine) => Value;
}

type Rest = readonly [type: Column["type"], unit: string, meaning: string];

/** A field that stands in the line as it is. */
const at = (role: Field["role"], name: string, source: string, [type, unit, meaning]: Rest): Field => ({
  name,
  source,
  role,
  type,
  unit,
  meaning,
  read: line => valueAt(line, source.split(".")),
});

function valueAt(value: unknown, path: readonly string[]): Value {
  const [name, ...rest] = path;
  if (value === null || value === undefined) return null;
  if (name === undefined) return value as Value;
  return valueAt((value as Readonly<Record<string, unknown>>)[name], rest);
}

/** A field that is worked out from what stands at a place in the line. */
const from = (
  role: Field["role"],
  name: string,
  source: string,
  [type, unit, meaning]: Rest,
  read: Field["read"],
): Field => ({ name, source, role, type, unit, meaning, read });

const identity = (name: string, ...rest: Rest): Field => at("identity", name, name, rest);
const measured = (name: string, source: string, ...rest: Rest): Field => at("measured", name, source, rest);

const latency = (name: string, meaning: string): Field =>
  measured(
    `latency_${name}_us`,
    `latency_us.${name}`,
    "number",
    "µs",
    `${meaning} of operations that were answered`,
  );

/** As it stands in a part of the line: `messages_total` is `messages.total`. */
const inside = (part: string, name: string, ...rest: Rest): Field =>
  measured(`${part}_${name}`, `${part}.${name}`, ...rest);

/** As it stands in the line itself. */
const plain = (name: string, ...rest: Rest): Field => measured(name, name, ...rest);

const operations = (name: string, meaning: string): Field =>
  inside("ops", name, "integer", "operations", meaning);

const verdict = (name: string, meaning: string): Field =>
  at("note", name, `checks.${name}`, [
    "string",
    "",
    `${meaning}: valid, invalid, unknown; empty: not checked`,
  ]);

const what: readonly Field[] = [
  identity("key", "string", "", "names the run and the code that performed it"),
  identity("pair_key", "string", "", "names the run alone: equal in studies of the same experiment"),
  identity("algo", "string", "", "algorithm"),
  identity("n", "integer", "replicas", "cluster size"),
  identity("f", "integer", "replicas", "how many may fail"),
  identity("quorum", "integer", "replicas", "how many must agree"),
  identity("workload", "string", "", "workload"),
  identity("seed", "integer", "", "seed of the run"),
  from("identity", "options", "options", ["string", "JSON", "all options of the algorithm"], line =>
    JSON.stringify(line.options),
  ),
  from(
    "identity",
    "point",
    "point",
    ["string", "JSON", "coordinates of the sweep; also in columns point_…"],
    line => JSON.stringify(line.point),
  ),
  identity("durability", "string", "", "sync: stored before it is vouched for; memory: never stored"),
  identity("crypto", "string", "", "what messages carry: none, mac, signature"),
  identity("cost_model", "string", "", "what computing and storing take"),
  identity("status", "string", "", "ok, or failed: then nothing was measured"),
  at("note", "error", "error", ["string", "", "why it failed"]),
  from(
    "note",
    "lacks",
    "lacks",
    ["string", "", "settings of the workload that the algorithm does not have, with what it does instead"],
    line => line.lacks.map(({ setting, instead }) => `${setting}: ${instead}`).join("; ") || null,
  ),
  at("note", "unsafe", "unsafe", ["string", "", "what the options give up, in the protocol's own words"]),
];

const work: readonly Field[] = [
  plain("throughput_ops_s", "number", "operations/s", "answered operations a second of simulated time"),
  plain("concurrency_mean", "number", "operations", "operations outstanding, averaged over time"),
  operations("submitted", "operations begun in the measured window"),
  operations("ok", "of these, answered"),
  operations("failed", "of these, certainly not executed"),
  operations("unknown", "of these, executed or not: nobody knows"),
  latency("mean", "mean latency (exact)"),
  latency("min", "least latency (exact)"),
  ...(["50", "90", "95", "99"] as const).map(share =>
    latency(`p${share}`, `${share}th percentile of the latency`),
  ),
  latency("p999", "99.9th percentile of the latency"),
  latency("max", "greatest latency (exact)"),
  plain("batch_mean", "number", "commands", "commands in an ordering instance, on average"),
  plain("instances", "integer", "", "ordering instances in the measured window"),
];

const traffic: readonly Field[] = [
  inside(
    "messages",
    "total",
    "integer",
    "messages",
    "messages between replicas that left in the measured window",
  ),
  inside("messages", "per_op", "number", "messages", "messages_total per answered operation"),
  inside("bytes", "total", "integer", "bytes", "size of messages_total"),
  inside("bytes", "per_op", "number", "bytes", "bytes_total per answered operation"),
  measured("client_messages", "messages.client.count", "integer", "messages", "messages from and to clients"),
  measured("client_bytes", "messages.client.bytes", "integer", "bytes", "size of client_messages"),
  inside(
    "declared",
    "messages_per_command",
    "number",
    "messages",
    "what the paper says: without faults, one command an instance",
  ),
  inside(
    "declared",
    "delays_to_client",
    "number",
    "delays",
    "what the paper says: one-way delays until the client has its answer",
  ),
];

const leadership: readonly Field[] = [
  inside("epochs", "start", "integer", "", "highest epoch (term, ballot round, view) when measuring began"),
  inside("epochs", "end", "integer", "", "highest epoch when it ended"),
  inside("epochs", "max", "integer", "", "highest epoch at any time"),
  inside("epochs", "growth", "integer", "epochs", "from epochs_start to epochs_max"),
  inside("epochs", "growth_s", "number", "epochs/s", "the same a second"),
  measured("elections", "epochs.elections", "integer", "", "times a replica became leader"),
  measured("leader_changes", "epochs.leader_changes", "integer", "", "times the leader became another node"),
  measured(
    "longest_gap_us",
    "availability.longest_gap_us",
    "integer",
    "µs",
    "longest time without an answered operation",
  ),
  measured(
    "leaderless_us",
    "availability.leaderless_us",
    "integer",
    "µs",
    "time during which no live replica led",
  ),
  from(
    "measured",
    "recovery_slowest_us",
    "availability.recoveries",
    ["integer", "µs", "slowest recovery from a fault; empty if there was none, or any never ended"],
    slowestRecovery,
  ),
  from(
    "measured",
    "unrecovered",
    "availability.recoveries",
    ["integer", "faults", "faults from which there was no recovery"],
    unrecovered,
  ),
];

const foremost = "of the replica that has committed the most when measuring ended";
const sinceStart = "the same, less what it was when measuring began";

const standing: readonly Field[] = [
  inside("replicas", "down", "integer", "replicas", "down when measuring ended"),
  inside("replicas", "leaders", "integer", "replicas", "that then took themselves for the leader"),
  inside("replicas", "without_quorum", "integer", "replicas", "of these, that knew to have no quorum"),
  inside("replicas", "candidates", "integer", "replicas", "that then were candidates"),
  measured("log_length", "replicas.log_length", "integer", "entries", `entries held, ${foremost}`),
  measured("log_growth", "replicas.log_growth", "integer", "entries", sinceStart),
  measured("committed", "replicas.committed", "integer", "", `highest committed position, ${foremost}`),
  measured("committed_growth", "replicas.committed_growth", "integer", "", sinceStart),
  measured("applied", "replicas.applied", "integer", "", `highest executed position, ${foremost}`),
  measured("applied_growth", "replicas.applied_growth", "integer", "", sinceStart),
  measured("behind", "replicas.behind", "integer", "", "from the most committed of any replica to the least"),
  measured("snapshots", "replicas.snapshots", "integer", "", "times a snapshot replaced the head of a log"),
];

const trouble: readonly Field[] = [
  inside("faults", "scheduled", "integer", "faults", "faults of the workload"),
  inside("faults", "struck", "integer", "faults", "of these, that did something"),
  inside("faults", "strikes", "integer", "", "how often altogether"),
  inside("faults", "withheld", "integer", "", "strikes left out, that would have hit more than f at once"),
  inside("faults", "beyond_tolerance", "boolean", "", "more than f nodes were out of action at once"),
  inside("faults", "healed_us", "integer", "µs", "when chaos ended and all was well again"),
];

const rest: readonly Field[] = [
  from(
    "measured",
    "cpu_busiest",
    "utilization",
    ["number", "share", "busy time of the busiest processor"],
    line => busiest(line, "cpu"),
  ),
  from(
    "measured",
    "disk_busiest",
    "utilization",
    ["number", "share", "busy time of the busiest disk"],
    line => busiest(line, "disk"),
  ),
  verdict("linearizable", "whether what clients saw is linearizable"),
  verdict("invariants", "whether replicas kept what they must"),
  verdict("live", "whether operations went on being answered"),
  from(
    "measured",
    "violations",
    "checks.violations",
    ["integer", "", "what the checks found wrong"],
    ({ checks }) => (checks.violations === null ? null : checks.violations.length),
  ),
  plain("events", "integer", "", "events simulated"),
  plain("virtual_us", "integer", "µs", "simulated time, warm-up included"),
  at("note", "trace_hash", "trace_hash", ["string", "", "hash of all events: equal means identical runs"]),
  at("note", "host_wall_ms", "host.wall_ms", [
    "number",
    "ms",
    "how long the run took on the machine: differs each time",
  ]),
  at("note", "rerun", "rerun", ["string", "", "the command that runs this one again"]),
];

export const runFields: readonly Field[] = [
  ...what,
  ...work,
  ...traffic,
  ...leadership,
  ...standing,
  ...trouble,
  ...rest,
];

function slowestRecovery({ availability }: RunLine): number | null {
  const times = (availability?.recoveries ?? []).map(({ recovered_us }) => recovered_us);
  return times.length === 0 || times.includes(null) ? null : Math.max(...(times as number[]));
}

function unrecovered({ availability }: RunLine): number | null {
  const recoveries = availability?.recoveries ?? null;
  return recoveries === null ? null : recoveries.filter(({ recovered_us }) => recovered_us === null).length;
}

function busiest({ utilization }: RunLine, part: "cpu" | "disk"): number | null {
  return utilization === null || utilization.length === 0
    ? null
    : Math.max(...utilization.map(one => one[part]));
}
