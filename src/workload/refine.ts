/** Checks of several fields together. */

/**
 * For `refine` and `superRefine`: also where some field is wrong by itself, since a file's mistakes are told all at
 * once. What a check finds may then be anything: it looks before it believes, and asks for what is wrong.
 */
export const evenIfFlawed = { when: ({ value }: { readonly value: unknown }): boolean => isMapping(value) };

interface Payload {
  readonly value: unknown;
  readonly issues: readonly { readonly path?: readonly unknown[] | undefined }[];
}

/** The same for what compares these fields: one that is wrong by itself cannot be compared with another. */
export const ifSound = (...fields: readonly string[]) => ({
  when: ({ value, issues }: Payload): boolean =>
    isMapping(value) && fields.every(field => isSound({ issues }, field)),
});

export const isSound = ({ issues }: Pick<Payload, "issues">, field: string): boolean =>
  !issues.some(({ path }) => path?.[0] === field);

const isMapping = (value: unknown): boolean =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether a field has a name that nobody knows: what seems to be missing may then be what it was meant for. */
export const hasStrangers = ({
  issues,
}: {
  readonly issues: readonly { readonly code?: string }[];
}): boolean => issues.some(({ code }) => code === "unrecognized_keys");
