/** What a workload file that is TypeScript imports: `import { defineWorkload } from "#workload";`. */
import type { WorkloadInput } from "./schema.ts";

/** Completion and type checks for `export const workload = defineWorkload({…})`. */
export const defineWorkload = (file: WorkloadInput): WorkloadInput => file;
