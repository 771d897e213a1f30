import { spawnSync } from "node:child_process";
import { existsSync, openSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { readManifest, readRuns, readSeries } from "../../src/results/reader.ts";
import { comparableLines, inTemporaryFolder, quick, root, run, saboteur, start, unhurried } from "./run.ts";

const study = ["--algo", "raft,unreplicated", "--n", "3,5", "--workload", quick, "--seeds", "2"];
/** Twelve runs of a good tenth of a second: there is time to interrupt it, and little to wait for. */
const longStudy = ["--algo", "raft", "--n", "5", "--seeds", "12", "--workload", unhurried, "--quiet"];

async function untilLines(folder: string, count: number): Promise<void> {
  const file = join(folder, "runs.ndjson");
  const lines = () => (existsSync(file) ? readFileSync(file, "utf8").split("\n").length - 1 : 0);
  while (lines() < count) await sleep(5);
}

test("a study prints a table, and the place of its results as the last line", () =>
  inTemporaryFolder(async folder => {
    const out = join(folder, "study");
    const { code, stdout, stderr } = await run(["bench", ...study, "--out", out]);
    expect(code).toBe(0);
    expect(stdout.trimEnd().split("\n").at(-1)).toBe(out);
    expect(stdout).toMatch(/raft +3 +1 +2 +quick +sync .* valid\n/);
    expect(stdout).toContain("simulated operations a second under cost model lan");
    expect(stdout).not.toMatch(/±0(\.0)?%/);
    expect(stderr).toContain("100 %  8/8 runs\n");
    expect(readManifest(out)).toMatchObject({ status: "complete", runs: { planned: 8, done: 8, failed: 0 } });
    expect(readRuns(out).lines).toHaveLength(8);
    expect(readSeries(out).lines).toHaveLength(8);
    expect(existsSync(join(out, "traces"))).toBe(false);
  }));

test("--json prints one document and nothing else", () =>
  inTemporaryFolder(async folder => {
    const { code, stdout } = await run([
      "bench",
      ...study,
      "--out",
      join(folder, "study"),
      "--json",
      "--trace",
    ]);
    const { manifest, runs } = JSON.parse(stdout);
    expect({ code, status: manifest.status }).toEqual({ code: 0, status: "complete" });
    expect(
      runs.map((line: { algo: string; n: number; seed: number }) => [line.algo, line.n, line.seed]),
    ).toEqual(
      ["raft", "unreplicated"].flatMap(algo => [3, 5].flatMap(n => [1, 2].map(seed => [algo, n, seed]))),
    );
    expect(existsSync(join(folder, "study/traces", `${runs[0].key}.ndjson`))).toBe(true);
  }));

test("a study that was killed is completed by --resume, without a difference and without a loss", () =>
  inTemporaryFolder(async folder => {
    const [whole, killed] = [join(folder, "whole"), join(folder, "killed")];
    const undisturbed = run(["bench", ...longStudy, "--out", whole]);
    const running = start(["bench", ...longStudy, "--out", killed]);
    await untilLines(killed, 2);
    running.process.kill("SIGKILL");
    await running.ended;
    const kept = comparableLines(killed);
    expect(kept.length).toBeLessThan(12);
    writeFileSync(join(killed, "runs.ndjson"), '{"schema_version":1,"key":"ab', { flag: "a" });
    const { code } = await run(["bench", "--resume", killed, "--quiet"]);
    await undisturbed;
    expect(code).toBe(0);
    expect(comparableLines(killed)).toEqual(comparableLines(whole));
    expect(comparableLines(killed)).toEqual(expect.arrayContaining(kept));
    expect(readManifest(killed)).toMatchObject({ status: "complete", runs: { planned: 12, done: 12 } });
  }));

test("Ctrl-C finishes what runs, says how to go on, and leaves with 130", () =>
  inTemporaryFolder(async folder => {
    const out = join(folder, "study");
    const running = start(["bench", ...longStudy, "--out", out]);
    await untilLines(out, 1);
    running.process.kill("SIGINT");
    // npm passes the signal on: what follows at once is the same press.
    running.process.kill("SIGINT");
    const { code, stderr } = await running.ended;
    expect(code).toBe(130);
    expect(stderr).toMatch(
      /interrupted: \d+ of 12 runs are done and kept; go on with: npm run bench -- --resume /,
    );
    const { status, runs } = readManifest(out);
    expect({ status, done: runs.done }).toEqual({
      status: "interrupted",
      done: readRuns(out).lines.length,
    });
    expect(existsSync(join(out, ".lock"))).toBe(false);
    const resumed = await run(["bench", "--resume", out, "--quiet"]);
    expect(resumed.code).toBe(0);
    expect(readRuns(out).lines).toHaveLength(12);
  }));

test("a study is not resumed while it is written; a second Ctrl-C stops it at once, although it loops", () =>
  inTemporaryFolder(async folder => {
    const out = join(folder, "study");
    const loop = [
      "--algo",
      saboteur,
      "--set",
      "saboteur.how=loop",
      "--n",
      "1",
      "--workload",
      quick,
      "--seed",
      "1",
    ];
    const running = start(["bench", ...loop, "--out", out]);
    while (!existsSync(join(out, "runs.ndjson"))) await sleep(20);
    const second = await run(["bench", "--resume", out]);
    expect(second).toMatchObject({ code: 2, stdout: "" });
    expect(second.stderr).toContain(`is being written by process ${running.process.pid} on`);
    running.process.kill("SIGTERM");
    await sleep(500);
    running.process.kill("SIGTERM");
    const { code } = await running.ended;
    expect(code).toBe(130);
    expect(readManifest(out).status).toBe("interrupted");
    expect(existsSync(join(out, ".lock"))).toBe(false);
  }));

// Linux's device that is always full.
describe.runIf(process.platform === "linux")("a full disk", () => {
  test("that takes all runs and not the last manifest costs no more than resuming", () =>
    inTemporaryFolder(async folder => {
      const out = join(folder, "study");
      const running = start(["bench", ...longStudy, "--out", out]);
      await untilLines(out, 1);
      symlinkSync("/dev/full", join(out, ".manifest.json"));
      const { code, stdout, stderr } = await running.ended;
      expect(code).toBe(1);
      expect(stdout).toMatch(/^raft +5 .* valid$/m);
      expect(stderr).toMatch(
        /the disk is full; 12 of 12 runs are done and kept; then go on with: npm run bench/,
      );
      expect(readdirSync(out).sort()).toEqual(["manifest.json", "runs.ndjson", "series.ndjson"]);
      expect((await run(["bench", "--resume", out, "--quiet"])).code).toBe(0);
      expect(readManifest(out)).toMatchObject({ status: "complete", runs: { planned: 12, done: 12 } });
    }));

  test("under what is printed is told, and the study is kept", () =>
    inTemporaryFolder(async folder => {
      const out = join(folder, "study");
      const full = openSync("/dev/full", "w");
      const words = ["bench", ...study, "--out", out, "--no-report"];
      const bench = (stdio: (number | "pipe")[]) =>
        spawnSync(process.execPath, [join(root, "src/cli/main.ts"), ...words], { stdio, encoding: "utf8" });
      const { status, stderr } = bench(["pipe", full, "pipe"]);
      expect(status).toBe(1);
      expect(stderr).toMatch(/\nerror: the output could not be written: the disk is full\n$/);
      expect(readManifest(out).status).toBe("complete");
      words[words.indexOf(out)] = join(folder, "unheard");
      const unheard = bench(["pipe", "pipe", full]);
      expect(unheard.status).toBe(0);
      expect(unheard.stdout).toMatch(/ valid\n/);
    }));
});

test("of a row of many seeds, the first hundred have their course kept", () =>
  inTemporaryFolder(async folder => {
    const out = join(folder, "study");
    const words = ["--algo", "unreplicated", "--n", "1,2", "--workload", quick, "--seeds", "103"];
    const { code } = await run(["bench", ...words, "--out", out, "--quiet"]);
    expect(code).toBe(0);
    expect(readRuns(out).lines).toHaveLength(206);
    const kept = readSeries(out).lines.map(({ n, seed }) => `${n} ${seed}`);
    const first = Array.from({ length: 100 }, (_, index) => index + 1);
    expect(kept.sort()).toEqual([1, 2].flatMap(n => first.map(seed => `${n} ${seed}`)).sort());
  }));

test("a failed run is named with its cause and the way to repeat it; the others go on", () =>
  inTemporaryFolder(async folder => {
    const out = join(folder, "study");
    const words = [
      "--algo",
      `${saboteur},raft`,
      "--set",
      "saboteur.how=throw",
      "--n",
      "1",
      "--workload",
      quick,
    ];
    const { code, stdout } = await run(["bench", ...words, "--seeds", "2", "--out", out, "--quiet"]);
    expect(code).toBe(1);
    expect(stdout).toContain("invariant broken: sabotage (at test/fixtures/saboteur.ts:");
    expect(stdout).toContain(
      `again: npm run bench -- --algo ${saboteur} --n 1 --workload ${quick} --seed 2 --set`,
    );
    const { lines } = readRuns(out);
    const failed = lines.filter(line => line.status === "failed");
    expect(failed.map(line => line.algo)).toEqual(["saboteur", "saboteur"]);
    for (const { key } of failed) expect(existsSync(join(out, "traces", `${key}.ndjson`))).toBe(true);
    expect(lines.filter(line => line.algo === "raft" && line.status === "ok")).toHaveLength(2);
  }));

test("results of other code are not mixed in", () =>
  inTemporaryFolder(async folder => {
    const out = join(folder, "study");
    await run(["bench", "--algo", "raft", "--n", "3", "--workload", quick, "--seed", "1", "--out", out]);
    const file = join(out, "manifest.json");
    const manifest = JSON.parse(readFileSync(file, "utf8"));
    manifest.versions.code = "0123456789abcdef";
    writeFileSync(file, JSON.stringify(manifest));
    const { code, stderr } = await run(["bench", "--resume", out]);
    expect(code).toBe(2);
    expect(stderr).toContain("was made by other code");
  }));
