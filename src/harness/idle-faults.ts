/** Faults that cannot strike, found before anything runs. Those that merely did not are judged afterwards. */
import { type Fault, textOf } from "../faults/fault.ts";
import type { LateMistake } from "../workload/load.ts";
import { formatDuration } from "../workload/units.ts";
import type { Workload } from "../workload/workload.ts";

export function idleFaults({ faults, chaos, durationNs }: Workload, n: number): LateMistake[] {
  const mistakes = neverHeals(chaos?.untilNs, durationNs);
  return mistakes.concat(idleOnes(faults, durationNs, n));
}

/** Chaos ends before the run does, so that it is seen to recover. */
function neverHeals(untilNs: number | undefined, durationNs: number | undefined): LateMistake[] {
  if (untilNs === undefined || durationNs === undefined || untilNs < durationNs) return [];
  const message = `nothing heals before the run ends, at ${formatDuration(durationNs)}`;
  return [{ path: ["chaos", "until"], ofKey: false, message }];
}

function idleOnes(faults: readonly Fault[], durationNs: number | undefined, n: number): LateMistake[] {
  return faults.flatMap((fault, index) => {
    const flaw = absentNode(fault, n) ?? tooLate(fault, durationNs);
    if (flaw === undefined) return [];
    const message = `${textOf(fault.what, namesOf(fault).join(", "))} ${flaw}`;
    return [{ path: ["faults", index], ofKey: false, message }];
  });
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
