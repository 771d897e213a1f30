/**
 * One run from end to end: a simulated cluster, a pool of clients, what is measured, and the line that results.
 *
 * A run bounded by time is measured from the end of the warm-up to its end, and then drained without counting, so that
 * the slowest operations are not left out. A run bounded by operations pauses its clients after the warm-up until
 * nothing is under way, lets them do exactly so many operations, and is counted until nothing is under way again: its
 * counts are whole multiples of what a command costs.
 */
import type { AnyProtocol, Fact, NodeId } from "#protocol";
import type { FaultSchedule } from "../faults/schedule.ts";
import { EpochMeter } from "../metrics/epochs.ts";
import { OperationMeter } from "../metrics/operations.ts";
import type { Observer } from "../simulation/observer.ts";
import { Simulation } from "../simulation/simulation.ts";
import type { TrafficCounts } from "../simulation/traffic.ts";
import { ClientPool } from "../workload/client.ts";
import { withDefaults } from "./defaults.ts";
import { duplicates, faultsOf, toldOfAnswers } from "./faults.ts";
import { withLiars } from "./liars.ts";
import { lineOf, seriesOf } from "./line.ts";
import { clocksOf, networkOf } from "./models.ts";
import { policyOf } from "./policy.ts";
import type { RunResult, RunSpec } from "./spec.ts";
import { TraceFile } from "./trace-file.ts";

/** Half an hour of one core. A run that needs more is stuck, or should be several. */
const EVENT_BUDGET = 2_000_000_000;
const LOOK_AGAIN_NS = 1_000_000;

export function runOnce(spec: RunSpec, protocol: AnyProtocol): RunResult {
  const started = performance.now();
  const trace = spec.traceFile === undefined ? undefined : new TraceFile(spec.traceFile);
  try {
    const run = new Run(spec, protocol, trace);
    run.execute();
    return run.result(performance.now() - started);
  } finally {
    trace?.close();
  }
}

/** What the window of measurement saw of the cluster. */
export interface Measured {
  readonly startNs: number;
  readonly endNs: number;
  readonly traffic: TrafficCounts;
  readonly cpuBusyNs: readonly number[];
  readonly diskBusyNs: readonly number[];
}

class Run {
  private readonly spec: RunSpec;
  private readonly protocol: AnyProtocol;
  private readonly simulation: Simulation;
  private readonly pool: ClientPool;
  private readonly epochs: EpochMeter;
  private readonly meter = new OperationMeter();
  private readonly faults: FaultSchedule | undefined;
  private cpuAtStart: readonly number[] = [];
  private diskAtStart: readonly number[] = [];
  private startNs = 0;
  private measured: Measured | undefined;

  constructor(spec: RunSpec, protocol: AnyProtocol, trace: TraceFile | undefined) {
    this.spec = spec;
    this.protocol = protocol;
    const { workload, n, seed } = spec;
    this.epochs = new EpochMeter(n);
    const policy = policyOf(workload);
    const observer = new ClusterObserver(this.epochs);
    this.simulation = new Simulation({
      protocol: withLiars(protocol, workload, seed),
      n,
      seed,
      options: withDefaults(protocol, spec.options),
      policy,
      network: networkOf(workload),
      cost: () => workload.cost,
      durability: workload.durability,
      clock: clocksOf(workload, seed),
      observer,
      tracer: trace,
      eventBudget: EVENT_BUDGET,
    });
    const rules = {
      sendTo: protocol.clients.sendTo,
      matchingReplies: (read: boolean) => protocol.clients.matchingReplies(n, read, policy),
    };
    this.faults = faultsOf(workload, this.simulation, seed, protocol.faultModel === "byzantine");
    observer.faults = this.faults;
    const sink = this.faults === undefined ? this.meter : toldOfAnswers(this.meter, this.faults);
    const settings = { ...workload, duplicates: duplicates(workload) };
    this.pool = new ClientPool(this.simulation.clients, rules, settings, sink);
  }

  execute(): void {
    const { warmupNs, durationNs, operations } = this.spec.workload;
    const { simulation } = this;
    if (operations === undefined) {
      simulation.at(warmupNs, () => this.open(durationNs));
      simulation.at(durationNs!, () => this.endByTime());
    } else {
      simulation.at(warmupNs, () => this.pauseThen(() => this.startOperations(operations)));
    }
    this.faults?.start();
    simulation.start(this.pool);
    simulation.run();
  }

  result(wallMs: number): RunResult {
    const { spec, protocol, simulation, epochs, meter } = this;
    meter.windows.extendTo(this.measured!.endNs);
    const { faults } = this;
    const outcome = { measured: this.measured!, meter, epochs, simulation, faults, wallMs };
    return { line: lineOf(spec, protocol, outcome), series: seriesOf(spec, protocol, outcome) };
  }

  /** The window of measurement begins. */
  private open(endNs?: number): void {
    const { simulation } = this;
    this.startNs = simulation.tick;
    this.meter.open(this.startNs, endNs);
    simulation.traffic.reset();
    this.cpuAtStart = simulation.nodes.map(node => node.busyNs);
    this.diskAtStart = simulation.nodes.map(node => node.disk.busyNs);
  }

  private close(): void {
    this.faults?.finish();
    const { simulation } = this;
    this.measured = {
      startNs: this.startNs,
      endNs: simulation.tick,
      traffic: simulation.traffic.read(),
      cpuBusyNs: simulation.nodes.map((node, id) => node.busyNs - this.cpuAtStart[id]!),
      diskBusyNs: simulation.nodes.map((node, id) => node.disk.busyNs - this.diskAtStart[id]!),
    };
  }

  /**
   * What is outstanding may still end, uncounted but for its latency: the slowest are the last to come. Replicas need
   * not fall silent for that: with a liar among them they may never.
   */
  private endByTime(): void {
    this.close();
    this.pool.pause();
    this.whenAnswered();
  }

  private whenAnswered(): void {
    const { simulation, pool } = this;
    if (pool.done) return simulation.stop();
    simulation.at(simulation.tick + LOOK_AGAIN_NS, () => this.whenAnswered());
  }

  private startOperations(operations: number): void {
    this.open();
    this.pool.resume(operations);
    this.whenSettled(() => {
      this.close();
      this.simulation.stop();
    });
  }

  private pauseThen(next: () => void): void {
    this.pool.pause();
    this.whenSettled(next);
  }

  /** Once no client waits for anything and no message but heartbeats is under way. */
  private whenSettled(next: () => void): void {
    const { simulation, pool } = this;
    simulation.onQuiet = () => {
      if (pool.done) return next();
      // Quiet although a client waits: a message was lost, or nobody leads. Its retry will break the silence.
      simulation.at(simulation.tick + LOOK_AGAIN_NS, () => this.whenSettled(next));
    };
  }
}

class ClusterObserver implements Observer {
  faults: FaultSchedule | undefined;
  private readonly epochs: EpochMeter;
  constructor(epochs: EpochMeter) {
    this.epochs = epochs;
  }

  onFact(tick: number, node: NodeId, fact: Fact, epoch: number, position: number): void {
    this.epochs.onFact(tick, node, fact, epoch);
    if (this.faults !== undefined) this.faults.onFact(tick, node, fact, position);
  }
  onExecute(): void {}
  onCrash(tick: number, node: NodeId): void {
    this.epochs.onCrash(tick, node);
  }
  onRestart(): void {}
}
