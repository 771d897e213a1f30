/** Whole runs and what is said of them: safe ones, unsafe ones, and those of which nobody promised anything. */
import { describe, expect, test } from "vitest";
import type { AnyProtocol, Options } from "#protocol";
import { algorithms } from "../../algorithms/index.ts";
import { pbft } from "../../algorithms/pbft/index.ts";
import { bully } from "../../algorithms/raft/bully.ts";
import { raft } from "../../algorithms/raft/index.ts";
import { unreplicated } from "../../algorithms/unreplicated/index.ts";
import { judge } from "../../src/harness/judge.ts";
import { runOnce } from "../../src/harness/run.ts";
import type { RunSpec } from "../../src/harness/spec.ts";
import { checksLine } from "../../src/harness/verdicts.ts";
import { surprises } from "../../src/harness/violations.ts";
import type { RunLine } from "../../src/results/schema.ts";
import { parseWorkload } from "../../src/workload/load.ts";
import { get, historyOf, type Operation, put, remove } from "../checks/histories.ts";

interface Choice {
  readonly n?: number;
  readonly seed?: number;
  readonly options?: Options;
}

const load = `
clients: { mode: closed, count: 4, think: 20ms, retry: 200ms, timeout: 1s }
keys: { distribution: uniform, count: 3 }
warmup: 500ms
duration: 4s
`;

function specOf(
  protocol: AnyProtocol,
  text: string,
  { n = 3, seed = 1, options = {} }: Choice = {},
): RunSpec {
  const operations = text.includes("operations:") ? "" : "operations: { get: 50, put: 30, append: 20 }\n";
  const workload = parseWorkload("mine", `${load}${operations}${text}`, "mine.yaml");
  const names = { key: "key", pairKey: "pair", rerun: "npm run bench -- --seed 1" };
  return { algo: protocol.name, n, seed, options, workload, point: {}, traceFile: undefined, ...names };
}
const run = (protocol: AnyProtocol, text: string, choice: Choice = {}): RunLine =>
  runOnce(specOf(protocol, text, choice), protocol).line;

const valid = { linearizable: "valid", invariants: "valid", live: "valid", violations: [] };
const found = (line: RunLine) => line.checks.violations!.map(({ invariant }) => invariant);

describe("verdicts of runs", () => {
  test("nothing goes wrong", () => {
    for (const protocol of [raft, unreplicated]) expect(run(protocol, "").checks).toEqual(valid);
  });

  test("a minority crashes, is cut off or loses power, and comes back or does not", () => {
    for (const fault of [
      "{ at: 1s, for: 1s, crash: leader }",
      "{ at: 1s, crash: leader }",
      "{ at: 1s, partition: [[leader, c0], [rest, clients]] }",
      "{ at: 1s, for: 500ms, crash: all }",
      "{ at: 1s, crash: all }",
    ]) {
      expect(run(raft, `faults: [${fault}]`).checks, fault).toEqual(valid);
    }
  });

  test("the power fails again and again, and of what was being written a part is there", () => {
    const power = "faults: [{ every: 300ms, for: 100ms, crash: all, torn: true }]\nbatching: { max: 1 }";
    for (const protocol of algorithms) {
      if (protocol.name === "bully") continue;
      for (const seed of [1, 2, 3]) {
        const { checks } = run(protocol, power, { n: 4, seed });
        expect(checks, `${protocol.name} ${seed}`).toEqual(valid);
      }
    }
  });

  test("reads from a leader that was cut off are stale, and the replicas know nothing of it", () => {
    const cut = "faults: [{ at: 1s, for: 2s, partition: [[leader, c0, c1], [rest, clients]] }]";
    const { checks } = run(raft, `reads: local\noperations: { get: 95, put: 5 }\n${cut}`);
    expect(checks).toMatchObject({ linearizable: "invalid", invariants: "valid", live: "valid" });
    expect(checks.violations![0]!.sentence).toMatch(
      /^linearizability: no order of the \d+ operations on k\d+ explains what clients were told: get → .* of client /,
    );
    expect(checks.violations![0]!.sentence).toMatch(
      / \([\d.]+ to [\d.]+ ms\) has no place where k\d+ holds .*, after .* of client \d+ \([\d.]+ /,
    );
    expect(run(raft, cut).checks).toEqual(valid);
  });

  test("leaders that are not voted for", () => {
    const line = run(
      bully,
      "faults: [{ at: 1s, for: 2s, partition: [[n0, n1, c0], [n2, n3, n4, clients]] }]",
      {
        n: 5,
      },
    );
    expect(line.checks).toMatchObject({ linearizable: "invalid", invariants: "invalid" });
    expect(found(line)).toContain("state-machine-safety");
  });

  test("a violation has a sentence, the two facts, their places and times, and the way to see it again", () => {
    const line = run(
      bully,
      "faults: [{ at: 1s, for: 2s, partition: [[n0, n1, c0], [n2, n3, n4, clients]] }]",
      {
        n: 5,
      },
    );
    const violation = line.checks.violations!.find(({ invariant }) => invariant === "state-machine-safety")!;
    expect(violation).toMatchObject({ check: "invariants", seed: 1, outside: null });
    expect(violation.again).toBe("npm run bench -- --seed 1 --trace");
    expect(violation.position).toBeGreaterThan(0);
    expect(violation.facts).toHaveLength(2);
    const [first, second] = violation.facts;
    expect(first!.at_us).toBeLessThanOrEqual(second!.at_us);
    expect(violation.sentence).toContain(`n${first!.node} ${first!.says}`);
    expect(violation.sentence).toContain(`but n${second!.node} ${second!.says}`);
  });

  test("a run is the same the second time, verdicts and all", () => {
    const once = () => ({
      ...run(bully, "faults: [{ at: 1s, partition: [[n0], [rest]] }]"),
      host: undefined,
    });
    expect(once()).toEqual(once());
  });

  test("what is done to judge a run shows in nothing else of it", () => {
    const line = run(raft, "faults: [{ at: 1s, crash: follower }]");
    expect(line.virtual_us).toBeLessThan(5_100_000);
    expect(line.faults).toMatchObject({ struck: 1, strikes: 1 });
  });
});

describe("outside of what a protocol promises", () => {
  test("a disk is lost: found, and said to be so", () => {
    const wiped = `
faults:
  - { at: 0s, for: 1400ms, cut: [n0, n2] }
  - { at: 1s, partition: [[n0, n1], [n2]] }
  - { at: 2s, for: 100ms, wipe: n1 }
  - { at: 2s, crash: n0 }
  - { at: 2050ms, heal: all }
`;
    const lines = [1, 2, 3, 4, 5, 6].map(seed => run(raft, wiped, { seed }));
    const violations = lines.flatMap(({ checks }) => checks.violations!);
    expect(violations.length).toBeGreaterThan(0);
    for (const { outside } of violations) {
      expect(outside).toMatch(/^outside the fault model: .*lost what had been stored$/);
    }
  });

  test("a node lies to a protocol that does not reckon with it", () => {
    const lying = `
byzantine: [{ node: n1, lie: acknowledge-and-drop, at: 1s, for: 1500ms }]
faults:
  - { at: 0s, for: 900ms, loss: 100%, from: [n1, n2], messages: [RequestVote] }
  - { at: 1s, for: 1s, partition: [[n0, n1], [n2]] }
  - { at: 2s, crash: n0 }
`;
    const line = run(raft, lying);
    expect(line.checks).toMatchObject({ linearizable: "invalid", invariants: "invalid" });
    for (const { outside } of line.checks.violations!)
      expect(outside).toBe("outside the fault model: n1 lied");
  });

  describe("where clients compare values, and a key holds nothing twice", () => {
    const spec = specOf(pbft, "reads: index", { n: 6 });
    const outsideOf = (operations: readonly Operation[], of: RunSpec = spec, protocol = pbft) => {
      const { byzantine } = of.workload;
      const liars = byzantine.map(({ node }) => node!);
      const evidence = { violations: [], stuck: undefined, settledNs: 0, liars, forgot: [] };
      const { violations } = checksLine(of, protocol, { history: historyOf(operations), ...evidence });
      return violations!.map(({ outside }) => outside);
    };
    const outside = "reads without a place in the log, of a key that was deleted";
    const goesBack = [
      put(0, 1, "a"),
      remove(2, undefined),
      get(3, 4, undefined),
      get(5, 6, "a"),
      get(7, 8, undefined),
    ];

    test("a read that finds it again after a later state was seen is not promised to be impossible", () => {
      expect(outsideOf(goesBack)).toEqual([outside]);
      expect(outsideOf(goesBack.slice(0, 4))).toEqual([outside]);
    });

    test("but reads of what was written are held to each other, and all to what had ended before", () => {
      expect(outsideOf([...goesBack, put(9, 10, "b"), get(11, 12, "a")])).toEqual([null]);
      expect(outsideOf([...goesBack, put(9, 10, "b"), get(11, 12, undefined)])).toEqual([null]);
      expect(outsideOf([remove(0, 1), put(2, 3, "a"), get(4, 5, undefined)])).toEqual([null]);
    });

    test("nor is who found it first: what is nothing then is of an earlier time, or of none", () => {
      const found = [put(0, 100, "a"), get(10, 20, "a"), get(30, 40, undefined)];
      expect(outsideOf([...found, remove(200, 210)])).toEqual([null]);
      const before = [put(0, 5, "b"), remove(6, 9), put(10, 100, "a")];
      expect(outsideOf([...before, get(20, 30, "a"), get(40, 50, undefined)])).toEqual([null]);
    });

    test("who looks when all is over finds what is there", () => {
      const lost = [put(0, 1, "a"), remove(2, undefined), get(3, 4, undefined)];
      expect(outsideOf([...lost, get(50, 51, "a")])).toEqual([outside]);
      expect(outsideOf([...lost, get(50, 50, "a")])).toEqual([null]);
    });

    test("so few replicas must lie that the quorums of the one and of the other leave room for it", () => {
      const liar = "reads: index\nbyzantine: [{ node: n1, lie: silent, at: 0s }]";
      expect(outsideOf(goesBack, specOf(pbft, "reads: index", { n: 4 }))).toEqual([null]);
      expect(outsideOf(goesBack, specOf(pbft, liar, { n: 4 }))).toEqual([outside]);
      expect(outsideOf(goesBack, specOf(pbft, liar, { n: 5 }))).toEqual([null]);
    });

    test("nor is it an excuse where nothing was deleted, reads are ordered, or one answer is believed", () => {
      const stale = goesBack.filter(({ kind }) => kind !== "delete");
      expect(outsideOf(stale)).toEqual([null]);
      expect(outsideOf(goesBack, specOf(pbft, "reads: log", { n: 6 }))).toEqual([null]);
      expect(outsideOf(goesBack, specOf(raft, "reads: index", { n: 6 }), raft)).toEqual([null]);
    });
  });
});

describe("what nobody expected", () => {
  const cell = { algo: "bully", n: 3, workload: "mine", options: {}, point: {}, seeds: [1] };
  const cut = "faults: [{ at: 1s, partition: [[n0, n1, c0], [n2, clients]] }]";
  const evidenceWith = (expectation: string) => {
    const spec = specOf(bully, `${cut}\n${expectation}`);
    const { line } = runOnce(spec, bully);
    return { workloads: [spec.workload], cells: [cell], lines: [line], saturation: [] };
  };

  test("is a violation of safety that the file does not speak of, or speaks against", () => {
    for (const expectation of ["", "expect: { linearizable: valid, invariants: valid }"]) {
      const [surprise] = surprises(evidenceWith(expectation));
      expect(surprise!.violation.check).not.toBe("live");
    }
  });

  test("is not one that it foresees, check by check", () => {
    const both = "expect: { linearizable: invalid, invariants: [valid, invalid], live: [valid, invalid] }";
    expect(surprises(evidenceWith(both))).toEqual([]);
    const [other] = surprises(evidenceWith("expect: { linearizable: invalid }"));
    expect(other!.violation.check).toBe("invariants");
  });

  test.each(["", "expect: { live: valid }"])(
    "a cluster that does not recover fails, and why: '%s'",
    expected => {
      const evidence = evidenceWith(expected);
      const stuck = { ...evidence.lines[0]!, checks: { ...valid, live: "invalid" as const, violations: [] } };
      const said = {
        ...evidence.lines[0]!.checks.violations![0]!,
        check: "live" as const,
        sentence: "stuck",
      };
      const lines = [
        { ...stuck, checks: { ...stuck.checks, linearizable: "valid" as const, violations: [said] } },
      ];
      const judged = judge({ ...evidence, lines: lines as RunLine[] });
      expect(judged.find(({ field }) => field === "checks.live")).toMatchObject({ ok: false, says: "stuck" });
    },
  );
});
