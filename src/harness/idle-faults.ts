/** Faults that cannot strike, found before anything runs. Those that merely did not are judged afterwards. */
import { type Fault, textOf } from "../faults/fault.ts";
import { formatDuration } from "../workload/units.ts";
import type { Workload } from "../workload/workload.ts";
import { UsageError } from "./usage.ts";

export function refuseIdleFaults({ name, faults, durationNs }: Workload, n: number): void {
  for (const [index, fault] of faults.entries()) {
    const flaw = absentNode(fault, n) ?? tooLate(fault, durationNs);
    if (flaw === undefined) continue;
    const names = namesOf(fault).join(", ");
    throw new UsageError(`workload ${name}: faults.${index} (${textOf(fault.what, names)}) ${flaw}`);
  }
}

function absentNode(fault: Fault, n: number): string | undefined {
  const absent = namesOf(fault).find(name => /^n\d+$/.test(name) && Number(name.slice(1)) >= n);
  return absent === undefined ? undefined : `names ${absent}, but the nodes are n0 to n${n - 1}`;
}

function tooLate({ when }: Fault, durationNs: number | undefined): string | undefined {
  if (when.on !== "time" || durationNs === undefined || when.atNs < durationNs) return undefined;
  return `strikes at ${formatDuration(when.atNs)}, but the run ends at ${formatDuration(durationNs)}`;
}

function namesOf({ what: { who = [], groups = [], from = [], to = [] } }: Fault): string[] {
  const grouped = typeof groups === "string" ? [] : groups.flat();
  return [...new Set([...who, ...grouped, ...from, ...to])];
}
