/** The fields that a workload may expect something of are those of a line: `UPDATE=1` renews the list. */
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { RunLine } from "../../src/results/schema.ts";
import { lineFields } from "../../src/workload/expect-fields.ts";

interface Shape {
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Shape[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly additionalProperties?: Shape | false;
  readonly items?: Shape;
}
type Kind = "number" | "text" | readonly string[];

/** Which run it is, as groups of expectations say it; the machine; the buckets of a histogram; how to run it again. */
const apart = [
  /^(schema_version|key|pair_key|rerun|algo|n|workload|seed|options|point|latency_histogram|host)\b/,
  /^checks\.violations\.\*\.(facts|contradiction|seed|again)\b/,
];

function fieldsOf(shape: Shape, path: string): [string, Kind][] {
  if (apart.some(pattern => pattern.test(path))) return [];
  if (shape.anyOf !== undefined) return shape.anyOf.flatMap(branch => fieldsOf(branch, path));
  if (shape.enum !== undefined) return [[path, shape.enum]];
  const types = [shape.type].flat();
  if (types.includes("number") || types.includes("integer")) return [[path, "number"]];
  if (types.includes("string")) return [[path, "text"]];
  if (types.includes("boolean")) return [[path, ["true", "false"]]];
  const inside = Object.entries(shape.properties ?? {});
  if (shape.items !== undefined) inside.push(["length", { type: "number" }], ["*", shape.items]);
  if (shape.additionalProperties) inside.push(["*", shape.additionalProperties]);
  return inside.flatMap(([name, inner]) => fieldsOf(inner, path === "" ? name : `${path}.${name}`));
}

const file = resolve(import.meta.dirname, "../../src/workload/expect-fields.ts");

test("whatever a line measures can be expected", () => {
  const shape = z.toJSONSchema(RunLine, { io: "output" }) as Shape;
  const fields = Object.fromEntries(fieldsOf(shape, ""));
  if (process.env.UPDATE === "1") {
    const rows = Object.entries(fields).map(
      ([path, kind]) =>
        `  ${/^\w+$/.test(path) ? path : JSON.stringify(path)}: ${JSON.stringify(kind).replaceAll(",", ", ")},`,
    );
    const [head, old] = readFileSync(file, "utf8").split("/* fields */") as [string, string];
    const tail = old.slice(old.indexOf("\n};\n"));
    writeFileSync(file, `${head}/* fields */\n${rows.join("\n")}${tail}`);
  }
  expect(lineFields).toEqual(fields);
});
