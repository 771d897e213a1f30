/**
 * A cluster under load that is put together by hand, as `run.ts` does it, but with a choice of who watches:
 * nobody, or what watches a real run.
 */
import type { AnyProtocol } from "#protocol";
import { EpochMeter } from "../../metrics/epochs.ts";
import { OperationMeter } from "../../metrics/operations.ts";
import type { OperationSink } from "../../protocol/client.ts";
import type { Observer } from "../../simulation/observer.ts";
import { Simulation } from "../../simulation/simulation.ts";
import { TraceHash } from "../../simulation/trace-hash.ts";
import { ClientPool } from "../../workload/client.ts";
import type { Workload } from "../../workload/workload.ts";
import { withDefaults } from "../defaults.ts";
import { clocksOf, networkOf } from "../models.ts";
import { policyOf } from "../policy.ts";

export interface Watchers {
  readonly hash: TraceHash;
  readonly observer: Observer;
  readonly sink: OperationSink;
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
  const policy = policyOf(workload);
  const simulation = new Simulation({
    protocol,
    n,
    seed,
    options: withDefaults(protocol, {}),
    policy,
    network: networkOf(workload),
    cost: () => workload.cost,
    durability: workload.durability,
    clock: clocksOf(workload, seed),
    observer: watchers.observer,
    tracer: undefined,
    eventBudget: Number.POSITIVE_INFINITY,
    hash: watchers.hash,
  });
  const rules = {
    sendTo: protocol.clients.sendTo,
    matchingReplies: (read: boolean) => protocol.clients.matchingReplies(n, read, policy),
  };
  return { simulation, pool: new ClientPool(simulation.clients, rules, workload, watchers.sink) };
}

/** Runs for so long in virtual time, and says how many events that took. */
export function runFor({ simulation, pool }: Cluster, durationNs: number): number {
  simulation.at(durationNs, () => simulation.stop());
  simulation.start(pool);
  simulation.run();
  return simulation.events;
}

/** The hash and the meters of a real run. */
export function allWatching(n: number): Watchers {
  const epochs = new EpochMeter(n);
  const sink = new OperationMeter();
  sink.open(0);
  const observer: Observer = {
    onFact: (tick, node, fact, epoch) => epochs.onFact(tick, node, fact, epoch),
    onExecute() {},
    onCrash: (tick, node) => epochs.onCrash(tick, node),
    onRestart() {},
  };
  return { hash: new TraceHash(), observer, sink };
}

class NoHash extends TraceHash {
  override add(): void {}
}

export const nobodyWatching = (): Watchers => ({
  hash: new NoHash(),
  observer: { onFact() {}, onExecute() {}, onCrash() {}, onRestart() {} },
  sink: { onOperation() {} },
});
