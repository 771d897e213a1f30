/** What nodes say of themselves stands in the line of a run, as somebody would read it from each by hand. */
import { expect, test } from "vitest";
import type { Options } from "#protocol";
import { raft } from "../../algorithms/raft/index.ts";
import { replicasOf } from "../../src/harness/replicas.ts";
import { runOnce } from "../../src/harness/run.ts";
import { parseWorkload } from "../../src/workload/load.ts";

const identity = { key: "key", pairKey: "pair", rerun: "", traceFile: undefined, point: {} };
const lineOf = (text: string, options: Options = {}) => {
  const workload = parseWorkload("w", text, "w.yaml");
  return runOnce({ algo: "raft", n: 3, seed: 1, options, workload, ...identity }, raft).line;
};

test("logs grow by what was committed, and one node leads the others", () => {
  const { replicas, ops } = lineOf("{ warmup: 1s, operations: { put: 1, total: 40 }, batching: { max: 1 } }");
  const { nodes, ...most } = replicas!;
  expect(ops!.ok).toBe(40);
  expect(most).toMatchObject({ log_growth: 40, committed_growth: 40, applied_growth: 40, snapshots: 0 });
  expect(most).toMatchObject({ down: 0, leaders: 1, without_quorum: 0, candidates: 0 });
  expect(nodes.map(({ log_growth }) => log_growth)).toEqual([40, 40, 40]);
  const leader = nodes.find(({ role }) => role === "leader")!;
  expect(leader).toMatchObject({ committed: most.committed, applied: most.applied, has_quorum: true });
  expect(nodes.map(({ leader: followed }) => followed)).toEqual(Array(3).fill(leader.node));
  expect(leader.reachable).toEqual([0, 1, 2].filter(node => node !== leader.node));
  const follower = nodes.find(({ role }) => role === "follower")!;
  expect([follower.has_quorum, follower.reachable]).toEqual([null, null]);
});

test("a log whose head is replaced gets shorter while what is committed grows", () => {
  const { replicas } = lineOf("{ warmup: 1s, operations: { put: 1, total: 40 }, batching: { max: 1 } }", {
    snapshotEvery: 10,
    snapshotKeep: 0,
  });
  expect(replicas!.committed_growth).toBe(40);
  expect(replicas!.log_length).toBeLessThanOrEqual(11);
  expect(replicas!.snapshots).toBeGreaterThanOrEqual(9);
});

test("a node that is down says nothing, and a leader that is left alone says so", () => {
  const { nodes, ...most } = lineOf(
    "{ duration: 4s, warmup: 1s, faults: [{ at: 2s, crash: [follower, another-follower] }] }",
  ).replicas!;
  expect(most).toMatchObject({ down: 2, leaders: 1, without_quorum: 1, behind: 0 });
  const down = nodes!.filter(({ role }) => role === null);
  expect(down.map(({ log_length, committed_growth }) => [log_length, committed_growth])).toEqual([
    [null, null],
    [null, null],
  ]);
  expect(nodes!.find(({ role }) => role === "leader")).toMatchObject({ has_quorum: false, reachable: [] });
});

test("where all nodes were down before there is no growth to tell, and where they are, nothing", () => {
  const status = { role: "follower", epoch: 1, leader: undefined, hasQuorum: undefined } as const;
  const up = { ...status, logLength: 3, committed: 2, applied: 2, peers: undefined };
  const back = replicasOf({ nodes: [undefined], snapshots: 0 }, { nodes: [up], snapshots: 0 });
  expect(back).toMatchObject({ log_length: 3, log_growth: null, nodes: [{ leader: null, committed: 2 }] });
  const gone = replicasOf({ nodes: [up], snapshots: 0 }, { nodes: [undefined], snapshots: 0 });
  expect(gone).toMatchObject({ log_length: null, applied_growth: null, nodes: [{ role: null }] });
});
