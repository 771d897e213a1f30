/**
 * One run from end to end: a simulated cluster, a pool of clients, what is measured, and the line that results.
 *
 * A run bounded by time is measured from the end of the warm-up to its end, and then drained without counting, so that
 * the slowest operations are not left out. A run bounded by operations pauses its clients after the warm-up until
 * nothing is under way, lets them do exactly so many operations, and is counted until nothing is under way again: its
 * counts are whole multiples of what a command costs.
 */
import type { AnyProtocol } from "#protocol";
import { HistoryRecorder } from "../checks/history.ts";
import { InvariantChecker } from "../checks/invariants/invariants.ts";
import { RunningWitness } from "../checks/running-witness.ts";
import type { FaultSchedule } from "../faults/schedule.ts";
import { EpochMeter } from "../metrics/epochs.ts";
import { OperationMeter } from "../metrics/operations.ts";
import type { RunLine } from "../results/schema.ts";
import type { Tracer } from "../simulation/observer.ts";
import { Simulation } from "../simulation/simulation.ts";
import type { TrafficCounts } from "../simulation/traffic.ts";
import { ClientPool } from "../workload/client.ts";
import { rulesOf } from "./client-rules.ts";
import { withDefaults } from "./defaults.ts";
import { duplicates, faultsOf, toldOfAnswers } from "./faults.ts";
import { happenedIn } from "./happened.ts";
import { withLiars } from "./liars.ts";
import { LiesTold } from "./lies-told.ts";
import { lineOf, seriesOf } from "./line.ts";
import { clocksOf, networkOf } from "./models.ts";
import { policyOf } from "./policy.ts";
import type { Standing } from "./replicas.ts";
import { settle } from "./settling.ts";
import type { RunResult, RunSpec } from "./spec.ts";
import { TraceFile } from "./trace-file.ts";
import { tracedOperations } from "./traced-operations.ts";
import { checksLine } from "./verdicts.ts";
import { WarmUp } from "./warm-up.ts";
import { CheckingSink, ClusterObserver, checksOf, SimulatedMachines } from "./watching.ts";

/** Half an hour of one core. A run that needs more is stuck, or should be several. */
const EVENT_BUDGET = 2_000_000_000;
const LOOK_AGAIN_NS = 1_000_000;

export function runOnce(spec: RunSpec, protocol: AnyProtocol): RunResult {
  if (spec.traceFile === undefined) return runTraced(spec, protocol, undefined);
  const trace = new TraceFile(spec.traceFile);
  try {
    return runTraced(spec, protocol, trace);
  } finally {
    trace.close();
  }
}

/** The same run, told event by event to whoever asks. */
export function runTraced(spec: RunSpec, protocol: AnyProtocol, tracer: Tracer | undefined): RunResult {
  const started = performance.now();
  const run = new Run(spec, protocol, tracer, listenerFor(spec));
  run.execute();
  const { line, series, happened } = run.result();
  const checks = run.verdicts() ?? recorded(spec, protocol);
  const wallMs = performance.now() - started;
  const host = { wall_ms: Math.round(wallMs * 10) / 10 };
  return { line: { ...line, checks, host }, series, happened, eventsInAll: run.events };
}

type Listening = RunningWitness | HistoryRecorder;

/** Reads that have no place in the log are put there afterwards: of such runs everything is written down at once. */
const listenerFor = ({ workload }: RunSpec): Listening =>
  workload.reads === "log" ? new RunningWitness() : new HistoryRecorder();

/** The same once more, with all that clients were told written down. */
function recorded(spec: RunSpec, protocol: AnyProtocol): RunLine["checks"] {
  const run = new Run(spec, protocol, undefined, new HistoryRecorder());
  run.execute();
  return run.verdicts()!;
}

/** What the window of measurement saw of the cluster. */
export interface Measured {
  readonly startNs: number;
  readonly endNs: number;
  readonly traffic: TrafficCounts;
  readonly cpuBusyNs: readonly number[];
  readonly diskBusyNs: readonly number[];
  readonly before: Standing;
  readonly after: Standing;
}

class Run {
  private readonly spec: RunSpec;
  private readonly protocol: AnyProtocol;
  private readonly simulation: Simulation;
  private readonly pool: ClientPool;
  private readonly epochs: EpochMeter;
  private readonly meter = new OperationMeter();
  private readonly listener: Listening;
  private readonly sink: CheckingSink;
  private readonly observer: ClusterObserver;
  private readonly faults: FaultSchedule | undefined;
  private readonly lies: LiesTold;
  private readonly warmUp: WarmUp | undefined; // by operations; undefined: by time
  private cpuAtStart: readonly number[] = [];
  private diskAtStart: readonly number[] = [];
  private before: Standing = { nodes: [], snapshots: 0 };
  private opened = false;
  private startNs = 0;
  private measured: Measured | undefined;

  constructor(spec: RunSpec, protocol: AnyProtocol, tracer: Tracer | undefined, listener: Listening) {
    this.listener = listener;
    this.spec = spec;
    this.protocol = protocol;
    const { workload, n, seed } = spec;
    this.epochs = new EpochMeter(n);
    const options = withDefaults(protocol, spec.options);
    this.lies = new LiesTold(workload);
    const observer = new ClusterObserver(this.epochs, protocol.invariants?.order === "log");
    this.observer = observer;
    this.simulation = new Simulation({
      protocol: withLiars(protocol, workload, n, seed, this.lies),
      n,
      seed,
      options,
      policy: policyOf(workload),
      network: networkOf(workload),
      cost: () => workload.cost,
      durability: workload.durability,
      clock: clocksOf(workload, seed),
      observer,
      tracer,
      eventBudget: spec.eventBudget ?? EVENT_BUDGET,
    });
    const rules = rulesOf(protocol, workload, n, options);
    this.faults = faultsOf(workload, this.simulation, this.lies, seed, protocol.faultModel === "byzantine");
    observer.faults = this.faults;
    const settled = checksOf(protocol, n, options, workload.durability, this.lies.liars);
    this.lies.attach(this.simulation, observer);
    observer.clock = this.simulation;
    observer.invariants = new InvariantChecker(settled, new SimulatedMachines(this.simulation));
    observer.invariants.listener = listener;
    const meters = this.faults === undefined ? this.meter : toldOfAnswers(this.meter, this.faults);
    this.sink = new CheckingSink(listener, meters);
    const sink = tracedOperations(tracer, this.sink);
    const settings = { ...workload, network: { duplication: duplicates(workload) ? 1 : 0 } };
    const { warmupOperations } = workload;
    this.warmUp = warmupOperations === undefined ? undefined : new WarmUp(warmupOperations, sink);
    this.pool = new ClientPool(this.simulation.clients, rules, settings, this.warmUp ?? sink);
  }

  execute(): void {
    const { durationNs, operations } = this.spec.workload;
    const { simulation } = this;
    if (operations === undefined) {
      this.whenWarm(() => this.open(durationNs));
      simulation.at(durationNs!, () => this.endByTime());
    } else {
      this.whenWarm(() => this.pauseThen(() => this.startOperations(operations)));
    }
    this.faults?.start();
    simulation.start(this.pool);
    simulation.run();
  }

  get events(): number {
    return this.simulation.events;
  }

  /** To be asked for before the verdicts. */
  result(): Omit<RunResult, "eventsInAll"> {
    const { spec, protocol, simulation, epochs, meter } = this;
    meter.windows.extendTo(this.measured!.endNs);
    const { faults, lies } = this;
    const outcome = { measured: this.measured!, meter, epochs, simulation, faults, lies };
    const { restarts, snapshots } = this.observer;
    const seen = { reads: this.sink.reads, restarts, snapshots };
    const happened = happenedIn(simulation, seen, lies.liars.length);
    return { line: lineOf(spec, protocol, outcome), series: seriesOf(spec, protocol, outcome), happened };
  }

  /** The run is over; what is done now to judge it counts for nothing else. Undefined: it is not known well enough. */
  verdicts(): RunLine["checks"] | undefined {
    const { spec, protocol, simulation, observer, listener, faults } = this;
    observer.settling = true;
    const { n } = spec;
    const options = withDefaults(protocol, spec.options);
    const policy = policyOf(spec.workload);
    const needed = (read: boolean) => protocol.clients.matchingReplies(n, read, policy, options);
    const replies = { toReads: needed(true), toWrites: needed(false) };
    const readsApart = policy.reads !== "log";
    const { liars } = this.lies;
    const replicas = simulation.replicas.filter(node => !liars.includes(node));
    const allExecute = protocol.invariants?.everyReplicaExecutes !== false;
    const { invariants } = observer;
    const faulty = [...liars, ...invariants.forgot];
    const { givenUp } = this.sink;
    const whom = { replicas, faulty, allExecute };
    const stuck = settle({ simulation, faults, listener, replies, readsApart, givenUp, ...whom });
    invariants.finish();
    const forgot = [...invariants.forgot].sort((left, right) => left - right);
    const { violations } = invariants;
    if (listener instanceof RunningWitness && listener.inDoubt) return undefined;
    const history = listener instanceof RunningWitness ? undefined : listener.history;
    return checksLine(spec, protocol, {
      history,
      violations,
      stuck,
      settledNs: simulation.tick,
      liars,
      forgot,
    });
  }

  /** After the operation that ends the warm-up, at its very instant. */
  private whenWarm(next: () => void): void {
    const { simulation, warmUp } = this;
    if (warmUp === undefined) simulation.at(this.spec.workload.warmupNs, next);
    else warmUp.onOver = () => simulation.at(simulation.tick, next);
  }

  /** The window of measurement begins. */
  private open(endNs?: number): void {
    const { simulation } = this;
    this.opened = true;
    this.startNs = simulation.tick;
    this.meter.open(this.startNs, endNs);
    simulation.traffic.reset();
    this.cpuAtStart = simulation.nodes.map(node => node.busyNs);
    this.diskAtStart = simulation.nodes.map(node => node.disk.busyNs);
    this.before = this.standing();
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
      before: this.before,
      after: this.standing(),
    };
  }

  private standing(): Standing {
    const nodes = this.simulation.nodes.map(node => node.replica?.status());
    return { nodes, snapshots: this.observer.snapshots };
  }

  /**
   * What is outstanding may still end, uncounted but for its latency: the slowest are the last to come. Replicas need
   * not fall silent for that: with a liar among them they may never.
   */
  private endByTime(): void {
    if (!this.opened) throw new Error(this.warmUp?.missed);
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
