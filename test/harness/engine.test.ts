import { describe, expect, test } from "vitest";
import { algorithms } from "../../algorithms/index.ts";
import { audiences, clusterOf, runFor, watchersOf } from "../../src/harness/engine/cluster.ts";
import { type EngineReport, targets } from "../../src/harness/engine/engine.ts";
import { workloadOf } from "../../src/harness/engine/measures.ts";
import { alternate, spreadOf } from "../../src/harness/engine/slices.ts";
import { play, recordTapes } from "../../src/harness/engine/tape.ts";
import { run } from "../cli/run.ts";

const TAPE_NS = 0.5e9;

describe("slices take turns", () => {
  test("each side goes first every other time", () => {
    const order: string[] = [];
    const side = (name: string) => () => order.push(name);
    const pairs = alternate(side("a"), side("b"), 3);
    expect(order.join("")).toBe("abbaab");
    expect(pairs.map(([left, right]) => [left.events, right.events])).toEqual([
      [1, 2],
      [4, 3],
      [5, 6],
    ]);
  });

  test("the median of an even and of an odd number of values", () => {
    expect(spreadOf([5, 1, 3])).toEqual({ median: 3, least: 1, greatest: 5 });
    expect(spreadOf([4, 1, 3, 2])).toEqual({ median: 2.5, least: 1, greatest: 4 });
  });
});

describe("what is compared does the same", () => {
  test("watching changes no event", () => {
    for (const protocol of algorithms) {
      const workload = workloadOf(8, TAPE_NS);
      const events = audiences.map(audience =>
        runFor(clusterOf(protocol, 5, 1, workload, watchersOf(audience, protocol, 5)), TAPE_NS),
      );
      expect(new Set(events).size).toBe(1);
    }
  });

  test.each(algorithms.map(protocol => [protocol.name, protocol] as const))(
    "a tape of %s has the same effects on a fresh replica, every time",
    (_name, protocol) => {
      const workload = workloadOf(8, TAPE_NS);
      const tapes = recordTapes(protocol, 5, workload, TAPE_NS);
      expect(tapes.map(({ self }) => self)).toEqual([0, 1, 2, 3, 4]);
      const leaders = tapes.filter(({ role }) => role === "leader");
      // In basic Paxos everybody proposes for itself.
      expect(leaders).toHaveLength(protocol.name === "paxos" ? 5 : 1);
      for (const tape of tapes) {
        expect(play(protocol, tape, workload)).toBe(tape.effects);
        expect(play(protocol, tape, workload)).toBe(tape.effects);
      }
    },
  );
});

test("everything is measured, in a thread of a pool; --json prints one document and nothing else", async () => {
  const { code, stdout, stderr } = await run(["engine", "--once", "--json"]);
  expect(code).toBe(0);
  expect(stderr).toMatch(/^measuring/);
  const report = JSON.parse(stdout) as EngineReport;
  expect(Object.keys(report)).toEqual([
    ...["raft", "pbft", "watching", "company", "workers", "micro", "conditions"],
  ]);
  const { raft, pbft, watching, company, workers, micro, conditions } = report;
  expect(raft.map(({ clients }) => clients)).toEqual([1, 64]);
  for (const one of [...raft, pbft]) {
    expect(one.ratio_min).toBeLessThanOrEqual(one.ratio);
    expect(one.ratio_max).toBeGreaterThanOrEqual(one.ratio);
    expect(one.ops_wall_s).toBeGreaterThan(0);
    // Slices as short as these tell nothing of speed, and a ratio may be rounded to nothing. The relation still holds.
    const lostToRounding = 0.0005 * (one.bare_events_per_op + one.ratio + 1) + 0.001;
    const costInBareEvents = one.bare_events_per_op * one.ratio;
    expect(Math.abs(costInBareEvents - one.events_per_op)).toBeLessThanOrEqual(lostToRounding);
    // Counted, not clocked: the same on every machine, however busy.
    if (one !== pbft) expect(one.events_per_op).toBeLessThanOrEqual(targets.eventsPerOp[one.clients]);
  }
  expect(company.map(({ algo }) => algo)).toEqual(["raft", "multi-paxos", "pbft"]);
  for (const { share } of [...watching, ...company]) expect(share).toBeLessThanOrEqual(1);
  expect(workers.speed_up).toBeGreaterThan(0);
  expect(micro.map(({ what }) => what)).toContain("handler, raft follower");
  for (const { ns } of micro) expect(ns).toBeGreaterThan(0);
  expect(conditions.protocols).toEqual([]); // nothing was warmed up, and that is said
  expect(conditions.gc.resource_limits).toHaveProperty("maxYoungGenerationSizeMb");
});
