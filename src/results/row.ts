/** A row of a table of results: what all its runs have in common, whatever their seeds. */
import { canonical } from "./keys.ts";
import type { RunLine } from "./schema.ts";

export const rowOf = ({ algo, n, workload, options, point }: RunLine): string =>
  canonical([algo, n, workload, options, point]);
