/** A liar among the replicas of any protocol: what it says may do harm, but nobody honest falls over. */
import { expect, test } from "vitest";
import { algorithms } from "../../algorithms/index.ts";
import { lieKinds } from "../../src/faults/byzantine.ts";
import { runOnce } from "../../src/harness/run.ts";
import { parseWorkload } from "../../src/workload/load.ts";

const cases = algorithms.flatMap(protocol => lieKinds.map(({ name }) => [protocol.name, name] as const));

function lineWith(algo: string, liar: string, seed: number) {
  const protocol = algorithms.find(({ name }) => name === algo)!;
  const text = `
duration: 1s
clients: { count: 2, think: 5ms, timeout: 500ms, retry: 200ms }
byzantine: [{ ${liar} }]
`;
  const workload = parseWorkload("liar", text, "liar.yaml");
  const names = { key: "key", pairKey: "pair", rerun: "npm run bench -- --seed 1" };
  const spec = { algo, n: 4, seed, options: {}, workload, point: {}, traceFile: undefined, ...names };
  return runOnce(spec, protocol).line;
}

test.each(cases)("%s, %s", (algo, lie) => {
  for (const node of ["n0", "n1"]) {
    for (const seed of [1, 2, 3]) {
      const line = lineWith(algo, `node: ${node}, lie: ${lie}`, seed);
      expect(line).toMatchObject({ status: "ok", error: null });
    }
  }
});

test("whether a liar has lied is in the results", () => {
  const lied = lineWith("pbft", "node: n1, lie: silent", 1);
  expect(lied.faults).toMatchObject({ scheduled: 1, struck: 1, strikes: 1, never_struck: [] });
  const never = lineWith("pbft", "node: n1, lie: false-new-view, at: 100ms", 1);
  expect(never.faults).toMatchObject({ struck: 0, never_struck: ["lie false-new-view of n1 from 100ms on"] });
  const needNot = lineWith("pbft", "node: n1, lie: false-new-view, optional: true", 1);
  expect(needNot.faults).toMatchObject({ scheduled: 1, struck: 0, never_struck: [] });
});
