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
type Kind = "number" | readonly string[];

/** Who and where a run is, and what nobody can hold to a condition. */
const apart = new Set(
  (
    "schema_version key pair_key status error rerun algo n workload seed options unsafe point durability crypto " +
    "cost_model declared latency_histogram trace_hash host"
  ).split(" "),
);

function fieldsOf(shape: Shape, path: string): [string, Kind][] {
  if (shape.anyOf !== undefined) return shape.anyOf.flatMap(branch => fieldsOf(branch, path));
  if (shape.enum !== undefined) return [[path, shape.enum]];
  if ([shape.type].flat().some(type => type === "number" || type === "integer")) return [[path, "number"]];
  const inside = Object.entries(shape.properties ?? {}).map(([name, inner]) => [name, inner] as const);
  const entries = shape.items ?? shape.additionalProperties;
  if (entries) inside.push(["*", entries]);
  return inside
    .filter(([name]) => path !== "" || !apart.has(name))
    .flatMap(([name, inner]) => fieldsOf(inner, path === "" ? name : `${path}.${name}`));
}

const file = resolve(import.meta.dirname, "../../src/workload/expect-fields.ts");

test("whatever a line measures can be expected", () => {
  const shape = z.toJSONSchema(RunLine, { io: "output" }) as Shape;
  const fields = Object.fromEntries(
    fieldsOf(shape, "").filter(([path]) => !/\.node$|^checks\.violations/.test(path)),
  );
  if (process.env.UPDATE === "1") {
    const rows = Object.entries(fields).map(
      ([path, kind]) =>
        `  ${/^\w+$/.test(path) ? path : JSON.stringify(path)}: ${JSON.stringify(kind).replaceAll(",", ", ")},`,
    );
    const [head] = readFileSync(file, "utf8").split("/* fields */");
    writeFileSync(file, `${head}/* fields */\n${rows.join("\n")}\n};\n`);
  }
  expect(lineFields).toEqual(fields);
});
