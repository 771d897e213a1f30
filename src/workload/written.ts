/** Workloads that are drawn rather than written: from data to what runs, and to a file for people. */
import { stringify } from "yaml";
import { resolveWorkload } from "./resolve.ts";
import { WorkloadFile, type WorkloadInput } from "./schema.ts";
import type { Workload } from "./workload.ts";

/** Throws where a file of that content would be refused. */
export const workloadFrom = (name: string, data: WorkloadInput): Workload =>
  resolveWorkload(name, WorkloadFile.parse(data));

/** `comment`: lines that come first. */
export function yamlOf(data: Readonly<Record<string, unknown>>, comment: readonly string[]): string {
  const lines = comment.map(line => `# ${line.replaceAll("\n", " ")}\n`).join("");
  return `${lines}${stringify(data, { lineWidth: 110 })}`;
}
