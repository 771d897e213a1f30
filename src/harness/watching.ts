/** Whoever watches a run, in one place: meters, faults that wait for something to happen, and the checks. */
import type { AnyProtocol, Digest, Fact, NodeId, Options, Request, Result } from "#protocol";
import type { InvariantChecker } from "../checks/invariants/invariants.ts";
import type { Machines, Settings } from "../checks/invariants/ledger.ts";
import type { FaultSchedule } from "../faults/schedule.ts";
import type { EpochMeter } from "../metrics/epochs.ts";
import type { OperationSink, Outcome } from "../protocol/client.ts";
import type { Observer } from "../simulation/observer.ts";
import type { Simulation } from "../simulation/simulation.ts";

export class ClusterObserver implements Observer {
  faults: FaultSchedule | undefined;
  // Both are made when the cluster is, and before it starts.
  clock!: { readonly tick: number };
  invariants!: InvariantChecker;
  /** Set once the run is over, for what is done to it afterwards is not part of it. */
  settling = false;
  restarts = 0;
  snapshots = 0; // taken or installed
  /** A replica that tells again what it found on its disk. */
  private isStarting = false;
  private readonly epochs: EpochMeter;
  private readonly inLog: boolean;

  constructor(epochs: EpochMeter, inLog: boolean) {
    this.epochs = epochs;
    this.inLog = inLog;
  }

  onFact(node: NodeId, fact: Fact, epoch: number, position: number, subject: unknown): void {
    this.invariants.onFact(node, fact, epoch, position, subject);
    if (fact !== "accepted" && fact !== "committed" && !this.settling) {
      this.epochs.onFact(this.clock.tick, node, fact, epoch);
      if (fact === "snapshot" && !this.isStarting) this.snapshots++;
    }
    if (this.faults === undefined) return;
    // A list of a log's entries reaches from the position on.
    const last = this.inLog && Array.isArray(subject) ? position + subject.length - 1 : position;
    this.faults.onFact(this.clock.tick, node, fact, last);
  }

  onExecute(node: NodeId, position: number, request: Request): void {
    this.invariants.onExecute(node, position, request);
  }

  onCommitAndExecute(node: NodeId, epoch: number, position: number, request: Request): void {
    this.invariants.onCommitAndExecute(node, epoch, position, request);
    if (this.faults !== undefined) this.faults.onFact(this.clock.tick, node, "committed", position);
  }

  onCrash(tick: number, node: NodeId): void {
    if (!this.settling) this.epochs.onCrash(tick, node);
    this.invariants.onCrash(node);
  }

  onWipe(node: NodeId): void {
    this.invariants.onForget(node);
  }

  onRestart(_tick: number, node: NodeId): void {
    if (!this.settling) this.restarts++;
    this.isStarting = true;
    this.invariants.onRestart(node);
  }

  onStarted(_tick: number, node: NodeId): void {
    this.isStarting = false;
    this.invariants.onStarted(node);
  }
}

/** What the checks may ask of simulated machines. */
export class SimulatedMachines implements Machines {
  readonly asked: Machines["asked"];
  private readonly simulation: Simulation;
  private readonly nodes: Simulation["nodes"];

  constructor(simulation: Simulation) {
    this.asked = simulation.asked;
    this.simulation = simulation;
    this.nodes = simulation.nodes;
  }

  nowNs(): number {
    return this.simulation.tick;
  }

  handed(node: NodeId): number {
    return this.nodes[node]!.disk.handed;
  }
  stored(node: NodeId): number {
    return this.nodes[node]!.disk.stored;
  }
  stateDigest(node: NodeId): Digest | undefined {
    const { store } = this.nodes[node]!;
    return store.isTentative ? undefined : store.digest();
  }
  effects(node: NodeId): number {
    return this.nodes[node]!.store.effects;
  }
}

/** What a protocol at this size is held to. */
export const checksOf = (
  protocol: AnyProtocol,
  n: number,
  options: Options,
  durability: "sync" | "memory",
  liars: readonly NodeId[],
): Settings => ({
  n,
  quorum: protocol.quorum(n, options),
  description: protocol.invariants,
  byzantine: protocol.faultModel === "byzantine",
  liars,
  forgetful: durability === "memory",
});

/** So many are asked for again once the run is over. */
const GIVEN_UP = 4;

/** Everything that ends is held to what was executed, and told to whoever else wants to know. */
export class CheckingSink implements OperationSink {
  reads = 0; // answered
  readonly givenUp: Request[] = []; // the latest
  private readonly listener: OperationSink;
  private readonly next: OperationSink;

  constructor(listener: OperationSink, next: OperationSink) {
    this.listener = listener;
    this.next = next;
  }

  onOperation(request: Request, callNs: number, returnNs: number, outcome: Outcome, result: Result): void {
    if (outcome === "ok" && request.command.kind === "get") this.reads++;
    if (outcome === "unknown" && this.givenUp.push(request) > GIVEN_UP) this.givenUp.shift();
    this.listener.onOperation(request, callNs, returnNs, outcome, result);
    this.next.onOperation(request, callNs, returnNs, outcome, result);
  }
}
