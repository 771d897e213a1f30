/** Shares and probabilities, as numbers or as percents: `0.8`, `80%`. */
import { z } from "zod";

const percents = /^\s*(\d+(?:\.\d+)?)\s*%\s*$/;

/** A number within these bounds, which may also be written as a percent. `expected` says what, with an example. */
export function shareOf(bounds: z.ZodNumber, expected: string) {
  const error = `expected ${expected}`;
  return z
    .union([bounds, z.string().meta({ pattern: "^\\s*\\d+(\\.\\d+)?\\s*%\\s*$" })], { error })
    .transform((value, context): number => {
      if (typeof value === "number") return value;
      const percent = percents.exec(value)?.[1];
      const number = percent === undefined ? Number.NaN : Number(percent) / 100;
      if (bounds.safeParse(number).success) return number;
      context.issues.push({ code: "custom", message: `"${value}" is not ${expected}`, input: value });
      return z.NEVER;
    });
}
