/**
 * The result files, as DESIGN promises them: one line a run in `runs.ndjson`, time series in `series.ndjson`, and the
 * study's `manifest.json`. Units are in the names. `null` means not measured, never zero.
 *
 * Times in `_us` are integers, except inside `latency_us`, where they keep the clock's nanosecond as decimals.
 */
import { z } from "zod";
import { Contradiction } from "./contradiction.ts";

const count = z.int().min(0);
const verdict = z.enum(["valid", "invalid", "unknown"]).nullable();
const optionValue = z.union([z.boolean(), z.number(), z.string()]);
const counted = z.strictObject({ count, bytes: count });

const Latency = z.strictObject({
  mean: z.number(),
  min: z.number(),
  p50: z.number(),
  p90: z.number(),
  p95: z.number(),
  p99: z.number(),
  p999: z.number(),
  max: z.number(),
});

/** Log-linear buckets over nanoseconds: `buckets` lists [index, count] of those that are not empty. */
const SparseHistogram = z.strictObject({
  sub_bits: z.int(),
  unit: z.literal("ns"),
  buckets: z.array(z.tuple([count, count])),
});

/** What a check found, as one sentence and as its parts. */
export const ViolationLine = z.strictObject({
  check: z.enum(["linearizable", "invariants", "live"]),
  invariant: z.string(), // which of them, as docs/checks.md names it
  sentence: z.string(),
  at_us: count,
  position: count.nullable(),
  epoch: count.nullable(),
  /** What cannot be beside each other, in the order of time. */
  facts: z.array(z.strictObject({ node: count, at_us: count, says: z.string() })),
  /** Why the protocol never promised that this would not happen; null where it did. */
  outside: z.string().nullable(),
  /** Of what is not linearizable: a few operations that contradict each other. */
  contradiction: Contradiction.nullable().default(null),
  seed: z.int(),
  again: z.string(), // the command that runs this once more and writes everything down
});
export type ViolationLine = z.infer<typeof ViolationLine>;

/** All but `node` is null where the node was down; a growth also where it was down when the window opened. */
const NodeLine = z.strictObject({
  node: count,
  role: z.enum(["leader", "follower", "candidate"]).nullable(),
  leader: count.nullable(), // whom it believed to lead; null: nobody
  has_quorum: z.boolean().nullable(), // as far as a leader can tell; null where nobody keeps track
  reachable: z.array(count).nullable(), // whom a leader had lately heard; null where nobody keeps track
  log_length: count.nullable(), // entries held; less than committed once a snapshot has replaced the head
  log_growth: z.int().nullable(),
  committed: count.nullable(),
  committed_growth: z.int().nullable(),
  applied: count.nullable(),
  applied_growth: z.int().nullable(),
});
export type NodeLine = z.infer<typeof NodeLine>;

/** What replicas said of themselves when the window closed, and how far that had moved while it was open. */
const Replicas = z.strictObject({
  down: count,
  leaders: count, // that took themselves for one
  without_quorum: count, // of these, so many knew to have no quorum
  candidates: count,
  /** Of the foremost replica: that has committed the most, the leader if that has. */
  log_length: count.nullable(),
  log_growth: z.int().nullable(),
  committed: count.nullable(),
  committed_growth: z.int().nullable(),
  applied: count.nullable(),
  applied_growth: z.int().nullable(),
  behind: count.nullable(), // from the most committed to the least
  snapshots: count, // times one replaced the head of its log by a snapshot, which makes it shorter
  nodes: z.array(NodeLine),
});
export type Replicas = z.infer<typeof Replicas>;

export const RunLine = z.strictObject({
  schema_version: z.literal(1),
  key: z.string(),
  pair_key: z.string(),
  status: z.enum(["ok", "failed"]),
  error: z.string().nullable(), // why a failed run failed
  rerun: z.string(), // the command that runs this one again
  algo: z.string(),
  n: z.int().min(1),
  f: count,
  quorum: z.int().min(1),
  workload: z.string(),
  seed: z.int(),
  options: z.record(z.string(), optionValue),
  /** Settings of the workload that this protocol does not have, and what it does instead. */
  lacks: z.array(z.strictObject({ setting: z.string(), instead: z.string() })).default([]),
  unsafe: z.string().nullable(), // what these options give up, in the protocol's own words
  point: z.record(z.string(), z.unknown()),
  durability: z.enum(["sync", "memory"]),
  crypto: z.enum(["none", "mac", "signature"]),
  cost_model: z.string(),
  /** What the protocol's paper says a command costs without faults, one command in each ordering instance. */
  declared: z
    .strictObject({ messages_per_command: z.number(), delays_to_client: z.number() })
    .nullable()
    .default(null),
  batch_mean: z.number().nullable(), // commands in an ordering instance, on average
  instances: count.nullable(), // ordering instances in the measured window
  ops: z.strictObject({ submitted: count, ok: count, failed: count, unknown: count }).nullable(),
  throughput_ops_s: z.number().nullable(),
  concurrency_mean: z.number().nullable(), // operations outstanding, averaged over the window (Little's L)
  latency_us: Latency.nullable(),
  latency_histogram: SparseHistogram.nullable(),
  messages: z
    .strictObject({
      total: count,
      per_op: z.number().nullable(),
      by_type: z.record(z.string(), counted),
      by_cause: z.record(z.string(), count),
      client: counted,
    })
    .nullable(),
  bytes: z.strictObject({ total: count, per_op: z.number().nullable() }).nullable(),
  epochs: z
    .strictObject({
      start: count,
      end: count,
      max: count,
      growth: count, // from start to max
      growth_s: z.number().nullable(), // the same a second; what it cost is in leader_changes, availability and ops
      elections: count, // times a replica became leader inside the window
      leader_changes: count, // times the leader of the cluster became another node
      /** Each node for itself: a cut-off minority may climb while the others stay. */
      nodes: z.array(
        z.strictObject({
          node: count,
          start: count,
          end: count,
          growth: count,
          growth_s: z.number().nullable(),
        }),
      ),
      /** Who was first to enter an epoch above every earlier one, and how often; the most frequent first. */
      raised_by: z.array(z.strictObject({ node: count, times: count })),
    })
    .nullable(),
  availability: z
    .strictObject({
      longest_gap_us: count.nullable(), // the longest time without an answered operation
      leaderless_us: count, // time during which no live replica led
      recoveries: z
        .array(z.strictObject({ fault: z.string(), at_us: count, recovered_us: count.nullable() }))
        .nullable(),
    })
    .nullable(),
  /** What went wrong on purpose; null where nothing was to. */
  faults: z
    .strictObject({
      scheduled: count, // faults of the workload; chaos is one, and so is each liar
      struck: count, // of these, so many did something
      strikes: count, // how often altogether
      withheld: count, // strikes left out, since they would have hit more than f nodes at once
      never_struck: z.array(z.string()),
      beyond_tolerance: z.boolean(), // more than f nodes were faulty at once, or one lost what it had stored
      beyond: z.array(z.string()).default([]), // what it was that went beyond
      /** Who has lied, and how, from when on and how often; the first first. */
      lies: z
        .array(z.strictObject({ node: count, lie: z.string(), first_us: count, times: count }))
        .default([]),
      healed_us: count.nullable(), // when chaos ended and all was well again
    })
    .nullable()
    .default(null),
  replicas: Replicas.nullable().default(null),
  utilization: z.array(z.strictObject({ node: count, cpu: z.number(), disk: z.number() })).nullable(),
  checks: z.strictObject({
    linearizable: verdict,
    invariants: z.enum(["valid", "invalid"]).nullable(),
    live: verdict,
    violations: z.array(ViolationLine).nullable(),
  }),
  events: count.nullable(),
  virtual_us: count.nullable(),
  trace_hash: z.string().nullable(),
  host: z.strictObject({ wall_ms: z.number() }).loose(), // the only part that differs between equal runs
});
export type RunLine = z.infer<typeof RunLine>;

/** One line of `series.ndjson`: what happened over time in one run. */
export const SeriesLine = z.strictObject({
  key: z.string(),
  algo: z.string(),
  n: z.int(),
  seed: z.int(),
  /** [t_us, node, epoch], each time a replica entered an epoch. */
  epochs: z.array(z.tuple([count, count, count])),
  /** [t_us, node, epoch, 1 | 0], each time a replica began or ceased to lead. */
  leaders: z.array(z.tuple([count, count, count, z.union([z.literal(0), z.literal(1)])])),
  /** Answered operations and their latency in equal windows of time. */
  windows: z.strictObject({
    width_us: z.int().min(1),
    start_us: count,
    ok: z.array(count),
    latency_mean_us: z.array(z.number().nullable()),
    latency_max_us: z.array(z.number().nullable()),
  }),
  /** Faults as they took effect: [t_us, what]. */
  faults: z.array(z.tuple([count, z.string()])),
});
export type SeriesLine = z.infer<typeof SeriesLine>;

export const Manifest = z.strictObject({
  schema_version: z.literal(1),
  argv: z.array(z.string()),
  command: z.string(), // the line that runs this study again
  workloads: z.array(
    z.strictObject({
      name: z.string(),
      source: z.string(), // as typed: a name or a path
      hash: z.string(),
      resolved: z.record(z.string(), z.unknown()),
    }),
  ),
  /** Where each protocol comes from (a name or a path, as typed) and, for a path, the hash of its code. */
  algorithms: z.array(
    z.strictObject({
      name: z.string(),
      source: z.string(),
      path: z.string().nullable(),
      code: z.string().nullable(),
    }),
  ),
  seeds: z.array(z.int()),
  /** What is to be run: each cell once per seed. Enough, with the workloads above, to continue the study. */
  cells: z.array(
    z.strictObject({
      algo: z.string(),
      n: z.int().min(1),
      workload: z.string(),
      options: z.record(z.string(), optionValue), // those that differ from the defaults
      point: z.record(z.string(), z.unknown()),
      seeds: z.array(z.int()),
    }),
  ),
  trace: z.boolean(),
  versions: z.strictObject({
    project: z.string(),
    git_commit: z.string().nullable(),
    git_dirty: z.boolean().nullable(),
    code: z.string(), // content hash of engine and algorithms, part of every key
    node: z.string(),
    v8: z.string(),
    packages: z.record(z.string(), z.string()),
  }),
  machine: z.strictObject({ os: z.string(), cpu: z.string(), cores: z.int(), memory_bytes: z.int() }),
  started: z.string(),
  ended: z.string().nullable(),
  status: z.enum(["running", "complete", "interrupted"]),
  runs: z.strictObject({ planned: count, done: count, failed: count }),
  verdicts: z.strictObject({ valid: count, invalid: count, unknown: count }).nullable(),
  /** What the workloads expect, cell by cell, once the study is complete. */
  expectations: z
    .array(
      z.strictObject({
        workload: z.string(),
        algo: z.string().nullable(), // null: no run of the study is what it is about
        n: z.int().nullable(),
        point: z.record(z.string(), z.unknown()),
        field: z.string(),
        of: z.string(), // each run, or mean, min, max, median, p95 … of the runs
        expected: z.string(),
        ok: z.boolean().nullable(), // null: not judged, `says` tells why
        found: z.union([z.number(), z.string()]).nullable(),
        runs: count,
        seeds: z.array(z.int()), // of the runs that fail it
        says: z.string().nullable(),
      }),
    )
    .nullable()
    .default(null),
  /** What searches for saturation found: the last value of the field that was worth its rise; null if none was. */
  saturation: z
    .array(
      z.strictObject({
        workload: z.string(),
        algo: z.string(),
        n: z.int(),
        point: z.record(z.string(), z.unknown()),
        field: z.string(),
        gain: z.number(),
        knee: z.unknown(),
        throughput_ops_s: z.number().nullable(), // at the knee
        tried: z.array(z.strictObject({ value: z.unknown(), throughput_ops_s: z.number().nullable() })),
        /** The universal scalability law through these points, where the field is the number of clients. */
        law: z
          .strictObject({
            lambda_ops_s: z.number(), // what one client does
            sigma: z.number(), // the share of the work that waits for its turn
            kappa: z.number(), // what each pair of clients costs
            peak: z.number().nullable(), // where throughput would be greatest; null where it only levels off
            worst: z.number(), // how far the law is from a point at most, as a share of that
          })
          .nullable()
          .default(null),
      }),
    )
    .nullable()
    .default(null),
});
export type Manifest = z.infer<typeof Manifest>;
