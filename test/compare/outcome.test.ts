/** What is said of a row besides its numbers: whether it is the same, and what the checks found. */
import { describe, expect, test } from "vitest";
import { foundAnything, regressed } from "../../src/compare/compare.ts";
import { headline } from "../../src/compare/findings.ts";
import { samenessText } from "../../src/compare/sameness.ts";
import type { RunLine } from "../../src/results/schema.ts";
import { oneFault } from "../results/line.ts";
import { compared, pairsOf } from "./pairs.ts";

const run = (throughput_ops_s: number, trace_hash: string | null) => (): Partial<RunLine> => {
  return { throughput_ops_s, trace_hash };
};

describe("sameness", () => {
  const said = (base: () => Partial<RunLine>, next: () => Partial<RunLine>) =>
    samenessText(compared(pairsOf(3, base, next)).rows[0]!.sameness);

  test("tells equal traces from equal numbers and from neither", () => {
    expect(said(run(5, "x"), run(5, "x"))).toBe("identical");
    expect(said(run(5, "x"), run(5, "y"))).toBe("equal numbers");
    expect(said(run(5, "x"), run(6, "y"))).toBe("differ");
    expect(said(run(5, "x"), run(6, "x"))).toBe("same trace, recounted");
    expect(said(run(5, null), run(5, null))).toBe("equal numbers");
  });

  test("of some seeds is counted", () => {
    const pairs = pairsOf(
      4,
      () => run(5, "x")(),
      seed => run(seed === 1 ? 6 : 5, seed === 1 ? "y" : "x")(),
    );
    expect(samenessText(compared(pairs).rows[0]!.sameness)).toBe("3/4 identical");
  });

  test("makes the headline", () => {
    expect(headline(compared(pairsOf(3, run(5, "x"), run(5, "x"))))).toBe(
      "identical: every run has the same trace",
    );
    expect(headline(compared(pairsOf(3, run(5, "x"), run(5, "y"))))).toBe("no difference");
  });

  test("of the same code that is none is a warning: runs ought to be reproducible", () => {
    const same = { key: "one" };
    const pairs = pairsOf(
      1,
      () => ({ ...run(5, "x")(), ...same }),
      () => ({ ...run(5, "y")(), ...same }),
    );
    expect(compared(pairs).warnings[0]).toContain("is not reproducible");
  });
});

type Verdict = "valid" | "invalid" | "unknown" | null;

const checked = (linearizable: Verdict) => (): Partial<RunLine> => ({
  checks: { linearizable, invariants: null, live: null, violations: null },
});

describe("checks", () => {
  test.each<[Verdict, Verdict]>([
    ["valid", "invalid"],
    ["valid", "unknown"],
    ["valid", null],
    ["unknown", "invalid"],
    [null, "invalid"],
  ])("from %s to %s is a regression", (base, next) => {
    const all = compared(pairsOf(3, checked(base), checked(next)));
    expect(all.rows[0]!.checks).toMatchObject([{ check: "linearizable", worse: true, seeds: [1, 2, 3] }]);
    expect(regressed(all)).toBe(true);
    const back = compared(pairsOf(3, checked(next), checked(base)));
    expect(back.rows[0]!.checks).toMatchObject([{ worse: false }]);
    expect(regressed(back)).toBe(false);
  });

  test.each<[Verdict, Verdict]>([
    [null, "unknown"],
    ["invalid", "invalid"],
    ["valid", "valid"],
  ])("from %s to %s is none", (base, next) => {
    expect(compared(pairsOf(3, checked(base), checked(next))).rows[0]!.checks).toEqual([]);
  });

  test("a run that fails now is a regression, and its missing verdicts are not another", () => {
    const failed = (): Partial<RunLine> => ({ status: "failed", error: "boom" });
    const all = compared(pairsOf(2, checked("valid"), failed));
    expect(all.rows[0]!.checks).toEqual([
      { check: "run", base: "ok", next: "failed", worse: true, seeds: [1, 2], says: "boom" },
    ]);
    expect(all.rows[0]!.failed).toBe(2);
    expect(regressed(compared(pairsOf(2, failed, failed)))).toBe(false);
    expect(foundAnything(compared(pairsOf(2, failed, failed)))).toBe(false);
  });

  test("a fault that is not recovered from any more is a regression", () => {
    const recovered = (recovered_us: number | null) => (): Partial<RunLine> => ({
      availability: {
        longest_gap_us: 5,
        leaderless_us: 0,
        recoveries: [{ fault: "crash", at_us: 1, recovered_us }],
      },
    });
    const all = compared(pairsOf(3, recovered(100), recovered(null)));
    expect(all.rows[0]!.checks).toMatchObject([
      { check: "recovery", base: "recovered", next: "not recovered", worse: true },
    ]);
  });

  test("a setting that only one of two algorithms has is a warning", () => {
    const lacks = [{ setting: "reads: lease", instead: "orders reads like writes" }];
    const against = (algo: string) =>
      pairsOf(
        3,
        () => ({}),
        () => ({ algo, lacks }),
      );
    const says = "pbft has no reads: lease, unlike raft, and orders reads like writes";
    expect(compared(against("pbft")).warnings.filter(warning => warning === says)).toHaveLength(1);
    expect(compared(against("raft")).warnings.join()).not.toContain("has no");
  });

  test("a side that went through more than it tolerates is a warning", () => {
    const hit = () => ({ faults: oneFault(["crash n0,n1 at 2s: 2 nodes faulty at once"]) });
    const text = (pairs: ReturnType<typeof pairsOf>) => compared(pairs).warnings.join();
    expect(text(pairsOf(3, () => ({}), hit))).toMatch(/beyond f on the new side only: .*crash n0,n1 at 2s/);
    expect(text(pairsOf(3, hit, hit))).toContain("beyond f on both sides: ");
  });

  test("what has become unsafe is a warning", () => {
    const pairs = pairsOf(
      3,
      () => ({}),
      () => ({ unsafe: "reads may be stale" }),
    );
    expect(compared(pairs).warnings.join()).toContain("unsafe on the new side only: reads may be stale");
  });
});
