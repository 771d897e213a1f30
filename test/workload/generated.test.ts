/**
 * What is generated from the schema and kept in the tree. `UPDATE=1 npm exec -- vitest run test/workload` renews it,
 * `npm run format` folds it.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { editorSchema } from "../../src/workload/editor-schema.ts";
import { listWorkloads, parseWorkload, workloadsDirectory } from "../../src/workload/load.ts";
import { fieldTable } from "../../src/workload/manual.ts";
import { workloadJsonSchema } from "../../src/workload/schema.ts";

const schemaFile = join(workloadsDirectory, "schema.json");
const manualFile = join(workloadsDirectory, "../docs/workloads.md");

const updating = process.env.UPDATE === "1";

/** Without what the formatter adds to a table, so that its columns stand below each other. */
const unaligned = (text: string): string => text.replace(/ +/g, "").replace(/-+/g, "-");

test("the schema that editors use is the one that files are checked by", () => {
  const schema = editorSchema();
  if (updating) writeFileSync(schemaFile, `${JSON.stringify(schema, undefined, 2)}\n`);
  expect(JSON.parse(readFileSync(schemaFile, "utf8"))).toEqual(JSON.parse(JSON.stringify(schema)));
});

test("the manual lists every field", () => {
  const [head, rest] = readFileSync(manualFile, "utf8").split("<!-- fields -->") as [string, string];
  const tail = rest.slice(rest.indexOf("<!-- /fields -->"));
  const renewed = `${head}<!-- fields -->\n\n${fieldTable(workloadJsonSchema())}\n\n${tail}`;
  if (updating && unaligned(head + rest) !== unaligned(renewed)) writeFileSync(manualFile, renewed);
  expect(unaligned(readFileSync(manualFile, "utf8"))).toBe(unaligned(renewed));
});

test("the manual's example is a legal file", () => {
  const example = /```yaml\n(# yaml-language-server[\s\S]*?)```/.exec(readFileSync(manualFile, "utf8"))![1]!;
  expect(parseWorkload("example", example, "workloads.md").keys).toMatchObject({ distribution: "zipfian" });
});

test("every workload file tells editors its schema", () => {
  for (const { file } of listWorkloads()) {
    expect(readFileSync(file, "utf8"), file).toMatch(/^# yaml-language-server: \$schema=\.\/schema\.json\n/);
  }
});
