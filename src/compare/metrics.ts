/** What is compared of two runs, and which way is better. */
import type { RunLine } from "../results/schema.ts";

export interface Metric {
  readonly id: string; // for --threshold and for programs
  readonly title: string; // of a column
  readonly unit: string; // empty where the title says it all
  readonly better: "higher" | "lower";
  /** Sizes are compared by their ratio; counts, which may be zero and double from one to two, by their difference. */
  readonly scale: "ratio" | "difference";
  /** Whether two seeds may well have the same value by chance. */
  readonly discrete: boolean;
  /** How far apart two values must be to be told apart, as a share of them; 0 where they are exact. */
  readonly resolution: number;
  /** For a sentence: "raft sends 4.0 times the messages of primary-backup". */
  readonly verb: string;
  readonly noun: string;
  readonly read: (line: RunLine) => number | null | undefined;
}

type Latency = NonNullable<RunLine["latency_us"]>;

/** Every doubling of a latency has so many buckets in its histogram, and a percentile is the middle of one. */
const bucketsADoubling = 128;

const latency = (id: string, title: string, noun: string, of: (latency: Latency) => number): Metric => ({
  id,
  title,
  unit: "ms",
  better: "lower",
  scale: "ratio",
  discrete: false,
  resolution: 1 / bucketsADoubling,
  verb: "has",
  noun,
  read: ({ latency_us }) => latency_us && of(latency_us) / 1000,
});

const size = (id: string, title: string, noun: string, read: Metric["read"]): Metric => ({
  id,
  title,
  unit: "",
  better: "lower",
  scale: "ratio",
  discrete: false,
  resolution: 0,
  verb: "sends",
  noun,
  read,
});

const count = (id: string, title: string, noun: string, read: Metric["read"]): Metric => ({
  id,
  title,
  unit: "",
  better: "lower",
  scale: "difference",
  discrete: true,
  resolution: 0,
  verb: "has",
  noun,
  read,
});

const time = (id: string, title: string, noun: string, read: Metric["read"]): Metric => ({
  ...size(id, title, noun, read),
  unit: "ms",
  verb: "has",
});

const milliseconds = (us: number | null | undefined) => (us === null || us === undefined ? us : us / 1000);

export const metrics: readonly Metric[] = [
  {
    ...size("throughput", "ops/s", "operations a second", line => line.throughput_ops_s),
    better: "higher",
    verb: "answers",
  },
  latency("p50", "p50", "median latency", ({ p50 }) => p50),
  latency("p99", "p99", "99th percentile of latency", ({ p99 }) => p99),
  latency("p99.9", "p99.9", "99.9th percentile of latency", ({ p999 }) => p999),
  size("messages", "messages/op", "messages per operation", line => line.messages?.per_op),
  size("bytes", "bytes/op", "bytes per operation", line => line.bytes?.per_op),
  count("term_growth", "term growth", "growth of terms", line => line.epochs?.growth),
  count("leader_changes", "leader changes", "changes of leader", line => line.epochs?.leader_changes),
  time("longest_gap", "longest gap", "longest gap without an answer", line =>
    milliseconds(line.availability?.longest_gap_us),
  ),
  {
    ...time("leaderless", "leaderless", "time without a leader", line =>
      milliseconds(line.availability?.leaderless_us),
    ),
    scale: "difference",
    discrete: true, // most runs have none
  },
  time("recovery", "slowest recovery", "slowest recovery", slowestRecovery),
  { ...count("unanswered", "unanswered", "unanswered operations", unansweredPercent), unit: "%" },
];

/** Null where something never recovered: that is a verdict, and no number. */
function slowestRecovery({ availability }: RunLine): number | null {
  const times = (availability?.recoveries ?? []).map(({ recovered_us }) => recovered_us);
  if (times.length === 0 || times.includes(null)) return null;
  return milliseconds(Math.max(...(times as number[])))!;
}

/** Operations that failed, or of which nobody knows, of those that were submitted. */
function unansweredPercent({ ops }: RunLine): number | null {
  if (ops === null || ops.submitted === 0) return null;
  return (100 * (ops.failed + ops.unknown)) / ops.submitted;
}
