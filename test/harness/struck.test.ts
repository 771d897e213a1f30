import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { Chaos } from "../../src/faults/fault.ts";
import { idleFaults } from "../../src/harness/idle-faults.ts";
import { judgeStrikes } from "../../src/harness/struck.ts";
import type { RunLine } from "../../src/results/schema.ts";
import { parseWorkload } from "../../src/workload/load.ts";
import { runLine } from "../results/line.ts";

const cell = { algo: "raft", n: 3, workload: "mine", options: {}, point: {}, seeds: [1, 2] };

function lineWith(neverStruck: string[] | undefined, messages = 1): RunLine {
  const counts = {
    scheduled: 2,
    struck: 1,
    strikes: 1,
    withheld: 0,
    beyond_tolerance: false,
    beyond: [],
    lies: [],
    healed_us: null,
  };
  return runLine(`${neverStruck} ${messages}`, {
    faults: neverStruck === undefined ? null : { ...counts, never_struck: neverStruck },
    messages: { total: messages, per_op: 1, by_type: {}, by_cause: {}, client: { count: 1, bytes: 1 } },
  });
}

describe("faults of a workload", () => {
  test("are not judged where none was planned", () => {
    expect(judgeStrikes(cell, [lineWith(undefined)], undefined)).toBeUndefined();
  });

  test("must have struck, each in some run at least", () => {
    const passedBy = lineWith(["fault 1: crash any"]);
    expect(judgeStrikes(cell, [passedBy, lineWith([])], undefined)).toMatchObject({
      ok: true,
      found: "struck",
    });
    const never = [passedBy, lineWith(["fault 0: cut", "fault 1: crash any"])];
    expect(judgeStrikes(cell, never, undefined)).toMatchObject({
      ok: false,
      found: "never struck: fault 1: crash any",
    });
  });

  test.each([
    "fault 0: loss 5% on every link",
    "chaos cut",
    "liar 0: lie silent any",
    "lie slow of n0 from 0s on",
    "fault 2: crash follower",
  ])("have nobody to strike where replicas exchange no messages: %s", fault => {
    expect(judgeStrikes(cell, [lineWith([fault], 0)], undefined)).toMatchObject({
      ok: null,
      says: `not judged: replicas exchange no messages that could be hit: ${fault}`,
    });
  });

  test("need no messages to slow a disk or to crash somebody", () => {
    for (const fault of ["fault 0: slowDisk x2 n0", "fault 1: crash any"]) {
      const lines = [lineWith(["fault 3: loss 5% on every link", fault], 0)];
      expect(judgeStrikes(cell, lines, undefined)).toMatchObject({ ok: false });
    }
  });
});

describe("kinds of chaos", () => {
  const chaos: Chaos = {
    startNs: 0,
    untilNs: 10e9,
    perSecond: { crash: 0.5, diskStall: 0.1 },
    shortestNs: 1e8,
    longestNs: 1e9,
    beyondTolerance: false,
  };
  const runs = (count: number, never: string, f = 1) =>
    Array.from({ length: count }, () => ({ ...lineWith([never]), f }));

  test("that never came fail where they should have come", () => {
    expect(judgeStrikes(cell, runs(2, "chaos crash"), chaos)).toMatchObject({
      ok: false,
      found: "never struck: chaos crash",
    });
  });

  test("are told of, and not judged, where none is no surprise", () => {
    const judged = judgeStrikes(cell, runs(2, "chaos diskStall"), chaos);
    expect(judged).toMatchObject({ ok: null, found: "never struck: chaos diskStall" });
    expect(judged!.says).toMatch(
      /^not judged: too few strikes were to be expected, .*: chaos diskStall \(2\.0\)$/,
    );
    expect(judgeStrikes(cell, runs(7, "chaos diskStall"), chaos)).toMatchObject({ ok: false });
  });

  test("that were withheld each time fail, unless nobody may be hit at all", () => {
    const some = [...runs(1, "chaos crash"), ...runs(1, "chaos crash, withheld")];
    expect(judgeStrikes(cell, some, chaos)).toMatchObject({
      ok: false,
      found: "never struck: chaos crash, withheld",
    });
    expect(judgeStrikes(cell, runs(1, "chaos crash, withheld", 0), chaos)).toMatchObject({ ok: null });
  });
});

describe("faults that cannot strike", () => {
  const workload = (fault: string) => parseWorkload("mine", `duration: 2s\nfaults: [${fault}]`, "mine.yaml");

  test.each([
    ["{ at: 1s, crash: n3 }", ["crash"], "crash n3 names n3, but the nodes are n0 to n2"],
    [
      "{ at: 1s, partition: [[n0, n5], [rest]] }",
      ["partition", 0, 1],
      "partition n0, n5, rest names n5, but the nodes are n0 to n2",
    ],
    ["{ at: 90s, crash: leader }", ["at"], "crash leader strikes at 90s, but the run ends at 2s"],
  ])("are mistakes of the file: %s", (fault, path, message) => {
    const written = [{ at: "1s", crash: "any" }, parse(fault)];
    expect(idleFaults(workload(`{ at: 1s, crash: any }, ${fault}`), 3, written)).toEqual([
      { path: ["faults", 1, ...path], ofKey: false, message },
    ]);
  });

  test("so is chaos that goes on to the end of the run", () => {
    const chaos = (until: string) =>
      parseWorkload("mine", `duration: 2s\nchaos: { until: ${until} }`, "mine.yaml");
    expect(idleFaults(chaos("2s"), 3, undefined)).toEqual([
      { path: ["chaos", "until"], ofKey: false, message: "nothing heals before the run ends, at 2s" },
    ]);
    expect(idleFaults(chaos("1s"), 3, undefined)).toEqual([]);
  });

  test("others are not", () => {
    expect(idleFaults(workload("{ at: 1s, crash: n2 }"), 3, undefined)).toEqual([]);
  });
});
