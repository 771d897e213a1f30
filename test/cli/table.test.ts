import { describe, expect, test } from "vitest";
import { progressOf } from "../../src/cli/progress.ts";
import { failures, table } from "../../src/cli/table.ts";
import type { PlannedRun } from "../../src/harness/plan.ts";
import { oneFault, runLine } from "../results/line.ts";

describe("the table", () => {
  test("shows intervals, marks what does not vary, and repeats what is unsafe", () => {
    const lines = [1, 2, 3].map(seed =>
      runLine(`${seed}`, {
        seed,
        throughput_ops_s: 10_000 + seed * 100,
        batch_mean: 8,
        unsafe: "reads may be stale",
        checks: { linearizable: "valid", invariants: "valid", live: "unknown", violations: null },
      }),
    );
    const text = table(lines);
    expect(text).toMatch(/ 8 = +10\.2k ±2\.5% /);
    expect(text).toContain("unknown\n");
    expect(text).toContain("=  same in all 3 seeds");
    expect(text).toContain("warning: 3 seeds are few");
    expect(text).toContain("warning: raft is unsafe like this: reads may be stale");
  });

  test("says which setting a protocol does not have, and what it does instead", () => {
    const lacks = [{ setting: "reads: lease", instead: "orders reads like writes" }];
    const lines = [1, 2].map(seed => runLine(`${seed}`, { seed, algo: "pbft", lacks }));
    expect(table(lines).match(/pbft has no reads: lease, and orders reads like writes\n?/g)).toHaveLength(1);
  });

  test("warns of runs in which nothing was answered, and says why as far as it knows", () => {
    const ops = (submitted: number, ok: number) => ({ submitted, ok, failed: 0, unknown: submitted - ok });
    const lines = [ops(4, 0), ops(3, 0), ops(9, 9)].map((ops, seed) => runLine(`${seed}`, { seed, ops }));
    const { n, workload } = lines[0]!;
    const who = `warning: raft n=${n} ${workload} answered no operation of the measured time`;
    expect(table(lines)).toContain(`${who} in 2 of 3 runs: of 7 begun 0 failed and 7 got no answer`);
    expect(table([runLine("1", { ops: ops(0, 0) })])).toContain(`${who}: none was begun then`);
    expect(table([lines[2]!])).not.toContain("answered no operation");
  });

  test("tells hops and what the busiest processor spends, and a swept field once", () => {
    const utilization = [0.1, 0.5].map((cpu, node) => ({ node, cpu, disk: 0 }));
    const declared = { messages_per_command: 4, delays_to_client: 5 };
    const point = { durability: "memory" };
    const swept = { point, durability: "memory", declared, utilization, throughput_ops_s: 10_000 } as const;
    const [head, row] = table([runLine("1", swept)])
      .split("\n")
      .map(line => line.trim().split(/ {2,}/));
    expect(head!.filter(title => title === "durability")).toHaveLength(1);
    expect([row![head!.indexOf("hops")], row![head!.indexOf("cpu µs/op")]]).toEqual(["5", "50"]);
  });

  test("never claims certainty: a tiny interval is less than, not nothing", () => {
    const lines = [1, 2].map(seed => runLine(`${seed}`, { seed, throughput_ops_s: 10_000 + seed * 1e-6 }));
    expect(table(lines)).toContain("±<0.1%");
  });

  test("says where more went wrong than the algorithm tolerates, and what it was", () => {
    const beyond = ["crash n0,n1,n2 at 2s: 3 nodes faulty at once (n0,n1,n2)"];
    const checks = { linearizable: "valid", invariants: "valid", live: "valid", violations: [] } as const;
    const run = (seed: number, reasons: string[]) =>
      runLine(`${seed}`, {
        seed,
        checks: { ...checks, violations: [] },
        faults: oneFault(reasons),
      });
    const text = table([run(1, beyond), run(2, [])]);
    expect(text).toContain(" valid, beyond f\n");
    expect(text).toContain(`  raft n=3 steady, f=1, 1 of 2 runs: ${beyond[0]}`);
    expect(table([run(1, []), run(2, [])])).not.toContain("beyond f");
    const liar = "n1 lies (silent): beyond what raft tolerates";
    const both = { ...run(1, [liar, ...beyond]), unsafe: liar };
    expect(table([both])).toContain(`f=1: ${beyond[0]}\n`.trimEnd());
    expect(table([{ ...run(1, [liar]), unsafe: liar }])).not.toContain("\nbeyond f: ");
  });

  test("lists failed runs with their cause", () => {
    const line = runLine("a", { status: "failed", error: "boom" });
    expect(table([line])).toContain("1 of 1 failed");
    expect(failures([line], () => undefined)).toContain(
      "raft n=3 steady seed 1: boom\n    again: npm run bench",
    );
    expect(failures([runLine("a")], () => undefined)).toBe("");
  });
});

describe("progress", () => {
  const runs = Array.from({ length: 20 }, (_, index) => ({
    spec: { key: `${index}`, algo: "raft", n: 3, seed: index },
    estimate: { operations: 1, events: 1, wallMs: 1 },
  })) as unknown as PlannedRun[];

  function shown(isTTY: boolean, environment: Record<string, string>, quiet = false): string {
    let text = "";
    const screen = { isTTY, columns: 80, write: (part: string) => (text += part) };
    const progress = progressOf(runs, quiet, screen, environment);
    for (const { spec } of runs) {
      progress.started(spec);
      progress.finished(spec.key);
    }
    progress.close();
    return text;
  }

  test("is a line every ten per cent where nobody can redraw", () => {
    for (const text of [shown(false, {}), shown(true, { CI: "true" }), shown(true, { TERM: "dumb" })]) {
      expect(text.split("\n")).toHaveLength(11);
      expect(text).toMatch(/^10 % {2}2\/20 runs, \d+ s left\n/);
      expect(text).not.toContain("\u001b");
    }
  });

  test("leaves nothing behind on a terminal, and says nothing when asked to", () => {
    expect(shown(true, {}).endsWith("\r\u001b[2K")).toBe(true);
    expect(shown(true, {}, true)).toBe("");
  });
});
