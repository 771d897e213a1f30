/** A mutant's schedule, a workload file that pins one size and one seed, as a case. */
import type { Options } from "#protocol";
import type { Case } from "../../src/harness/fuzz/case.ts";
import { openWorkload } from "../../src/workload/load.ts";
import type { WorkloadInput } from "../../src/workload/schema.ts";

interface Pinned {
  readonly description: string;
  readonly n: number;
  readonly seeds: readonly number[];
  readonly options?: Readonly<Record<string, Options>>; // of the honest protocol
}

export function scheduledCase(path: string, algo: string): Case {
  const { description: _, n, seeds, options = {}, ...file } = openWorkload(path).written as unknown as Pinned;
  return { algo, n, seed: seeds[0]!, options: Object.values(options)[0] ?? {}, file: file as WorkloadInput };
}
