/**
 * A few small runs that between them draw from every distribution, meet every fault of a link and use every
 * protocol of the registry. Whatever changes the behaviour of anything changes the trace hash of some of
 * them.
 */
import { join } from "node:path";
import { algorithms } from "../../algorithms/index.ts";
import { codesOf } from "../../src/harness/manifest.ts";
import { expand, planStudy } from "../../src/harness/plan.ts";
import { runOnce } from "../../src/harness/run.ts";
import type { RunLine } from "../../src/results/schema.ts";

const rough = ["exponential", "lognormal", "uniform"].map(name => join(import.meta.dirname, `${name}.yaml`));

/** Some milliseconds each. */
export const tiny = { workloads: ["ideal", ...rough], n: [3] } as const;
export const several = { workloads: ["steady", "ideal", ...rough], n: [3, 5] } as const;

export interface Choice {
  readonly workloads: readonly string[];
  readonly n: readonly number[];
}

/** The lines as they stand in `runs.ndjson`, one after another, without what is the machine's. */
export async function* linesOf({ workloads, n }: Choice): AsyncGenerator<RunLine> {
  const plan = await planStudy({
    algorithms: algorithms.map(({ name }) => name),
    n,
    f: undefined,
    workloads,
    seeds: [1],
    settings: [],
    folder: import.meta.dirname,
  });
  for (const { spec } of expand(plan, codesOf(plan.protocols).of)) {
    const protocol = algorithms.find(({ name }) => name === spec.algo)!;
    yield { ...runOnce(spec, protocol).line, host: { wall_ms: 0 } };
  }
}

export const nameOf = ({ workload, algo, n }: RunLine): string => `${workload} ${algo} n=${n}`;
