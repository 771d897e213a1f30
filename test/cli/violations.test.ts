/** A violation that nobody expected: the sentence, the way back to it, and the code to leave with. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readManifest, readRuns } from "../../src/results/reader.ts";
import { inTemporaryFolder, run } from "./run.ts";

const apart = (expectation = "") => `
n: 5
seeds: 2
clients: { mode: closed, count: 4, think: 20ms, retry: 200ms, timeout: 1s }
operations: { put: 80, get: 20 }
keys: { distribution: uniform, count: 3 }
warmup: 500ms
duration: 3s
faults: [{ at: 1s, for: 1s, partition: [[n0, n1, c0], [n2, n3, n4, clients]] }]
${expectation}
`;

async function study(folder: string, text: string, ...more: readonly string[]) {
  const file = join(folder, "apart.yaml");
  const out = join(folder, "study");
  writeFileSync(file, text);
  const outcome = await run([
    "bench",
    "--algo",
    "bully",
    "--workload",
    file,
    "--out",
    out,
    "--quiet",
    ...more,
  ]);
  return { ...outcome, out };
}

test("leaves with 5 and says on stderr what happened, who, where, when, and how to see it again", () =>
  inTemporaryFolder(async folder => {
    const { code, stdout, stderr, out } = await study(folder, apart());
    expect(code).toBe(5);
    expect(stdout).toMatch(/INVALID: .*replicas/);
    const { lines } = readRuns(out);
    const [line] = lines.toSorted((left, right) => left.seed - right.seed);
    const violation = line!.checks.violations!.find(({ check }) => check !== "live")!;
    expect(stderr).toContain(`violation: bully n=5 apart seed 1: ${violation.sentence}\n`);
    expect(stderr).toContain(`  replay: npm run replay -- ${out} --run ${line!.key}\n`);
    expect(stderr).toContain(`  again:  ${line!.rerun} --trace\n`);
    const trace = join(out, "traces", `${line!.key}.ndjson`);
    expect(stderr).toContain(`  trace:  ${trace}`);
    expect(existsSync(trace)).toBe(true);
    expect(readFileSync(trace, "utf8")).toContain('"event":"fact"');
    expect(readManifest(out).verdicts).toEqual({ valid: 0, invalid: 2, unknown: 0 });
  }));

test("is worth more than a failed expectation", () =>
  inTemporaryFolder(async folder => {
    const { code, stdout } = await study(folder, apart("expect: { invariants: valid, ops.ok: 0 }"));
    expect(code).toBe(5);
    expect(stdout).toContain("checks.invariants valid, found invalid at seed 1, 2 (2 of 2 runs)");
  }));

test("is no surprise where the file expects it, and then it is not written down in full", () =>
  inTemporaryFolder(async folder => {
    const foreseen =
      "expect: { linearizable: [valid, invalid], invariants: invalid, live: [valid, invalid] }";
    const { code, stderr, out } = await study(folder, apart(foreseen));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const { key } of readRuns(out).lines) {
      expect(existsSync(join(out, "traces", `${key}.ndjson`))).toBe(false);
    }
  }));

test("one that was expected and did not come is a failed expectation", () =>
  inTemporaryFolder(async folder => {
    const text = apart(
      "expect: { invariants: invalid, live: [valid, invalid], linearizable: [valid, invalid] }",
    );
    const { code } = await study(folder, text, "--algo", "raft");
    expect(code).toBe(3);
  }));
