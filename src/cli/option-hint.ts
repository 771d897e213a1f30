/** What is no option of a command may be one of a protocol, or a field of a workload file: says where it belongs. */
import { algorithms } from "../../algorithms/index.ts";
import { type JsonSchema, workloadJsonSchema } from "../workload/schema.ts";

/** From commander's message, which names the option, and the whole line; undefined where nobody knows it. */
export function optionHint(message: string, line: readonly string[]): string | undefined {
  const [, name, equal] = /'--?([\w.-]+)(?:=(.*))?'/.exec(message) ?? [];
  if (name === undefined || line[2] !== "bench") return undefined;
  const next = line[line.findIndex(word => word === `--${name}` || word === `-${name}`) + 1];
  const value = equal ?? (next === undefined || next.startsWith("-") ? "…" : next);
  const owners = algorithms.filter(({ options }) => Object.hasOwn(options, name.split(".").at(-1)!));
  if (owners.length > 0) {
    const settings = owners.map(owner => `--set ${owner.name}.${name.split(".").at(-1)}=${value}`);
    return `it is an option of a protocol: ${settings.join(" or ")}`;
  }
  const fields = fieldsNamed(name, workloadJsonSchema());
  if (fields.length === 0) return undefined;
  return [
    `workload files have ${fields.join(" and ")}. For example mine.yaml:`,
    "    extends: steady",
    `    sweep: { ${fields[0]}: [${value}] } # one value or several`,
    "and then --workload ./mine.yaml",
  ].join("\n");
}

/** The paths of the fields of that name: at the top, or else inside the groups there. */
function fieldsNamed(name: string, { properties = {} }: JsonSchema): string[] {
  if (Object.hasOwn(properties, name)) return [name === "clients" ? "clients.count" : name];
  return Object.entries(properties).flatMap(([group, { properties: direct, anyOf = [] }]) => {
    const inner = [direct, ...anyOf.map(branch => branch.properties)];
    return inner.some(fields => fields !== undefined && Object.hasOwn(fields, name))
      ? [`${group}.${name}`]
      : [];
  });
}
