/** One case of a campaign: a small cluster, a little load, some trouble. Plain data, as a workload file has it. */
import type { Options } from "#protocol";
import type { WorkloadInput } from "../../workload/schema.ts";

export interface Case {
  readonly algo: string; // a name of the registry, or the absolute path of a protocol file
  readonly n: number;
  readonly seed: number;
  readonly options: Options; // only those that differ from the protocol's defaults
  readonly file: WorkloadInput;
}

export type FaultEntry = NonNullable<WorkloadInput["faults"]>[number];

/** What a campaign explores, and from which seed. */
export interface Campaign {
  readonly algo: string;
  readonly seed: number;
  readonly sizes: readonly number[] | undefined; // undefined: those that suit the protocol
  readonly faults: readonly string[] | undefined; // kinds, and `byzantine`; undefined: all that suit the protocol
  readonly options: Options; // fixed, not drawn
}
