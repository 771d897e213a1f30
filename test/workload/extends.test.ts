import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { listWorkloads, loadWorkload } from "../../src/workload/load.ts";

const folder = mkdtempSync(join(tmpdir(), "consensus-bench-"));
function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}
const base = file(
  "base.yaml",
  `description: The base.
duration: 4s
clients: { count: 4, timeout: 2s }
keys: { distribution: zipfian, theta: 0.5 }
expect: { linearizable: valid, epochs.growth: 0 }
`,
);
const load = (name: string, text: string) => loadWorkload(file(name, text), folder);

describe("a file that extends another", () => {
  test("is that file, but for what it says itself, field by field", () => {
    const child = load("child.yaml", "extends: base\nclients: { count: 9 }\n");
    expect(child).toEqual({
      ...loadWorkload(base),
      name: "child",
      clients: { ...loadWorkload(base).clients, count: 9 },
    });
  });

  test("replaces what it gives another distribution, takes back what it leaves empty, drops what excludes it", () => {
    expect(load("keys.yaml", "extends: ./base.yaml\nkeys: { distribution: uniform }").keys).toEqual({
      distribution: "uniform",
      count: 1000,
    });
    expect(load("theta.yaml", "extends: base\nkeys: { theta: }").keys).toMatchObject({ theta: 0.99 });
    expect(load("count.yaml", "extends: base\noperations: 50")).toMatchObject({
      durationNs: undefined,
      operations: 50,
    });
  });

  test("may be one of a chain, and may add expectations and points", () => {
    file("middle.yaml", "extends: base\nsweep: { clients.count: [1, 2] }");
    const {
      sweep,
      expect: expectations,
      description,
    } = load("top.yaml", "extends: middle\nexpect: { epochs.growth: 5 }");
    expect(sweep!.points).toHaveLength(2);
    expect(expectations.map(({ field, written }) => [field, written])).toEqual([
      ["checks.linearizable", "valid"],
      ["epochs.growth", "== 5"],
    ]);
    expect(description).toBe("The base.");
  });

  test("may have other points than those that the other expects something of, but not than its own", () => {
    const group = (value: number) => `expect: { at: { clients.count: ${value} }, ops.failed: 0 }`;
    file("points.yaml", `sweep: { clients.count: [1, 2] }\n${group(2)}`);
    const others = "extends: points\nsweep: { clients.count: [5] }";
    expect(load("others.yaml", others).expect.map(({ at }) => at)).toEqual([{ "clients.count": 2 }]);
    expect(() => load("others.yaml", `${others}\n${group(6)}`)).toThrow("no point has 6; there are 5");
  });

  test("is to blame where it sweeps what the other raises, or the other way round", () => {
    file("raised.yaml", "saturation: { field: clients.count, from: 1 }");
    file("swept.yaml", "sweep: { clients.count: [1, 2] }");
    const complaint = (name: string, text: string) => expect(() => load(name, text));
    complaint("sweeps.yaml", "extends: raised\nsweep: { clients.count: [1, 2] }").toThrow(
      /sweeps\.yaml:2:10 /,
    );
    complaint("raises.yaml", "extends: swept\nsaturation: { field: clients.count, from: 1 }").toThrow(
      /raises\.yaml:2:22 /,
    );
  });

  test("may extend what the package ships", () => {
    expect(loadWorkload(file("mine.yaml", "extends: steady\nvalue: 1kB")).warmupNs).toBe(4e8);
  });
});

describe("a mistake is shown in the file that makes it", () => {
  const broken = file("broken.yaml", "clients:\n  cuont: 4\nkeys: { distribution: zipfian, theta: 0 }\n");

  test("in the extended one, and in the extending one", () => {
    const text = "extends: broken\nvalue: 5\nkeys: { theta: -1 }\n";
    const path = join(folder, "over.yaml");
    expect(() => load("over.yaml", text)).toThrow(
      `${broken}:2:3  clients.cuont: unknown field; did you mean "count"?`,
    );
    expect(() => load("over.yaml", text)).toThrow(`${path}:2:8  value: 5 lacks a unit`);
    expect(() => load("over.yaml", text)).toThrow(`${path}:3:16  keys.theta: must be above 0, found -1`);
  });

  test.each([
    [
      "extends: bsae",
      ':1:10  extends: there is no workload "bsae" here or among those of the package; did you mean "base"?',
    ],
    ["extends: ./nowhere.yaml", 'there is no workload "./nowhere.yaml"'],
    ["extends: [base]", "1:10  extends: expected the name of a workload, or a path"],
    ["extends: circle", "goes round in a circle: circle.yaml extends circle.yaml"],
  ])("%s", (text, message) => {
    expect(() => load("circle.yaml", text)).toThrow(message);
  });

  test("what is extended is no YAML", () => {
    const path = file("torn.yaml", "clients: { count: 4\n");
    expect(() => load("on-torn.yaml", "extends: torn")).toThrow(`${path}:`);
  });
});

describe("a workload that is a module", () => {
  const head = 'import { defineWorkload } from "#workload";\n';
  const counts = "[1, 2, 3].map(power => 4 * power)";

  test("is checked and resolved as a file is, wherever it lies", () => {
    const axis = `sweep: { "clients.count": ${counts} }`;
    const text = `${head}export const workload = defineWorkload({ extends: "base", ${axis} });`;
    const { sweep, durationNs } = load("module.ts", text);
    expect(durationNs).toBe(4e9);
    expect(sweep!.points.map(({ workload }) => workload.clients.count)).toEqual([4, 8, 12]);
  });

  test.each([
    [
      "wrong",
      "export const workload = { clients: { count: 0 } };",
      /wrong\.ts:1:45 {2}clients\.count: must be at least 1, found 0\n/,
    ],
    [
      "nothing",
      "export const load = {};",
      /nothing\.ts {2}exports no 'workload': end it with export const workload = /,
    ],
    ["throws", 'throw new Error("boom");', /throws\.ts:1:7 {2}cannot be loaded: boom\n/],
    ["syntax", "export const workload = {;", /syntax\.ts:1:26 {2}cannot be loaded: /],
  ])("a module with a mistake: %s", (name, text, message) => {
    expect(() => load(`${name}.ts`, text)).toThrow(message);
  });

  test("is listed with the others, and a broken one is no reason to list nothing", () => {
    const listed = listWorkloads(folder);
    expect(listed.find(({ name }) => name === "module")).toMatchObject({ description: "The base." });
    expect(listed.find(({ name }) => name === "throws")).toMatchObject({ description: "" });
    expect(listed.map(({ name }) => name)).toEqual(listed.map(({ name }) => name).sort());
  });
});
