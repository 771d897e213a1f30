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
}

export const agrees = ({ expected, measured, tolerance }: Comparison): boolean =>
  tolerance === 0 ? measured === expected : Math.abs(measured - expected) <= tolerance;
