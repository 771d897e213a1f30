/** What nodes say of themselves stands in the line of a run, as somebody would read it from each by hand. */
import { expect, test } from "vitest";
import type { Options } from "#protocol";
import { raft } from "../../algorithms/raft/index.ts";
import { logsOf } from "../../src/harness/logs.ts";
import { runOnce } from "../../src/harness/run.ts";
import { parseWorkload } from "../../src/workload/load.ts";

const identity = { key: "key", pairKey: "pair", rerun: "", traceFile: undefined, point: {} };
const lineOf = (text: string, options: Options = {}) => {
  const workload = parseWorkload("w", text, "w.yaml");
  return runOnce({ algo: "raft", n: 3, seed: 1, options, workload, ...identity }, raft).line;
};

test("logs grow by what was committed, and one node leads the others", () => {
  const { logs, ops } = lineOf("{ warmup: 1s, operations: { put: 1, total: 40 }, batching: { max: 1 } }");
  const { nodes, ...most } = logs!;
  expect(ops!.ok).toBe(40);
  expect(most).toMatchObject({ length_growth: 40, committed_growth: 40, applied_growth: 40, snapshots: 0 });
  expect(nodes.map(({ length_growth }) => length_growth)).toEqual([40, 40, 40]);
  const leader = nodes.find(({ role }) => role === "leader")!;
  expect(leader).toMatchObject({ committed: most.committed, applied: most.applied, has_quorum: "yes" });
  expect(nodes.map(({ leader: followed }) => followed)).toEqual(Array(3).fill(leader.node));
  expect(leader.reachable).toEqual([0, 1, 2].filter(node => node !== leader.node));
  const follower = nodes.find(({ role }) => role === "follower")!;
  expect([follower.has_quorum, follower.reachable]).toEqual([null, null]);
});

test("a log whose head is replaced gets shorter while what is committed grows", () => {
  const { logs } = lineOf("{ warmup: 1s, operations: { put: 1, total: 40 }, batching: { max: 1 } }", {
    snapshotEvery: 10,
    snapshotKeep: 0,
  });
  expect(logs!.committed_growth).toBe(40);
  expect(logs!.length).toBeLessThanOrEqual(11);
  expect(logs!.snapshots).toBeGreaterThanOrEqual(9);
});

test("a node that is down says nothing, and a leader that is left alone says so", () => {
  const { nodes } = lineOf(
    "{ duration: 4s, warmup: 1s, faults: [{ at: 2s, crash: [follower, another-follower] }] }",
  ).logs!;
  const down = nodes!.filter(({ role }) => role === null);
  expect(down.map(({ length, committed_growth }) => [length, committed_growth])).toEqual([
    [null, null],
    [null, null],
  ]);
  expect(nodes!.find(({ role }) => role === "leader")).toMatchObject({ has_quorum: "no", reachable: [] });
});

test("where all nodes were down before there is no growth to tell, and where they are, nothing", () => {
  const status = { role: "follower", epoch: 1, leader: undefined, hasQuorum: undefined } as const;
  const up = { ...status, logLength: 3, committed: 2, applied: 2, peers: undefined };
  const logs = logsOf({ nodes: [undefined], snapshots: 0 }, { nodes: [up], snapshots: 0 });
  expect(logs).toMatchObject({ length: 3, length_growth: null, nodes: [{ leader: null, committed: 2 }] });
  const gone = logsOf({ nodes: [up], snapshots: 0 }, { nodes: [undefined], snapshots: 0 });
  expect(gone).toMatchObject({ length: null, applied_growth: null, nodes: [{ role: null }] });
});
