/** From what was measured to the lines of the result files. Units change here: nanoseconds become microseconds. */
import type { AnyProtocol, Options } from "#protocol";
import type { FaultSchedule } from "../faults/schedule.ts";
import type { EpochMeter } from "../metrics/epochs.ts";
import type { Histogram } from "../metrics/histogram.ts";
import type { OperationMeter } from "../metrics/operations.ts";
import type { RunLine, SeriesLine } from "../results/schema.ts";
import type { Simulation } from "../simulation/simulation.ts";
import type { TrafficCounts } from "../simulation/traffic.ts";
import type { Workload } from "../workload/workload.ts";
import { withDefaults } from "./defaults.ts";
import { faultsLine } from "./faults.ts";
import { lacksOf } from "./lacks.ts";
import { liarsText } from "./liars.ts";
import type { LiesTold } from "./lies-told.ts";
import { policyOf } from "./policy.ts";
import { replicasOf } from "./replicas.ts";
import type { Measured } from "./run.ts";
import type { RunSpec } from "./spec.ts";

export interface RunOutcome {
  readonly measured: Measured;
  readonly meter: OperationMeter;
  readonly epochs: EpochMeter;
  readonly simulation: Simulation;
  readonly faults: FaultSchedule | undefined;
  readonly lies: LiesTold;
}

const micros = (ns: number): number => Math.round(ns / 1e3);
const microsToTheNanosecond = (ns: number): number => Math.round(ns) / 1e3;
const rounded = (value: number): number => Number(value.toPrecision(12));

/** Verdicts, and how long it all took, are added once the run has been judged. */
export function lineOf(spec: RunSpec, protocol: AnyProtocol, outcome: RunOutcome): RunLine {
  const { measured, meter, simulation } = outcome;
  const operations = meter.summary(measured.endNs);
  const { submitted, ok, failed, unknown } = operations;
  const faults = outcome.faults?.report();
  const tooMany = liarsText(protocol, outcome.lies, spec.n);
  return {
    ...identity(spec, protocol, tooMany),
    ...batches(measured.traffic, spec.n),
    ops: { submitted, ok, failed, unknown },
    throughput_ops_s: optional(operations.throughputPerSecond),
    concurrency_mean: optional(operations.concurrencyMean),
    latency_us: latencyOf(meter.latency),
    latency_histogram: meter.latency.toSparse(),
    ...trafficOf(measured.traffic, ok),
    ...leadershipOf(outcome),
    availability: {
      longest_gap_us: micros(operations.longestGapNs),
      leaderless_us: micros(outcome.epochs.summary(measured.startNs, measured.endNs).leaderlessNs),
      recoveries:
        faults?.recoveries.map(({ fault, startNs, recoveredNs }) => {
          const recovered = recoveredNs === undefined ? null : micros(recoveredNs - startNs);
          return { fault, at_us: micros(startNs), recovered_us: recovered };
        }) ?? null,
    },
    faults: faultsLine(faults, outcome.lies, tooMany),
    replicas: replicasOf(measured.before, measured.after),
    utilization: utilizationOf(measured),
    checks: { linearizable: null, invariants: null, live: null, violations: null },
    events: simulation.events,
    virtual_us: micros(simulation.tick),
    trace_hash: simulation.traceHash(),
    host: { wall_ms: 0 },
  };
}

/** What a run is, whatever came of it: also the head of a failed run's line, of whose liars nothing is known. */
export function identity(spec: RunSpec, protocol: AnyProtocol, tooMany?: string) {
  const { workload, n } = spec;
  const options = withDefaults(protocol, spec.options);
  return {
    schema_version: 1 as const,
    key: spec.key,
    pair_key: spec.pairKey,
    status: "ok" as const,
    error: null,
    rerun: spec.rerun,
    algo: protocol.name,
    n,
    f: protocol.tolerates(n, options),
    quorum: protocol.quorum(n, options),
    workload: workload.name,
    seed: spec.seed,
    options,
    lacks: lacksOf(protocol, workload),
    unsafe:
      [protocol.unsafe?.(options, policyOf(workload), n), tooMany]
        .filter(warning => warning !== undefined)
        .join("; ") || null,
    point: spec.point,
    durability: workload.durability,
    crypto: protocol.crypto?.(options) ?? ("none" as const),
    cost_model: workload.cost.name,
    declared: declaredOf(protocol, options, workload, n),
  };
}

function declaredOf(protocol: AnyProtocol, options: Options, workload: Workload, n: number) {
  const { batch, ...policy } = policyOf(workload);
  const unbatched = { ...policy, batch: { ...batch, max: 1, min: 1 } };
  const { messagesPerCommand, delaysToClient } = protocol.cost(n, unbatched, options);
  return { messages_per_command: messagesPerCommand, delays_to_client: delaysToClient };
}

export function seriesOf(spec: RunSpec, protocol: AnyProtocol, outcome: RunOutcome): SeriesLine {
  const { epochs, meter, faults, lies } = outcome;
  const log = [...(faults?.log ?? []), ...lies.log].toSorted(([left], [right]) => left - right);
  return {
    key: spec.key,
    algo: protocol.name,
    n: spec.n,
    seed: spec.seed,
    epochs: epochs.epochSeries(),
    leaders: epochs.leaderSeries(),
    windows: meter.windows.toSeries(),
    faults: log.map(([ns, what]) => [micros(ns), what]),
  };
}

const optional = (value: number | undefined): number | null => (value === undefined ? null : rounded(value));

function latencyOf(histogram: Histogram): RunLine["latency_us"] {
  const { mean, min, max } = histogram;
  if (mean === undefined || min === undefined || max === undefined) return null;
  const at = (share: number) => microsToTheNanosecond(histogram.percentile(share)!);
  return {
    mean: microsToTheNanosecond(mean),
    min: microsToTheNanosecond(min),
    p50: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    p999: at(0.999),
    max: microsToTheNanosecond(max),
  };
}

/** The messages that put commands in order tell the batch; an instance is one such message to every other replica. */
function batches({ commands, carriers }: TrafficCounts, n: number) {
  if (carriers === 0 || n === 1) return { batch_mean: null, instances: null };
  return { batch_mean: rounded(commands / carriers), instances: Math.round(carriers / (n - 1)) };
}

function trafficOf(
  { byType, byCause, client }: TrafficCounts,
  ok: number,
): Pick<RunLine, "messages" | "bytes"> {
  const types = Object.values(byType);
  const total = types.reduce((sum, { count }) => sum + count, 0);
  const bytes = types.reduce((sum, type) => sum + type.bytes, 0);
  const perOperation = (value: number) => (ok === 0 ? null : rounded(value / ok));
  return {
    messages: { total, per_op: perOperation(total), by_type: byType, by_cause: byCause, client },
    bytes: { total: bytes, per_op: perOperation(bytes) },
  };
}

function leadershipOf({ epochs, measured }: RunOutcome): Pick<RunLine, "epochs"> {
  const { startNs, endNs } = measured;
  const { start, end, max, growth, elections, leaderChanges, nodes, raisedBy } = epochs.summary(
    startNs,
    endNs,
  );
  const perSecond = (rise: number) => (endNs > startNs ? rounded((rise * 1e9) / (endNs - startNs)) : null);
  return {
    epochs: {
      start,
      end,
      max,
      growth,
      growth_s: perSecond(growth),
      elections,
      leader_changes: leaderChanges,
      nodes: nodes.map(node => ({ ...node, growth_s: perSecond(node.growth) })),
      raised_by: [...raisedBy],
    },
  };
}

function utilizationOf({ startNs, endNs, cpuBusyNs, diskBusyNs }: Measured): RunLine["utilization"] {
  const length = endNs - startNs;
  if (length === 0) return null;
  return cpuBusyNs.map((busy, node) => ({
    node,
    cpu: rounded(busy / length),
    disk: rounded(diskBusyNs[node]! / length),
  }));
}
