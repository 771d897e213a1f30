/** What an editor says of a field while somebody writes it, and the manual in its table. */
import { expect, test } from "vitest";
import { fieldTable } from "../../src/workload/manual.ts";
import { type JsonSchema, workloadJsonSchema } from "../../src/workload/schema.ts";
import { Bandwidth, Duration, FineDuration, Rate, Size } from "../../src/workload/units.ts";

function descriptionsIn(schema: JsonSchema, path: string): [path: string, description: string][] {
  const { properties = {}, items, anyOf = [], oneOf = [] } = schema;
  const fields = Object.entries(properties);
  const inside = [...anyOf, ...oneOf, ...(items === undefined ? [] : [items])];
  return [
    ...fields.map(([name, field]): [string, string] => [`${path}${name}`, field.description ?? ""]),
    ...fields.flatMap(([name, field]) => descriptionsIn(field, `${path}${name}.`)),
    ...inside.flatMap(other => descriptionsIn(other, path)),
  ];
}

const all = descriptionsIn(workloadJsonSchema(), "");

test("every field says what it is for, in sentences that stand by themselves", () => {
  const quantities = [Duration, FineDuration, Rate, Size, Bandwidth].map(({ description }) => description);
  const wanting = all.filter(
    ([, description]) =>
      !/^([A-Z0-9]|[a-z]+:).{8,}\.$/.test(description) ||
      description.includes("…") ||
      quantities.includes(description),
  );
  expect(wanting).toEqual([]);
});

test("the manual has a row for each of them, those of lists and of distributions included", () => {
  const paths = [...fieldTable(workloadJsonSchema()).matchAll(/^\| `(\S+)`/gm)].map(match => match[1]!);
  expect(new Set(paths).size).toBe(paths.length);
  const listed = new Set(paths.map(path => path.replaceAll("[]", "")));
  const elsewhere = /^(network\.latency|network\.links\.latency|cost\.disk\.sync)\./; // as in clients.think
  const missing = all.map(([path]) => path).filter(path => !listed.has(path) && !elsewhere.test(path));
  expect(missing).toEqual([]);
  expect(paths).toEqual(
    expect.arrayContaining([
      "faults[].partition",
      "faults[].when.fact",
      "byzantine[].lie",
      "network.links[].between",
      "clients.ramp[].for",
      "keys.theta",
      "value.sigma",
      "clients.think.median",
    ]),
  );
});
