/** A number that a formula gives beside the one that a run gives. */
export interface Comparison {
  readonly section: string; // of docs/oracles.md
  readonly protocol: string;
  readonly variant: string; // what is counted, or how the protocol is set
  readonly quantity: string;
  readonly formula: string;
  readonly n: number;
  readonly batch: number | undefined; // b: commands in an instance; undefined where it does not matter
  readonly expected: number;
  readonly measured: number;
  readonly tolerance: number; // 0: exactly
  readonly standardError?: number; // of the difference, where it is left to chance
}

export const agrees = ({ expected, measured, tolerance }: Comparison): boolean =>
  tolerance === 0 ? measured === expected : Math.abs(measured - expected) <= tolerance;

/** How many standard errors lie between the two, and on which side. */
export const deviation = ({ expected, measured, standardError }: Comparison): number | undefined =>
  standardError === undefined ? undefined : (measured - expected) / standardError;

/** What is left to chance may be so many standard errors away. */
const ERRORS = 3;

/** Whether that alone decides: some have a tolerance besides. */
export const isByChance = ({ standardError, tolerance }: Comparison): boolean =>
  standardError !== undefined && tolerance === ERRORS * standardError;

export const byChance = (standardError: number) => ({ standardError, tolerance: ERRORS * standardError });

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Of the mean of independent draws, by their own spread. */
export function standardErrorOf(values: readonly number[]): number {
  const middle = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - middle) * (value - middle), 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
}

/** What independent draws give, to be held to a formula. */
export const meanOf = (values: readonly number[]) => ({
  measured: mean(values),
  ...byChance(standardErrorOf(values)),
});
