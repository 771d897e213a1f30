/** A liar among the replicas of any protocol: what it says may do harm, but nobody honest falls over. */
import { expect, test } from "vitest";
import { algorithms } from "../../algorithms/index.ts";
import { lieKinds } from "../../src/faults/byzantine.ts";
import { runOnce } from "../../src/harness/run.ts";
import { parseWorkload } from "../../src/workload/load.ts";

const cases = algorithms.flatMap(protocol => lieKinds.map(({ name }) => [protocol.name, name] as const));

test.each(cases)("%s, %s", (algo, lie) => {
  const protocol = algorithms.find(({ name }) => name === algo)!;
  for (const node of ["n0", "n1"]) {
    const text = `
duration: 1s
clients: { count: 2, think: 5ms, timeout: 500ms, retry: 200ms }
byzantine: [{ node: ${node}, lie: ${lie} }]
`;
    const workload = parseWorkload("liar", text, "liar.yaml");
    const names = { key: "key", pairKey: "pair", rerun: "npm run bench -- --seed 1" };
    for (const seed of [1, 2, 3]) {
      const spec = { algo, n: 4, seed, options: {}, workload, point: {}, traceFile: undefined, ...names };
      expect(runOnce(spec, protocol).line).toMatchObject({ status: "ok", error: null });
    }
  }
});
