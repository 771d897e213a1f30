/** Runs without faults, on constant delays and free computing, for comparison with closed formulas. */
import type { AnyProtocol, Options, ReadPath } from "#protocol";
import type { Fault } from "../../src/faults/fault.ts";
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
  readonly down?: number; // from the first on: the last ones
  readonly workload?: Partial<Workload>;
}

/** More than there are instances, so that whoever is down is sent them all, although it never answers. */
const ROOM = 64;

const crashOf = (node: number): Fault => ({
  what: { kind: "crash", who: [`n${node}`] },
  when: { on: "time", atNs: 0 },
  forNs: undefined,
  untilNs: undefined,
});

/** Every instance has exactly `batch` commands: it waits for so many, and so many clients ask at once. */
export function ideal(protocol: AnyProtocol, given: Ideal): RunLine {
  const { n, batch = 1, clients = batch, reads = "log", kind = "put", options = {}, down = 0 } = given;
  const base = loadWorkload("ideal");
  const none = { get: 0, put: 0, append: 0, cas: 0, delete: 0 };
  const workload: Workload = {
    ...base,
    warmupOperations: clients * SETTLING,
    operations: clients * INSTANCES,
    batching: { max: batch, min: batch, delayNs: 0, window: down > 0 ? ROOM : 4 },
    clients: { ...base.clients, count: clients },
    mix: { ...none, [kind]: 1 },
    reads,
    faults: Array.from({ length: down }, (_, index) => crashOf(n - 1 - index)),
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
