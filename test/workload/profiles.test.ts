/** Networks and cost models that have names are spelled out in files that people copy: they must say the same. */
import { describe, expect, test } from "vitest";
import { raft } from "../../algorithms/raft/index.ts";
import { runOnce } from "../../src/harness/run.ts";
import { loadWorkload } from "../../src/workload/load.ts";
import { costModels, costNames, networkNames, networks } from "../../src/workload/profiles.ts";
import type { Workload } from "../../src/workload/workload.ts";

const costOf = (name: string) => costNames.find(cost => cost === name) ?? "lan";

describe.each(networkNames)("%s", name => {
  const spelledOut = loadWorkload(`profile-${name}`);
  const cost = costOf(name);

  test("is the same number by number", () => {
    expect(spelledOut.network).toEqual(networks[name]);
    expect({ ...spelledOut.cost, name: cost }).toEqual(costModels[cost]);
  });

  test("gives the same run to the last byte", () => {
    const named = { ...spelledOut, network: networks[name], cost: costModels[cost] };
    expect(lineOf(spelledOut)).toBe(lineOf(named));
  });
});

/** The line as it is written, but for what is the machine's and what the costs are called. */
function lineOf(workload: Workload): string {
  const identity = { key: "key", pairKey: "pair", rerun: "", traceFile: undefined, point: {} };
  const { options: pinned } = workload.pinned;
  const options = pinned.raft ?? {};
  const { line } = runOnce({ algo: "raft", n: 5, seed: 1, options, workload, ...identity }, raft);
  expect(line.ops!.ok).toBeGreaterThan(100);
  return JSON.stringify({ ...line, cost_model: "", host: {} });
}
