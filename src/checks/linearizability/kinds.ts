/** Operations on one key as numbers, in columns. */
export const READ = 0; // saw `from`
export const REFUSED = 1; // saw anything but `from`: a cas that did not write
export const WRITE = 2; // leaves `to`, whatever was there
export const CAS = 3; // found `from`, leaves `to`
export const APPEND = 4; // adds `to`, the number of a text
export const KINDS = 5;

export interface Columns {
  readonly operations: Int32Array; // where each is in the history
  readonly kinds: Int32Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
}

export function pick(column: Int32Array, order: readonly number[]): Int32Array {
  const picked = new Int32Array(order.length);
  for (let index = 0; index < order.length; index++) picked[index] = column[order[index]!]!;
  return picked;
}
