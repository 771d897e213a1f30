/** Settings of a workload that a protocol does not have are told before a run and in its line. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { algorithms } from "../../algorithms/index.ts";
import { lacksOf } from "../../src/harness/lacks.ts";
import { planStudy } from "../../src/harness/plan.ts";
import { runOnce } from "../../src/harness/run.ts";
import { parseWorkload } from "../../src/workload/load.ts";
import { inTemporaryFolder, run } from "../cli/run.ts";

const of = (name: string) => algorithms.find(protocol => protocol.name === name)!;
const lacking = (name: string, text: string) => lacksOf(of(name), parseWorkload("w", text, "w.yaml"));

test("a protocol says what it does instead, and nothing of what it does have", () => {
  expect(lacking("pbft", "reads: lease")).toEqual([
    { setting: "reads: lease", instead: "orders reads like writes" },
  ]);
  expect(lacking("pbft", "reads: index")).toEqual([]);
  expect(lacking("raft", "{ reads: lease, batching: { max: 8, min: 4, delay: 2ms } }")).toEqual([]);
  const [batching, ...others] = lacking("primary-backup", "batching: { max: 8, min: 4, delay: 2ms }");
  expect(others).toEqual([]);
  expect(batching!.setting).toBe("batching: { max: 8, min: 4, delay: 2ms, window: 4 }");
  expect(lacking("primary-backup", "batching: { max: 1, window: 1 }")).toHaveLength(1);
});

test("it is in the line of each run", () => {
  const workload = parseWorkload("w", "{ reads: index, duration: 600ms, warmup: 300ms }", "w.yaml");
  const identity = { key: "key", pairKey: "pair", rerun: "", traceFile: undefined, point: {} };
  const { line } = runOnce({ algo: "paxos", n: 3, seed: 1, options: {}, workload, ...identity }, of("paxos"));
  expect(line.lacks).toEqual([{ setting: "reads: index", instead: "orders reads like writes" }]);
});

test("it is told once before a study, however many points and sizes it concerns", () =>
  inTemporaryFolder(async folder => {
    const file = join(folder, "mine.yaml");
    writeFileSync(file, "reads: lease\nbatching: { max: 4, delay: 1ms }\nsweep: { clients.count: [1, 2] }\n");
    const request = { algorithms: ["raft", "pbft"], n: [4, 7], f: undefined, workloads: [file], folder };
    const { notes } = await planStudy({ ...request, seeds: [1], settings: [] });
    expect(notes).toEqual([
      "workload mine sets batching.delay, which changes nothing while batching.min is 1: nothing waits",
      "workload mine asks for reads: lease; pbft has no such thing, and orders reads like writes",
    ]);
    const { code, stderr } = await run(["bench", "--algo", "raft,pbft", "--workload", file, "--dry-run"]);
    expect(code).toBe(0);
    for (const note of notes) expect(stderr).toContain(`note: ${note}\n`);
  }));
