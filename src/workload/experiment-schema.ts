/** The fields of a workload file that make one file many experiments, and say what must come of them. */
import { z } from "zod";
import { causes } from "#protocol";
import { type ExpectFile, readExpect } from "./expect.ts";
import { lineFields, shortNames } from "./expect-fields.ts";
import { shareOf } from "./shares.ts";

const Share = shareOf(z.number().min(0).lt(1), "a share below 1, such as 0.02 or 2%");

const quantity = z.union([z.number().gt(0), z.string().min(1)], {
  error: "expected a value of the field, such as 1 or 1000/s",
});

const Saturation = z.strictObject({
  field: z
    .string()
    .min(1)
    .meta({ description: "The field that grows, by its path, such as clients.count or clients.rate." }),
  from: quantity.meta({ description: "Its first value, as the field is written." }),
  factor: z
    .number()
    .gt(1)
    .max(1000)
    .optional()
    .meta({ description: "From one value to the next; 2 if left out." }),
  to: quantity
    .optional()
    .meta({ description: "Its greatest value, which ends the search; 1024 times the first if left out." }),
  gain: Share.optional().meta({
    description:
      "The search ends once two points in a row have raised the throughput by less than this; 2% if left out.",
  }),
});

const fieldPath = { type: "string", description: "A field of the file by its path, such as clients.count." };

/** Its own reader says what is wrong with it, field by field; here is what an editor needs. */
const Expect = (z.unknown() as z.ZodType<ExpectFile, ExpectFile>).superRefine((expect, context) => {
  for (const { path, message, ofKey } of readExpect(expect).flaws) {
    context.addIssue({ code: "custom", path: [...path], message, params: { ofKey }, continue: true });
  }
});

const byCause = causes.map(cause => `messages.by_cause.${cause}`);

const expectGroup = {
  type: "object",
  propertyNames: {
    anyOf: [
      { enum: ["algo", "n", "at", ...Object.keys(shortNames), ...Object.keys(lineFields), ...byCause] },
      { type: "string" },
    ],
  },
};

export const experimentFields = {
  extends: z.string().min(1).optional().meta({
    description:
      "A workload by name, or a file by its path from this one: what is left out here is as there.",
  }),
  sweep: z
    .record(z.string().min(1), z.array(z.unknown()).min(1, "must not be empty"), {
      error: "expected fields by their paths, each with a list: { clients.count: [1, 4, 16] }",
    })
    .optional()
    .meta({
      description:
        "Fields by their paths, each with a list of values; several fields give every combination.",
      propertyNames: fieldPath,
    }),
  saturation: Saturation.optional().meta({
    description: "Searches the knee: raises one field until the throughput rises no more.",
  }),
  expect: Expect.optional().meta({
    description:
      'Conditions on fields of the results: { linearizable: valid, epochs.growth: "< 10" }; or a list of such groups.',
    anyOf: [expectGroup, { type: "array", items: expectGroup }],
  }),
};
