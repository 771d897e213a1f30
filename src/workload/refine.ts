/** Checks of several fields together. */

/**
 * For `refine` and `superRefine`: also where some field is wrong by itself, since a file's mistakes are told all at
 * once. What a check finds may then be anything: it looks before it believes, and asks for what is wrong.
 */
export const evenIfFlawed = { when: ({ value }: { readonly value: unknown }): boolean => isMapping(value) };

const isMapping = (value: unknown): boolean =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether a field has a name that nobody knows: what seems to be missing may then be what it was meant for. */
export const hasStrangers = ({
  issues,
}: {
  readonly issues: readonly { readonly code?: string }[];
}): boolean => issues.some(({ code }) => code === "unrecognized_keys");
