/** Runs without faults, on constant delays and free computing, for comparison with closed formulas. */
import type { AnyProtocol, Options, ReadPath } from "#protocol";
import { runOnce } from "../../src/harness/run.ts";
import type { RunLine } from "../../src/results/schema.ts";
import { loadWorkload } from "../../src/workload/load.ts";
import type { Workload } from "../../src/workload/workload.ts";

export const DELAY_US = 250; // of the network `ideal`
export const INSTANCES = 20;

/** Of each client, before anything is counted: by then somebody leads, and all know who. */
const SETTLING = 3;

export interface Ideal {
  readonly n: number;
  readonly batch?: number;
  readonly clients?: number;
  readonly reads?: ReadPath;
  readonly kind?: "put" | "get";
  readonly options?: Options;
  readonly workload?: Partial<Workload>;
}

/** Every instance has exactly `batch` commands: it waits for so many, and so many clients ask at once. */
export function ideal(protocol: AnyProtocol, given: Ideal): RunLine {
  const { n, batch = 1, clients = batch, reads = "log", kind = "put", options = {} } = given;
  const base = loadWorkload("ideal");
  const none = { get: 0, put: 0, append: 0, cas: 0, delete: 0 };
  const workload: Workload = {
    ...base,
    warmupOperations: clients * SETTLING,
    operations: clients * INSTANCES,
    batching: { max: batch, min: batch, delayNs: 0, window: 4 },
    clients: { ...base.clients, count: clients },
    mix: { ...none, [kind]: 1 },
    reads,
    ...given.workload,
  };
  const identity = { key: "key", pairKey: "pair", rerun: "", traceFile: undefined, point: {} };
  return runOnce({ algo: protocol.name, n, seed: 1, options, workload, ...identity }, protocol).line;
}

/** What the papers count: replica-to-replica messages of the normal case, without heartbeats. */
export function counted({ messages }: RunLine): number {
  const { heartbeat = 0, ...causes } = messages!.by_cause;
  return Object.values(causes).reduce((sum, count) => sum + count, 0);
}
