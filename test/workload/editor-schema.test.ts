/** Editors underline what `workloads/schema.json` refuses: never what is shipped, and never what the manual shows. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { listWorkloads, workloadsDirectory } from "../../src/workload/load.ts";

const text = readFileSync(join(workloadsDirectory, "schema.json"), "utf8");
const fields = Object.keys(JSON.parse(text).properties);
const schema = z.fromJSONSchema(JSON.parse(text));

const underlined = (file: string): string[] => {
  const { error } = schema.safeParse(parse(file) ?? {});
  return error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) ?? [];
};

const yamlFiles = listWorkloads().filter(({ file }) => file.endsWith(".yaml"));

test.each(yamlFiles.map(({ name, file }) => [name, file] as const))("%s", (_name, file) => {
  expect(underlined(readFileSync(file, "utf8"))).toEqual([]);
});

/** The examples of the documentation, a field each: several of them show one field twice. */
function examples(): string[] {
  const root = join(workloadsDirectory, "..");
  const pages = readdirSync(join(root, "docs")).filter(name => name.endsWith(".md"));
  const texts = ["README.md", ...pages.map(name => join("docs", name))].map(name =>
    readFileSync(join(root, name), "utf8"),
  );
  const blocks = texts.flatMap(page =>
    [...page.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(match => match[1]!),
  );
  return blocks
    .flatMap(block => block.split(/^(?=[\w])/m))
    .filter(example => fields.includes(example.split(":")[0]!));
}

test("the examples of the documentation", () => {
  expect(examples().length).toBeGreaterThan(50);
  expect(examples().flatMap(example => underlined(example).map(wrong => `${example}${wrong}`))).toEqual([]);
});

describe("what may be inherited", () => {
  test.each([
    "keys: { theta }",
    "keys: { count: 5 }",
    "expect:",
    "expect: { linearizable: }",
    "sweep: { n: }",
    "options: { raft: }",
    "options: { raft: { preVote: } }",
    "chaos: { longest: 5s, kinds: { crash: } }",
    "saturation: { to: 512 }",
    "value: { max: 1kB }",
    "cost: { disk: { sync: } }",
  ])("is not underlined: %s", file => {
    expect(underlined(file)).toEqual([]);
  });

  test.each([
    "duraton: 3s",
    "duration: 3x",
    "clients: { cout: 3 }",
    "keys: { distribution: zipfan }",
    "faults: [{ at: , crash: leader }]",
    "clients: { mode: open, ramp: [{ rate: 5/s }] }",
    "byzantine: [{ node: n1 }]",
    "n: [3, ]\nseeds: [null]",
  ])("but mistakes are: %s", file => {
    expect(underlined(file)).not.toEqual([]);
  });
});
