/** What a simulation, and each of its nodes, is made from. */
import type { AnyProtocol, NodeId, Options, Policy } from "#protocol";
import type { ClockModel, CostModel, NetworkModel } from "./models.ts";
import type { Observer, Tracer } from "./observer.ts";
import type { TraceHash } from "./trace-hash.ts";

export interface SimulationSettings {
  readonly protocol: AnyProtocol;
  readonly n: number;
  readonly seed: number;
  readonly options: Options;
  readonly policy: Policy;
  readonly network: NetworkModel;
  cost(node: NodeId): CostModel;
  readonly durability: "sync" | "memory";
  clock(node: NodeId): ClockModel;
  readonly observer: Observer;
  readonly tracer: Tracer | undefined;
  readonly eventBudget: number;
  readonly hash?: TraceHash; // only for measuring what hashing costs
}

export interface NodeSettings {
  readonly protocol: AnyProtocol;
  readonly options: Options;
  readonly policy: Policy;
  readonly n: number;
  readonly seed: number;
  readonly cost: CostModel;
  readonly durability: "sync" | "memory";
  readonly clock: ClockModel;
}
