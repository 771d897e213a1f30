/**
 * The schema for editors, `workloads/schema.json`. An editor sees one file, which may extend another one: a group may
 * then say a part of its fields, and a field that is given nothing takes back what is inherited. Whether that is so,
 * only `load.ts` can tell, so that here neither is a mistake. A list is never inherited in part.
 */
import { type JsonSchema, workloadJsonSchema } from "./schema.ts";

export function editorSchema(): JsonSchema {
  const { $schema, title, ...schema } = workloadJsonSchema() as JsonSchema & Record<string, unknown>;
  return { $schema, title, ...partial(schema) } as JsonSchema;
}

/** Without what has to be there. Without its law, a distribution may be one of several. */
function partial({ required: _, oneOf, ...schema }: JsonSchema): JsonSchema {
  const { properties, additionalProperties, anyOf = oneOf } = schema;
  return {
    ...schema,
    ...(anyOf === undefined ? {} : { anyOf: anyOf.map(partial) }),
    ...(properties === undefined ? {} : { properties: mapped(properties) }),
    ...(typeof additionalProperties === "object"
      ? { additionalProperties: orNothing(additionalProperties) }
      : {}),
  };
}

const mapped = (properties: Readonly<Record<string, JsonSchema>>): Readonly<Record<string, JsonSchema>> =>
  Object.fromEntries(
    Object.entries(properties).map(([name, field]) => [name, name === "extends" ? field : orNothing(field)]),
  );

const nothing: JsonSchema = { type: "null" };

function orNothing(field: JsonSchema): JsonSchema {
  const { description, default: usual, ...schema } = field;
  const about = {
    ...(description === undefined ? {} : { description }),
    ...(usual === undefined ? {} : { default: usual }),
  };
  const { anyOf, ...rest } = partial(schema);
  if (schema.not !== undefined || Object.keys(schema).length === 0) return field;
  return anyOf === undefined || Object.keys(rest).length > 0
    ? { ...about, anyOf: [{ ...rest, ...(anyOf === undefined ? {} : { anyOf }) }, nothing] }
    : { ...about, anyOf: [...anyOf, nothing] };
}
