/** Sweeps, searches for saturation and expectations, as one meets them on the command line. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readManifest, readRuns } from "../../src/results/reader.ts";
import { comparableLines, inTemporaryFolder, run } from "./run.ts";

const small = `duration: 700ms
warmup: 500ms
algorithms: raft
n: 3
seeds: 2
`;
const searching = `${small}batching: { max: 1, window: 1 }
saturation: { field: clients.count, from: 4, factor: 8, to: 16384 }
`;

function written(folder: string, name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const jsonOf = async (words: readonly string[]) => JSON.parse((await run([...words, "--json"])).stdout);

describe.concurrent("a sweep", () => {
  test("has a column for each field and a row for each point, and each run can be had alone", () =>
    inTemporaryFolder(async folder => {
      const file = written(
        folder,
        "swept.yaml",
        `${small}sweep: { clients.count: [1, 4], value: [10B, 1kB] }\n`,
      );
      const out = join(folder, "out");
      const { code, stdout } = await run(["bench", "--workload", file, "--out", out, "--quiet"]);
      expect(code).toBe(0);
      expect(stdout).toMatch(/workload +clients\.count +value +durability/);
      expect(stdout.match(/^raft.*$/gm)!.map(row => row.split(/ +/).slice(4, 7))).toEqual([
        ["swept", "1", "10B"],
        ["swept", "1", "1kB"],
        ["swept", "4", "10B"],
        ["swept", "4", "1kB"],
      ]);
      const { lines } = readRuns(out);
      expect(lines).toHaveLength(8);
      expect(new Set(lines.map(({ pair_key }) => pair_key)).size).toBe(8);
      const line = lines.find(
        ({ point, seed }) => point["clients.count"] === 4 && point.value === "1kB" && seed === 2,
      )!;
      expect(line.rerun).toContain("--seed 2 --point clients.count=4 --point value=1kB");
      const { runs } = await jsonOf([
        "bench",
        ...line.rerun.split(" ").slice(4),
        "--out",
        join(folder, "again"),
        "--quiet",
      ]);
      expect(runs.map(({ key, trace_hash }: typeof line) => [key, trace_hash])).toEqual([
        [line.key, line.trace_hash],
      ]);
    }));

  test("is listed by --dry-run", () =>
    inTemporaryFolder(async folder => {
      const file = written(folder, "swept.yaml", `${small}sweep: { n: [3, 5], value: [10B] }\n`);
      const { stdout } = await run(["bench", "--workload", file, "--dry-run"]);
      expect(stdout).toMatch(
        /raft +n=5 +swept +n=5 value=10B seeds 1 … 2, 2 runs of +about .* events\n4 runs, about/,
      );
      const { runs } = await jsonOf(["bench", "--workload", file, "--dry-run"]);
      expect(runs[0].point).toEqual({ n: 3, value: "10B" });
    }));

  test("of what the command line sets gives way, and says so", () =>
    inTemporaryFolder(async folder => {
      const sweep = "sweep: { n: [3, 5], options.raft.preVote: [false, true], value: [1B, 2B] }";
      const file = written(folder, "swept.yaml", `${small}${sweep}\n`);
      const words = [
        "bench",
        "--workload",
        file,
        "--n",
        "7",
        "--set",
        "raft.preVote=true",
        "--dry-run",
        "--json",
      ];
      const { stdout, stderr } = await run(words);
      expect(stderr).toContain("swept sweeps n over 3, 5; the command line wins: n = 7");
      expect(stderr).toContain(
        "swept sweeps options.raft.preVote over false, true; the command line wins: true",
      );
      const { runs } = JSON.parse(stdout);
      expect(
        runs.map(({ n, point, seed }: { n: number; point: object; seed: number }) => [n, point, seed]),
      ).toEqual([
        [7, { value: "1B" }, 1],
        [7, { value: "1B" }, 2],
        [7, { value: "2B" }, 1],
        [7, { value: "2B" }, 2],
      ]);
    }));

  test.each([
    [["--point", "valeu=1B"], '--point valeu=1B: valeu is not swept (swept: value); did you mean "value"?'],
    [["--point", "value=3B"], "--point value=3B: no point has that value; there are 1B, 2B"],
    [["--point", "value"], "write <field>=<value>, such as clients.count=16"],
  ])("has no such point: %j", (words, message) =>
    inTemporaryFolder(async folder => {
      const file = written(folder, "swept.yaml", `${small}sweep: { value: [1B, 2B] }\n`);
      const { code, stderr } = await run(["bench", "--workload", file, ...words]);
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) });
    }),
  );
});

describe.concurrent("a search for saturation", () => {
  test("stops behind the knee, says where that is, and is the same when it is resumed half-way", () =>
    inTemporaryFolder(async folder => {
      const file = written(folder, "search.yaml", searching);
      const [whole, half] = [join(folder, "whole"), join(folder, "half")];
      const { code, stdout } = await run(["bench", "--workload", file, "--out", whole, "--quiet"]);
      expect(code).toBe(0);
      expect(stdout).toMatch(
        /saturation:\n {2}raft n=3 search: knee at clients\.count=\d+, \d+ ops\/s; the next two/,
      );
      const { saturation, runs } = readManifest(whole);
      const [search] = saturation!;
      expect(search!.tried.length).toBeLessThan(5);
      expect(search!.tried.map(({ value }) => value)).toContain(search!.knee);
      expect(runs.planned).toBe(2 * search!.tried.length);
      await run(["bench", "--workload", file, "--out", half, "--quiet"]);
      const kept = readFileSync(join(half, "runs.ndjson"), "utf8").split("\n").slice(0, 3);
      writeFileSync(join(half, "runs.ndjson"), `${kept.join("\n")}\n`);
      expect((await run(["bench", "--resume", half, "--quiet"])).code).toBe(0);
      expect(comparableLines(half)).toEqual(comparableLines(whole));
      expect(readManifest(half).saturation).toEqual(saturation);
    }));
});

describe.concurrent("expectations", () => {
  test("that fail are listed with what was found, kept in the manifest, and lead to exit code 3", () =>
    inTemporaryFolder(async folder => {
      const text = `${small}expect: { epochs.growth: 0, throughput_ops_s: "> 1", linearizable: valid }\n`;
      const file = written(folder, "hopes.yaml", text.replace("epochs.growth: 0", 'ops.ok: "< 1"'));
      const out = join(folder, "out");
      const { code, stdout } = await run(["bench", "--workload", file, "--out", out, "--quiet"]);
      expect(code).toBe(3);
      expect(stdout).toContain("expectations: 2 hold, 1 FAIL");
      expect(stdout).toMatch(/FAILS {2}raft n=3 hopes: ops\.ok < 1, found \d+ at seed 1, 2 \(2 of 2 runs\)/);
      expect(stdout.trimEnd().split("\n").at(-1)).toBe(out);
      const { expectations } = readManifest(out);
      expect(expectations!.map(({ field, ok, expected }) => [field, ok, expected])).toEqual([
        ["ops.ok", false, "< 1"],
        ["throughput_ops_s", true, "> 1"],
        ["checks.linearizable", true, "valid"],
      ]);
    }));

  test("that hold change nothing", () =>
    inTemporaryFolder(async folder => {
      const file = written(folder, "hopes.yaml", `${small}expect: { throughput_ops_s: "> 1" }\n`);
      const { code, stdout } = await run([
        "bench",
        "--workload",
        file,
        "--out",
        join(folder, "out"),
        "--quiet",
      ]);
      expect(code).toBe(0);
      expect(stdout).toContain("expectations: 1 hold\n");
    }));

  test("of an algorithm that there is not are a mistake", () =>
    inTemporaryFolder(async folder => {
      const file = written(
        folder,
        "hopes.yaml",
        `${small}expect: { algo: rafft, throughput_ops_s: "> 1" }\n`,
      );
      const { code, stderr } = await run(["bench", "--workload", file]);
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('did you mean "raft"?') });
    }));
});

/** What people get wrong, and what they are told. */
const broken: readonly (readonly [text: string, message: string])[] = [
  ["clients: { mode: closd }", 'found "closd"; did you mean "closed"?'],
  ["clinets: { count: 4 }", ':1:1  clinets: unknown field; did you mean "clients"?'],
  ["value: 100", ":1:8  value: "],
  ["duration: 5 parsecs", ":1:11  duration: "],
  ["{ duration: 5s, warmup: 6s }", ":1:25  warmup: leaves nothing of the duration of 5s"],
  [
    "{ duration: 5s, operations: 9 }",
    ":1:29  operations: a run is bounded by duration or by a number of operations",
  ],
  ["{ n: 3, f: 1 }", ":1:12  f: n and f exclude each other"],
  ["n: three", ":1:4  n: "],
  ["clients: { count: 4", ":1:20  not YAML: "],
  ["keys: { distribution: zipfan }", ":1:23  keys.distribution: "],
  ["sweep: { clients.cuont: [1] }", ':1:10  sweep: clients.cuont: unknown field; did you mean "count"?'],
  ["expect: { linearizable: vaild }", ":1:25  expect.linearizable: is a verdict"],
  ["expect: { throughput: 5 }", ":1:11  expect.throughput: no result has such a field"],
  [
    "extends: staedy",
    'there is no workload "staedy" here or among those of the package; did you mean "steady"?',
  ],
  ["algorithms: rafft", ":1:13  algorithms: there is no algorithm 'rafft'; did you mean \"raft\"?"],
  ["algorithms: [raft, ./x.ts]", ":1:20  algorithms.1: there is no protocol file './x.ts'"],
  [
    "options: { raft: { preVot: true } }",
    ":1:20  options.raft.preVot: raft has no option 'preVot'; did you mean \"preVote\"?",
  ],
  ["options: { raft: { zzz: 1 } }", ":1:20  options.raft.zzz: raft has no option 'zzz' (it has "],
  [
    "options: { raft: { preVote: 1 } }",
    ":1:29  options.raft.preVote: raft.preVote cannot be '1': it takes true",
  ],
  ["options: { rafft: { preVote: true } }", ":1:12  options.rafft: there is no algorithm 'rafft'"],
  ["sweep: { options.raft.preVot: [true, false] }", ":1:10  sweep: raft has no option 'preVot'"],
  ["sweep: { options.raft.preVote: [true, no] }", ":1:39  sweep: raft.preVote cannot be 'no'"],
  ["sweep: { options.raft: [{ preVote: maybe }] }", ":1:36  sweep: raft.preVote cannot be 'maybe'"],
  [
    "saturation: { field: options.raft.hartbeatMs, from: 1, to: 2 }",
    ":1:22  saturation.field: raft has no option",
  ],
  ['expect: { ops.ok: "> 2 x rafft" }', ":1:19  expect.ops.ok: there is no algorithm 'rafft'"],
  [
    "{ n: 3, faults: [{ at: 1s, crash: n3 }] }",
    ":1:35  faults.0.crash: crash n3 names n3, but the nodes are n0 to n2",
  ],
  ["{ n: 3, byzantine: [{ node: n3, lie: slow }] }", ":1:29  byzantine.0.node: there is no n3"],
];

describe("validate", () => {
  test("tells every mistake of every file and leaves with 2; good files are ok", () =>
    inTemporaryFolder(async folder => {
      const files = broken.map(([text], index) => written(folder, `broken-${index}.yaml`, text));
      const good = written(folder, "good.yaml", `${searching}expect: { live: valid }\n`);
      const { code, stdout, stderr } = await run(["validate", ...files, good, "steady"]);
      expect(code).toBe(2);
      expect(stdout).toMatch(/^ok {2}.*good\.yaml {2}\(5 points, 1 expectation\)\nok {2}steady/);
      for (const [index, [, message]] of broken.entries()) {
        const about = stderr
          .split("\n")
          .filter(line => line.startsWith(files[index]!))
          .join("\n");
        expect(about).toContain(message);
      }
      expect(stderr).not.toMatch(/\n\s+at /);
    }));

  test("leaves with 0 if nothing is wrong, and with 2 without a file", async () => {
    expect((await run(["validate", "steady", "ideal"])).code).toBe(0);
    expect((await run(["validate"])).code).toBe(2);
  });
});
