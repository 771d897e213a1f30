import { copyFileSync, existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { codesOf } from "../../src/harness/manifest.ts";
import { parseSetting } from "../../src/harness/options.ts";
import { costliestFirst, expand, planStudy } from "../../src/harness/plan.ts";
import { Pool } from "../../src/harness/pool.ts";
import { loadProtocol, referenceOf } from "../../src/harness/protocols.ts";
import type { RunSpec } from "../../src/harness/spec.ts";
import { DiskError, type Job, runStudy } from "../../src/harness/study.ts";
import type { RunLine } from "../../src/results/schema.ts";

const fixtures = resolve(import.meta.dirname, "../fixtures");
const folder = mkdtempSync(join(tmpdir(), "consensus-bench-"));
const pool = new Pool({ workers: 2, memoryMb: 64 });
afterAll(() => pool.close());

async function specsOf(how: string, algorithm = join(fixtures, "saboteur.ts")): Promise<RunSpec[]> {
  const plan = await planStudy({
    algorithms: [algorithm],
    n: [1],
    f: undefined,
    workloads: [join(fixtures, "quick.yaml")],
    seeds: [1, 2, 3],
    settings: how === "none" ? [] : [parseSetting(`saboteur.how=${how}`)],
    folder,
  });
  return expand(plan, codesOf(plan.protocols).of).map(({ spec }) => spec);
}

const answerTo = (spec: RunSpec, limitMs = 60_000) =>
  pool.run({ spec, failureTrace: join(folder, "traces", `${spec.key}.ndjson`) }, limitMs);

describe("a run that goes wrong fails alone, with its cause", () => {
  test.each([
    ["throw", /^invariant broken: sabotage \(at test\/fixtures\/saboteur.ts:\d+:\d+\)$/, 60_000],
    ["exit", /^process.exit\(3\) was called \(at test\/fixtures\/saboteur.ts:/, 60_000],
    ["hoard", /ran out of memory/, 60_000],
    ["loop", /gave no answer for 1 s and was stopped/, 1000],
  ])("%s", async (how, cause, limitMs) => {
    const [bad] = await specsOf(how);
    const good = await specsOf("none");
    const [failed, ...others] = await Promise.all([
      answerTo(bad!, limitMs),
      ...good.map(spec => answerTo(spec)),
    ]);
    expect(failed).toEqual({ kind: "failed", error: expect.stringMatching(cause) });
    expect(others.map(({ kind }) => kind)).toEqual(["done", "done", "done"]);
    if (limitMs > 1000 && how !== "hoard") {
      const trace = readFileSync(join(folder, "traces", `${bad!.key}.ndjson`), "utf8");
      expect(trace.split("\n").length).toBeGreaterThan(50);
    }
  });

  test("and no trace is kept of those that go well", async () => {
    const [spec] = await specsOf("none");
    await answerTo(spec!);
    expect(existsSync(join(folder, "traces", `${spec!.key}.ndjson`))).toBe(false);
  });
});

test("a protocol file outside the repository finds the contract, in threads as well", async () => {
  const path = join(folder, "elsewhere.ts");
  copyFileSync(join(fixtures, "saboteur.ts"), path);
  const [spec] = await specsOf("none", path);
  expect(spec!.algo).toBe(path);
  expect((await answerTo(spec!)).kind).toBe("done");
});

describe("a study", () => {
  async function jobOf(stopped: () => boolean, onLine: (line: RunLine) => void): Promise<Job> {
    const specs = await specsOf("none");
    const loaded = await loadProtocol(specs[0]!.algo, "/");
    return { specs, protocols: new Map([[referenceOf(loaded), loaded.protocol]]), folder, stopped, onLine };
  }

  test("ends when the disk is full, and starts no further run", async () => {
    const full = Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
    const done: RunLine[] = [];
    const job = await jobOf(
      () => false,
      line => done.push(line),
    );
    const study = runStudy(
      job,
      { workers: 1, run: task => pool.run(task, 60_000) },
      {
        append: () => Promise.reject(full),
      },
    );
    await expect(study).rejects.toThrow(DiskError);
    expect(done).toEqual([]);
  });

  test("starts no run once it is to stop, and keeps those under way", async () => {
    const done: RunLine[] = [];
    const job = await jobOf(
      () => done.length > 0,
      line => done.push(line),
    );
    await runStudy(job, { workers: 1, run: task => pool.run(task, 60_000) }, { append: async () => {} });
    expect(done.length).toBeGreaterThan(0);
    expect(done.length).toBeLessThan(3);
  });

  test("starts with what costs most", async () => {
    const plan = await planStudy({
      algorithms: ["raft"],
      n: [3, 9, 5],
      f: undefined,
      workloads: ["ideal"],
      seeds: [1],
      settings: [],
      folder,
    });
    const runs = costliestFirst(expand(plan, codesOf(plan.protocols).of));
    expect(runs.map(({ spec }) => spec.n)).toEqual([9, 5, 3]);
  });
});
