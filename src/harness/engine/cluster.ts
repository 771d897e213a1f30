/**
 * A cluster under load that is put together by hand, as `run.ts` does it, but with a choice of who watches: nobody, a
 * part of what watches a real run, or all of that.
 */
import type { AnyProtocol, Fact, NodeId } from "#protocol";
import { InvariantChecker } from "../../checks/invariants/invariants.ts";
import { RunningWitness } from "../../checks/running-witness.ts";
import { EpochMeter } from "../../metrics/epochs.ts";
import { OperationMeter } from "../../metrics/operations.ts";
import type { OperationSink } from "../../protocol/client.ts";
import { type Observer, unobserved } from "../../simulation/observer.ts";
import { Simulation } from "../../simulation/simulation.ts";
import { TraceHash } from "../../simulation/trace-hash.ts";
import { ClientPool } from "../../workload/client.ts";
import type { Workload } from "../../workload/workload.ts";
import { rulesOf } from "../client-rules.ts";
import { withDefaults } from "../defaults.ts";
import { clocksOf, networkOf } from "../models.ts";
import { policyOf } from "../policy.ts";
import { CheckingSink, ClusterObserver, checksOf, SimulatedMachines } from "../watching.ts";

export interface Watchers {
  readonly hash: TraceHash;
  readonly observer: Observer;
  readonly sink: OperationSink;
  readonly witness?: RunningWitness;
  /** Called before the cluster starts. */
  attach(simulation: Simulation): void;
}

export interface Cluster {
  readonly simulation: Simulation;
  readonly pool: ClientPool;
}

export function clusterOf(
  protocol: AnyProtocol,
  n: number,
  seed: number,
  workload: Workload,
  watchers: Watchers,
): Cluster {
  const options = withDefaults(protocol, {});
  const simulation = new Simulation({
    protocol,
    n,
    seed,
    options,
    policy: policyOf(workload),
    network: networkOf(workload),
    cost: () => workload.cost,
    durability: workload.durability,
    clock: clocksOf(workload, seed),
    observer: watchers.observer,
    tracer: undefined,
    eventBudget: Number.POSITIVE_INFINITY,
    hash: watchers.hash,
  });
  watchers.attach(simulation);
  const rules = rulesOf(protocol, workload, n, options);
  return { simulation, pool: new ClientPool(simulation.clients, rules, workload, watchers.sink) };
}

/** Runs for so long in virtual time, and says how many events that took. */
export function runFor({ simulation, pool }: Cluster, durationNs: number): number {
  simulation.at(durationNs, () => simulation.stop());
  simulation.start(pool);
  simulation.run();
  return simulation.events;
}

/** Who watches: each of these and all that are named before it. */
export const audiences = ["nobody", "meters", "invariants", "everybody"] as const;
export type Audience = (typeof audiences)[number];

export function watchersOf(audience: Audience, protocol: AnyProtocol, n: number): Watchers {
  if (audience === "nobody") return nobodyWatching();
  if (audience === "meters") return metersWatching(n);
  if (audience === "invariants") return invariantsWatching(protocol, n);
  return allWatching(protocol, n);
}

/** The hash, the meters and the checks of a real run. */
export function allWatching(protocol: AnyProtocol, n: number): Watchers {
  const { hash, observer, sink, attach } = invariantsWatching(protocol, n);
  const witness = new RunningWitness();
  return {
    hash,
    observer,
    sink: new CheckingSink(witness, sink),
    witness,
    attach(simulation) {
      attach(simulation);
      observer.invariants.listener = witness;
    },
  };
}

function invariantsWatching(protocol: AnyProtocol, n: number) {
  const observer = new ClusterObserver(new EpochMeter(n), protocol.invariants?.order === "log");
  const attach = (simulation: Simulation) => {
    const held = checksOf(protocol, n, withDefaults(protocol, {}), "sync", []);
    observer.clock = simulation;
    observer.invariants = new InvariantChecker(held, new SimulatedMachines(simulation));
  };
  return { hash: new TraceHash(), observer, sink: openMeter(), attach };
}

function metersWatching(n: number): Watchers {
  const observer = new EpochObserver(new EpochMeter(n));
  const attach = (simulation: Simulation) => {
    observer.clock = simulation;
  };
  return { hash: new TraceHash(), observer, sink: openMeter(), attach };
}

function openMeter(): OperationMeter {
  const meter = new OperationMeter();
  meter.open(0);
  return meter;
}

/** Tells the meter of epochs, and nobody else. */
class EpochObserver implements Observer {
  clock!: { readonly tick: number };
  private readonly epochs: EpochMeter;

  constructor(epochs: EpochMeter) {
    this.epochs = epochs;
  }

  onFact(node: NodeId, fact: Fact, epoch: number): void {
    if (fact !== "accepted" && fact !== "committed") this.epochs.onFact(this.clock.tick, node, fact, epoch);
  }
  onExecute(): void {}
  onCommitAndExecute(): void {}
  onCrash(): void {}
  onWipe(): void {}
  onRestart(): void {}
  onStarted(): void {}
}

class NoHash extends TraceHash {
  override add(): void {}
}

export const nobodyWatching = (): Watchers => ({
  hash: new NoHash(),
  observer: unobserved,
  sink: { onOperation() {} },
  attach() {},
});
