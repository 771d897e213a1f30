/** What faults are done to: a simulated cluster, or any other that can be crashed, cut and slowed down. */
import type { NodeId, Status } from "#protocol";

export interface FaultTarget {
  readonly replicas: readonly NodeId[];
  readonly tolerated: number; // f
  nowNs(): number;
  at(ns: number, action: () => void): void;
  /** A stream of random numbers in [0, 1) of its own. */
  dice(name: string): Dice;
  /** Undefined where the node is down. */
  status(node: NodeId): Status | undefined;

  /** `written`: the share of a batch under way that survives. */
  crash(node: NodeId, written: number): void;
  restart(node: NodeId): void;
  /** Empties the disk of a crashed node. */
  wipe(node: NodeId): void;
  pause(node: NodeId, untilNs: number): void;
  slowCpu(node: NodeId, factor: number): void;
  slowDisk(node: NodeId, factor: number): void;
  stallDisk(node: NodeId, stalled: boolean): void;
  failDisk(node: NodeId, failing: boolean): void;
  clockRate(node: NodeId, factor: number): void;
  clockJump(node: NodeId, byNs: number): void;
  trouble(links: readonly Link[], trouble: LinkTrouble): TroubleHandle;
  /** The node tells lies of one of the workload's entries, until that ends; `touched` counts them. */
  lie(entry: number, node: NodeId): TroubleHandle;
  record(event: string, fields: Readonly<Record<string, unknown>>): void;
}

export interface Dice {
  next(): number;
}

export interface Link {
  readonly from: Place;
  readonly to: Place;
}
export type Place = NodeId | "clients";

/** See the vocabulary; what is left out does nothing. */
export interface LinkTrouble {
  readonly loss?: number;
  readonly duplication?: number;
  readonly reordering?: number;
  readonly delayNs?: number;
  readonly jitterNs?: number;
  readonly hold?: boolean;
  readonly types?: readonly string[] | undefined;
  readonly clients?: ((client: number) => boolean) | undefined;
  readonly count?: number | undefined;
}

export interface TroubleHandle {
  /** How many messages it has done something to. */
  readonly touched: number;
  end(): void;
}
