import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { Batches } from "../../src/harness/batches.ts";
import { codesOf } from "../../src/harness/manifest.ts";
import { parseSetting } from "../../src/harness/options.ts";
import { expand, planStudy } from "../../src/harness/plan.ts";
import { Pool } from "../../src/harness/pool.ts";
import { loadProtocol } from "../../src/harness/protocols.ts";
import type { RunSpec } from "../../src/harness/spec.ts";
import { runStudy } from "../../src/harness/study.ts";
import type { RunLine } from "../../src/results/schema.ts";

const fixtures = resolve(import.meta.dirname, "../fixtures");
const saboteur = join(fixtures, "saboteur.ts");
const folder = mkdtempSync(join(tmpdir(), "consensus-bench-"));
const pool = new Pool({ workers: 1, memoryMb: 64 });
afterAll(() => pool.close());

/** Specs whose seed is how many milliseconds they are expected to take. */
const taken = (wallMs: readonly number[], lanes: number): number[][] => {
  const specs = wallMs.map(seed => ({ seed }) as RunSpec);
  const batches = new Batches(specs, lanes, spec => spec.seed);
  const all: number[][] = [];
  for (let batch = batches.take(); batch.length > 0; batch = batches.take())
    all.push(batch.map(({ seed }) => seed));
  return all;
};

describe("runs are handed out", () => {
  test("singly where they are long, together where they are short", () => {
    expect(taken([90, 20, ...Array(20).fill(15)], 1).slice(0, 4)).toEqual([[90], [20], [15, 15], [15, 15]]);
    expect(taken(Array(2000).fill(1), 2)[0]).toHaveLength(40);
    expect(taken(Array(2000).fill(0.1), 2)[0]).toHaveLength(64);
  });

  test("each once, and towards the end in ever smaller parts", () => {
    const all = taken(Array(100).fill(1), 2);
    expect(all.flat()).toHaveLength(100);
    expect(all.map(({ length }) => length).slice(0, 3)).toEqual([13, 11, 10]);
    expect(all.at(-1)).toHaveLength(1);
  });
});

async function specsOf(how: string, seeds: readonly number[]): Promise<RunSpec[]> {
  const plan = await planStudy({
    algorithms: [saboteur],
    n: [1],
    f: undefined,
    workloads: [join(fixtures, "quick.yaml")],
    seeds,
    settings: how === "none" ? [] : [parseSetting(`saboteur.how=${how}`)],
    folder,
  });
  return expand(plan, codesOf(plan.protocols).of).map(({ spec }) => spec);
}

test.each([
  ["throw", "invariant broken: sabotage"],
  ["hoard", "ran out of memory"],
])("of runs that go together, only the guilty one fails: %s", async (how, cause) => {
  const good = await specsOf(
    "none",
    Array.from({ length: 30 }, (_, index) => index + 1),
  );
  const [bad] = await specsOf(how, [99]);
  const specs = [...good.slice(0, 2), bad!, ...good.slice(2)];
  const sizes: number[] = [];
  const lines: RunLine[] = [];
  const runner = {
    workers: 1,
    run: pool.run.bind(pool),
    runAll: (tasks: Parameters<Pool["runAll"]>[0], limitMs: number) => {
      sizes.push(tasks.length);
      return pool.runAll(tasks, limitMs);
    },
  };
  const { protocol } = await loadProtocol(saboteur, "/");
  const protocols = new Map([[saboteur, protocol]]);
  const job = { specs, protocols, folder, stopped: () => false, onLine: (line: RunLine) => lines.push(line) };
  await runStudy(job, runner, { append: async () => {} });
  expect(sizes[0]).toBe(8);
  expect(lines.map(({ key }) => key)).toEqual(specs.map(({ key }) => key));
  const failed = lines.filter(({ status }) => status === "failed");
  expect(failed.map(({ seed, error }) => [seed, error])).toEqual([[99, expect.stringContaining(cause)]]);
});
