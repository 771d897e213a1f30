import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { listWorkloads, loadWorkload, parseWorkload, WorkloadError } from "../../src/workload/load.ts";

const parse = (text: string) => parseWorkload("mine", text, "mine.yaml");

function complaint(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(WorkloadError);
    return (error as Error).message;
  }
  throw new Error("nothing was wrong");
}

describe("finding workloads", () => {
  test("the package's own are known by name", () => {
    expect(listWorkloads().map(({ name }) => name)).toEqual(expect.arrayContaining(["ideal", "steady"]));
    for (const { name, description } of listWorkloads()) {
      expect(description.length, name).toBeGreaterThan(20);
      expect(loadWorkload(name).name).toBe(name);
    }
  });

  test("a mistyped name is answered with the nearest, and where to find all", () => {
    const all =
      /npm run list -- workloads lists all \d\d; a file of your own is given by its path, such as \.\/\S+$/;
    const message = complaint(() => loadWorkload("stedy"));
    expect(message).toMatch(/^there is no workload "stedy"; did you mean "steady"\?/);
    expect(message).toMatch(all);
    expect(complaint(() => loadWorkload("kne"))).toMatch(
      /^there is no workload "kne"; did you mean "knee", "knee-open" or "knee-search"\?/,
    );
    expect(complaint(() => loadWorkload("zebra"))).toMatch(/^there is no workload "zebra"\nnpm run list/);
  });

  test("a path is read from where it is, and its name is the file's", () => {
    const folder = mkdtempSync(join(tmpdir(), "workloads-"));
    writeFileSync(join(folder, "mine.yaml"), "description: Mine.\nn: 3\n");
    expect(loadWorkload(join(folder, "mine.yaml"))).toMatchObject({ name: "mine", pinned: { n: [3] } });
    expect(complaint(() => loadWorkload("./nowhere.yaml"))).toBe(
      "cannot read ./nowhere.yaml: there is no such file",
    );
  });

  test("a broken file is listed, and loading it says what is wrong", () => {
    const folder = mkdtempSync(join(tmpdir(), "workloads-"));
    writeFileSync(join(folder, "broken.yaml"), "description: { \nn: 0");
    writeFileSync(join(folder, "odd.yaml"), "description: Odd.\nn: 0\n");
    expect(listWorkloads(folder).map(({ name }) => name)).toEqual(["broken", "odd"]);
    expect(complaint(() => loadWorkload("odd", folder))).toContain(
      "odd.yaml:2:4  n: must be at least 1, found 0",
    );
  });
});

describe("what a mistake is answered with", () => {
  test.each([
    [
      "an unknown field, near a known one",
      "duraton: 3s",
      '1:1  duraton: unknown field; did you mean "duration"?',
    ],
    [
      "a field of another distribution",
      "keys: { distribution: uniform, theta: 0.9 }",
      "1:32  keys.theta: unknown field; known: distribution, count",
    ],
    ["a wrong type", "description: 5", "1:14  description: expected text, found 5"],
    ["a wrong item of a list", "n: [3, four]", '1:8  n.1: expected a number, found "four"'],
    [
      "a fraction of a client",
      "clients: { count: 1.5 }",
      "1:19  clients.count: expected a whole number, found 1.5",
    ],
    [
      "a wrong word",
      "reads: lgo",
      '1:8  reads: expected one of log, index, lease, local, found "lgo"; did you mean "log"?',
    ],
    ["no unit", "value: 12", "1:8  value: 12 lacks a unit: expected a size, such as 100B or 1KiB"],
    ["a wrong unit", "duration: 1x", '1:11  duration: "1x" is not a duration: the units are'],
    [
      "a wrong distribution",
      "network:\n  latency: { distribution: norml, mean: 1ms }",
      'exponential, lognormal, found "norml"; did you mean "normal"?',
    ],
    [
      "a missing number",
      "network: { latency: { distribution: uniform, min: 1ms } }",
      "1:12  network.latency.max: is missing",
    ],
    [
      "a range that is empty",
      "cost: { disk: { sync: { distribution: uniform, min: 2ms, max: 1ms } } }",
      "1:53  cost.disk.sync.min: is above max",
    ],
    [
      "a wrong name of a model",
      "cost: lam",
      '1:7  cost: expected lan or ideal, or numbers such as { cpu: { send: 1us } }, found "lam"; did you mean "lan"?',
    ],
    ["a probability above 1", "network: { loss: 5 }", "1:18  network.loss: must be at most 1, found 5"],
    ["shares that are all 0", "operations: { get: 0 }", "1:13  operations: all shares are 0"],
    [
      "percents that leave some out",
      "operations: { append: 80% }",
      "the percents add up to 80 %, not to 100 %",
    ],
    [
      "no share",
      "operations: { get: most }",
      '1:20  operations.get: "most" is not a share, such as 80 or 80%',
    ],
    [
      "another word for it",
      "operations: { read: 50 }",
      'operations.read: unknown field; did you mean "get"?',
    ],
    ["a shorter word for it", "keys: { distribution: zipf }", 'found "zipf"; did you mean "zipfian"?'],
    ["a network that has a number", "network: wan", 'found "wan"; did you mean "wan-3"?'],
    [
      "a retry that never comes",
      "clients: { retry: 6s }",
      "1:19  clients.retry: a retry after 6s never comes: the time-out is 5s; the same for both means",
    ],
    [
      "a time-out below the usual retry",
      "clients: { timeout: 300ms }",
      "1:21  clients.timeout: a retry after 500ms never comes: the time-out is 300ms",
    ],
    [
      "both bounds",
      "duration: 3s\noperations: { put: 1, total: 5 }",
      "2:13  operations: a run is bounded by duration or by a number of operations, not by both",
    ],
    ["n and f", "n: 3\nf: 1", "2:4  f: n and f exclude each other"],
    [
      "a warm-up as long as the run",
      "duration: 3s\nwarmup: 3s",
      "2:9  warmup: leaves nothing of the duration of 3s",
    ],
    ["batches that cannot be", "batching: { min: 65 }", "1:18  batching.min: is above max"],
    [
      "a theta that the formula cannot do",
      "keys: { distribution: zipfian, count: 100000, theta: 1.2 }",
      "1:54  keys.theta: must be below 1",
    ],
    ["an empty list", "algorithms: []", "1:13  algorithms: must not be empty"],
    [
      "an option that is a list",
      "options: { raft: { a: [1] } }",
      "1:23  options.raft.a: expected true, false, a number or text, found a list",
    ],
    [
      "a field without a value",
      "clients:\n  count:\n",
      "2:9  clients.count: expected a number, found nothing",
    ],
    [
      "a list instead of fields",
      "- n: 3",
      "1:1  (the whole file): expected a mapping of fields, found a list",
    ],
    ["a key twice", "n: 3\nn: 4", "2:1  not YAML: Map keys must be unique"],
    ["no YAML", "n: [3", "not YAML: "],
  ])("%s", (_what, text, message) => {
    expect(complaint(() => parse(text))).toContain(message);
  });

  test("all mistakes of a file are reported at once, in its order, with the line and a caret", () => {
    const text = "duraton: 3s\nf: 1\nn: 0\nclients:\n  mode: closd\n";
    expect(complaint(() => parse(text))).toBe(
      [
        'mine.yaml:1:1  duraton: unknown field; did you mean "duration"?',
        "      1 | duraton: 3s",
        "        | ^",
        "mine.yaml:2:4  f: n and f exclude each other",
        "      2 | f: 1",
        "        |    ^",
        "mine.yaml:3:4  n: must be at least 1, found 0",
        "      3 | n: 0",
        "        |    ^",
        'mine.yaml:5:9  clients.mode: expected one of closed, open, found "closd"; did you mean "closed"?',
        "      5 |   mode: closd",
        "        |         ^",
      ].join("\n"),
    );
  });

  test("an alias of nothing, and a field that was left empty", () => {
    expect(complaint(() => parse("duration: 1s\nclients: *mine"))).toContain(
      "mine.yaml:2:10  not YAML: nothing is named &mine before",
    );
    expect(complaint(() => parse("operations:\n"))).toContain("operations: expected a number of operations");
  });

  test("an alias is followed to what it stands for", () => {
    const text =
      "network: { latency: &delay { distribution: uniform, min: 1ms } }\ncost: { disk: { sync: *delay } }";
    expect(complaint(() => parse(text))).toContain("cost.disk.sync.max: is missing");
  });
});
