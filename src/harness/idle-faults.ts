/** Faults that cannot strike, found before anything runs. Those that merely did not are judged afterwards. */
import { type Fault, textOf } from "../faults/fault.ts";
import type { LateMistake } from "../workload/load.ts";
import { formatDuration } from "../workload/units.ts";
import type { Workload } from "../workload/workload.ts";

/** `written`: the faults as the file has them, to find there what is wrong. */
export function idleFaults(
  { faults, chaos, durationNs }: Workload,
  n: number,
  written: unknown,
): LateMistake[] {
  const mistakes = neverHeals(chaos?.untilNs, durationNs);
  return mistakes.concat(idleOnes(faults, durationNs, n, written));
}

/** Chaos ends before the run does, so that it is seen to recover. */
function neverHeals(untilNs: number | undefined, durationNs: number | undefined): LateMistake[] {
  if (untilNs === undefined || durationNs === undefined || untilNs < durationNs) return [];
  const message = `nothing heals before the run ends, at ${formatDuration(durationNs)}`;
  return [{ path: ["chaos", "until"], ofKey: false, message }];
}

function idleOnes(
  faults: readonly Fault[],
  durationNs: number | undefined,
  n: number,
  written: unknown,
): LateMistake[] {
  return faults.flatMap((fault, index) => {
    const entry = Array.isArray(written) ? written[index] : undefined;
    const flaw = absentNode(fault, n, entry) ?? tooLate(fault, durationNs);
    if (flaw === undefined) return [];
    const message = `${textOf(fault.what, namesOf(fault).join(", "))} ${flaw.says}`;
    return [{ path: ["faults", index, ...flaw.path], ofKey: false, message }];
  });
}

interface Flaw {
  readonly path: readonly (string | number)[]; // in the fault
  readonly says: string;
}

function absentNode(fault: Fault, n: number, written: unknown): Flaw | undefined {
  const absent = namesOf(fault).find(name => /^n\d+$/.test(name) && Number(name.slice(1)) >= n);
  if (absent === undefined) return undefined;
  return {
    path: pathTo(absent, written) ?? [],
    says: `names ${absent}, but the nodes are n0 to n${n - 1}`,
  };
}

/** Where a name stands, however deep in lists. */
function pathTo(name: string, written: unknown): (string | number)[] | undefined {
  if (written === name) return [];
  if (typeof written !== "object" || written === null) return undefined;
  for (const [step, inner] of Object.entries(written)) {
    const path = pathTo(name, inner);
    if (path !== undefined) return [Array.isArray(written) ? Number(step) : step, ...path];
  }
  return undefined;
}

function tooLate({ when }: Fault, durationNs: number | undefined): Flaw | undefined {
  if (when.on !== "time" || durationNs === undefined || when.atNs < durationNs) return undefined;
  const says = `strikes at ${formatDuration(when.atNs)}, but the run ends at ${formatDuration(durationNs)}`;
  return { path: ["at"], says };
}

function namesOf({ what: { who = [], groups = [], from = [], to = [] } }: Fault): string[] {
  const grouped = typeof groups === "string" ? [] : groups.flat();
  return [...new Set([...who, ...grouped, ...from, ...to])];
}
