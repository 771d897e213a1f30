import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { chooseRuns, keepTraces, keptFile } from "../../src/harness/kept-traces.ts";
import type { PlannedRun } from "../../src/harness/plan.ts";
import type { Manifest, RunLine } from "../../src/results/schema.ts";
import { sampleRuns, violation } from "../report/sample.ts";
import { runLine } from "../results/line.ts";
import { kept, perform, plannedRuns } from "./kept-traces-runs.ts";

const folder = mkdtempSync(join(tmpdir(), "consensus-bench-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const runs = await plannedRuns(["raft", "primary-backup"], [3, 5], "crash-leader", [1, 2, 3]);

const lineOf = ({ spec }: PlannedRun, change: Partial<RunLine> = {}): RunLine =>
  runLine(spec.key, {
    algo: spec.algo,
    n: spec.n,
    seed: spec.seed,
    workload: "crash-leader",
    events: 1000,
    ...change,
  });

const chosenOf = (lines: readonly RunLine[], expectations: Manifest["expectations"] = null) =>
  chooseRuns(runs, lines, expectations).chosen.map(({ line }) => `${line.algo} ${line.n} ${line.seed}`);

const good: RunLine["checks"] = { linearizable: "valid", invariants: "valid", live: "valid", violations: [] };
const bad: RunLine["checks"] = { ...good, invariants: "invalid", violations: [violation] };

describe("which runs", () => {
  test("where nothing happened the first seed of each row, the algorithms in turn", () => {
    expect(chosenOf(runs.map(run => lineOf(run)))).toEqual([
      "raft 3 1",
      "primary-backup 3 1",
      "raft 5 1",
      "primary-backup 5 1",
    ]);
  });

  test("of all rows the seed under which a term rose most in any of them, then clients waited longest", () => {
    const with2 = (run: PlannedRun, change: Partial<RunLine>) =>
      lineOf(run, run.spec.algo === "raft" && run.spec.n === 5 && run.spec.seed === 2 ? change : {});
    const seeds = (lines: readonly RunLine[]) => chosenOf(lines).map(name => name.split(" ").at(-1));
    const { availability, epochs } = sampleRuns()[0]!;
    const grown = runs.map(run => with2(run, { epochs: { ...epochs!, growth: 7 } }));
    expect(seeds(grown)).toEqual(["2", "2", "2", "2"]);
    const waited = runs.map(run => with2(run, { availability }));
    expect(seeds(waited)).toEqual(["2", "2", "2", "2"]);
  });

  test("a violation comes first, and before one that nobody had excluded one that was outside the promise", () => {
    const lines = runs.map(run => {
      const { algo, n, seed } = run.spec;
      if (algo === "raft" && n === 5 && seed === 3) {
        return lineOf(run, { checks: bad });
      }
      if (algo === "raft" && n === 3 && seed === 2) {
        const outside = { ...violation, outside: "beyond the fault bound" };
        return lineOf(run, { checks: { ...bad, violations: [outside] } });
      }
      return lineOf(run);
    });
    expect(chosenOf(lines).slice(0, 2)).toEqual(["raft 5 3", "raft 3 2"]);
  });

  test("a seed that fails an expectation, and none that failed altogether", () => {
    const lines = runs.map(run => lineOf(run, run.spec.seed === 1 ? { status: "failed", events: null } : {}));
    const expectation = {
      workload: "crash-leader",
      algo: "raft",
      n: 3,
      point: {},
      field: "epochs.growth",
      of: "each",
      expected: "0",
      ok: false,
      found: 1,
      runs: 3,
      seeds: [3],
      says: null,
    };
    expect(chosenOf(lines, [expectation])).toEqual([
      "raft 3 3",
      "primary-backup 3 2",
      "raft 5 2",
      "primary-backup 5 2",
    ]);
  });

  test("long runs are left out and counted, but for those that went wrong", () => {
    const events = [0, 90_000_000, 1000, 1000]; // by seed
    const lines = runs.map(run => {
      const wrong = run.spec.algo === "raft" && run.spec.seed === 2;
      return lineOf(run, {
        events: run.spec.n === 5 ? events[run.spec.seed]! : 1000,
        checks: wrong ? bad : good,
      });
    });
    const choices = chooseRuns(runs, lines, null);
    expect(choices.chosen.map(({ line }) => `${line.algo} ${line.n} ${line.seed}`)).toEqual([
      "raft 3 2",
      "raft 5 2",
      "primary-backup 3 1",
    ]);
    expect(choices.leftOut).toBe(1);
  });

  test("not more rows than a reader would look at", async () => {
    const many = await plannedRuns(
      ["raft"],
      Array.from({ length: 20 }, (_, n) => n + 1),
      "crash-leader",
      [1],
    );
    const choices = chooseRuns(
      many,
      many.map(run => lineOf(run)),
      null,
    );
    expect(choices.chosen).toHaveLength(16);
    expect(choices.leftOut).toBe(4);
  });
});

describe("keeping", () => {
  const quick = join(import.meta.dirname, "../fixtures/quick.yaml");
  const planned = plannedRuns(["raft", "primary-backup"], [3], quick, [1]);
  const files = () => (existsSync(join(folder, "traces")) ? readdirSync(join(folder, "traces")).sort() : []);

  test("writes whole files, makes missing ones again and leaves the others alone", async () => {
    const few = await planned;
    const performed = await Promise.all(few.map(perform));
    const choices = chooseRuns(
      few,
      performed.map(({ line }) => line),
      null,
    );
    expect(await keepTraces(folder, choices, 2, () => true)).toEqual([]);
    expect(files()).toEqual([]);
    expect(await keepTraces(folder, choices, 2, () => false)).toEqual([]);
    expect(files()).toEqual(few.map(({ spec }) => `${spec.key}.kept.ndjson`).sort());

    const [first, second] = few.map(({ spec }) => keptFile(folder, spec.key));
    const text = readFileSync(first!, "utf8");
    expect(text).toContain('"algo":"raft"');
    expect(kept(performed[0]!).header.key).toBe(few[0]!.spec.key);
    rmSync(first!);
    writeFileSync(join(folder, "traces", `.${few[0]!.spec.key}.kept.ndjson`), "torn");
    writeFileSync(second!, "left alone");
    expect(await keepTraces(folder, choices, 1, () => false)).toEqual([]);
    expect(readFileSync(first!, "utf8")).toBe(text);
    expect(readFileSync(second!, "utf8")).toBe("left alone");
  });

  test("what cannot be kept is told, and stops nothing", async () => {
    const [run] = await planned;
    const { line } = await perform(run!);
    const place = join(folder, "a file");
    writeFileSync(place, "");
    const failures = await keepTraces(place, chooseRuns([run!], [line], null), 1, () => false);
    expect(failures).toEqual([expect.stringMatching(/ENOTDIR|EEXIST/)]);
  });
});
