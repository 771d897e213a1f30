/**
 * What faults do to single nodes, counted so that two faults which overlap do not end each other: a node that two of
 * them have crashed restarts when both are over, and slowdowns multiply.
 */
import type { NodeId } from "#protocol";
import type { What } from "./fault.ts";
import type { Dice, FaultTarget } from "./target.ts";

export class NodeFaults {
  private readonly target: FaultTarget;
  private readonly down = new Map<NodeId, number>(); // how many faults keep it down
  private readonly factors = new Map<string, number[]>(); // by kind and node
  private readonly stalls = new Map<NodeId, number>();
  private readonly failures = new Map<NodeId, number>();

  constructor(target: FaultTarget) {
    this.target = target;
  }

  /** Whether it may play a role that could fall to any of several: who is up, or, to be restarted, who is down. */
  isEligible(kind: What["kind"], node: NodeId): boolean {
    const up = this.target.status(node) !== undefined;
    return kind === "restart" ? !up : up;
  }

  /** Whether it can hit that node now: who is down cannot crash. */
  canHit(kind: What["kind"], node: NodeId): boolean {
    const up = this.target.status(node) !== undefined;
    if (kind === "crash" || kind === "wipe" || kind === "pause") return up;
    return kind === "restart" ? !up : true;
  }

  /** Begins, and returns what ends it. */
  begin(what: What, node: NodeId, endNs: number | undefined, dice: Dice): (() => void) | undefined {
    const { target } = this;
    const factor = what.amount ?? 1;
    switch (what.kind) {
      case "crash":
      case "wipe":
        return this.takeDown(what, node, dice);
      case "restart":
        this.down.delete(node);
        target.restart(node);
        return undefined;
      case "pause":
        target.pause(node, endNs!);
        return () => {};
      case "slowCpu":
        return this.multiply(node, "cpu", factor, all => target.slowCpu(node, all));
      case "slowDisk":
        return this.multiply(node, "disk", factor, all => target.slowDisk(node, all));
      case "clockRate":
        return this.multiply(node, "clock", factor, all => target.clockRate(node, all));
      case "clockJump":
        target.clockJump(node, what.amount ?? 0);
        return () => target.clockJump(node, -(what.amount ?? 0));
      case "diskStall":
        return counted(this.stalls, node, stalled => target.stallDisk(node, stalled));
      default:
        return this.failDisk(node);
    }
  }

  private takeDown(what: What, node: NodeId, dice: Dice): () => void {
    this.target.crash(node, what.torn ? dice.next() : 0);
    if (what.kind === "wipe") this.target.wipe(node);
    this.down.set(node, (this.down.get(node) ?? 0) + 1);
    return () => this.bringUp(node);
  }

  private bringUp(node: NodeId): void {
    const others = this.down.get(node);
    if (others === undefined) return; // restarted before its time
    if (others > 1) this.down.set(node, others - 1);
    else {
      this.down.delete(node);
      this.target.restart(node);
    }
  }

  /** The node goes down by itself when it next syncs, and restarts once the disk works again. */
  private failDisk(node: NodeId): () => void {
    this.down.set(node, (this.down.get(node) ?? 0) + 1);
    const works = counted(this.failures, node, failing => this.target.failDisk(node, failing));
    return () => {
      works();
      this.bringUp(node);
    };
  }

  private multiply(node: NodeId, what: string, factor: number, apply: (all: number) => void): () => void {
    const name = `${what} ${node}`;
    const factors = this.factors.get(name) ?? [];
    this.factors.set(name, factors);
    const product = () => factors.reduce((all, one) => all * one, 1);
    factors.push(factor);
    apply(product());
    return () => {
      factors.splice(factors.indexOf(factor), 1);
      apply(product());
    };
  }
}

function counted(counts: Map<NodeId, number>, node: NodeId, apply: (present: boolean) => void): () => void {
  const change = (by: number) => {
    const before = counts.get(node) ?? 0;
    counts.set(node, before + by);
    if (before === 0 || before + by === 0) apply(before + by > 0);
  };
  change(1);
  return () => change(-1);
}
