/** How bugs are tried: under a schedule of their own, and by the cases of `npm run fuzz`. */
import type { AnyProtocol } from "#protocol";
import type { Campaign, Case } from "../../src/harness/fuzz/case.ts";
import { drawCase } from "../../src/harness/fuzz/draw-case.ts";
import { type Alarm, perform, specOf } from "../../src/harness/fuzz/finding.ts";
import { nothing, sum, vacuous } from "../../src/harness/fuzz/tally.ts";
import { loadProtocol } from "../../src/harness/protocols.ts";
import { runTraced } from "../../src/harness/run.ts";
import type { control } from "./catalogue.ts";
import type { Tampering } from "./harness/tamperings.ts";
import { scheduledCase } from "./schedule.ts";

export const campaignOf = (algo: string, faults?: readonly string[]): Campaign => ({
  algo,
  seed: 1,
  sizes: undefined,
  faults,
  options: {},
});

export async function underSchedule(schedule: string, algo: string): Promise<Alarm | undefined> {
  const { protocol } = await loadProtocol(algo, "/");
  return perform(scheduledCase(schedule, algo), protocol).alarm;
}

/** An alarm that nobody is blamed for, with why. */
export async function beyondTheBound({ schedule, honest }: typeof control): Promise<Alarm | undefined> {
  const { protocol } = await loadProtocol(honest, "/");
  const { line } = runTraced(specOf(scheduledCase(schedule, honest)), protocol, undefined);
  const first = line.checks.violations!.find(({ outside }) => outside?.startsWith("beyond the fault bound"));
  return first === undefined
    ? undefined
    : { check: first.invariant, sentence: `${first.sentence} (${first.outside})` };
}

// -----------------------------------------------------------------------------------------------------------
// The harness itself

export interface Noticed {
  readonly alarm: Alarm | undefined;
  readonly runs: number;
}

/** In this thread alone, and only as long as it takes. */
export function tampered<Result>(tampering: Tampering, body: () => Result): Result {
  const undo = tampering.tamper();
  try {
    return body();
  } finally {
    undo();
  }
}

/** A fault that struck nobody is an alarm here. */
export function noticedUnderSchedule(given: Case, protocol: AnyProtocol): Alarm | undefined {
  const { alarm } = perform(given, protocol);
  if (alarm !== undefined) return alarm;
  const { faults } = runTraced(specOf(given), protocol, undefined).line;
  const idle = faults?.never_struck ?? [];
  return idle.length === 0
    ? undefined
    : { check: "never struck", sentence: `never struck: ${idle.join("; ")}` };
}

/** Likewise a campaign in which something never happened. */
export function noticedBlindly({ honest, faults, blindRuns }: Tampering, protocol: AnyProtocol): Noticed {
  const campaign = campaignOf(honest, faults);
  let tally = nothing;
  for (let index = 0; index < blindRuns; index++) {
    const finding = perform(drawCase(campaign, protocol, index), protocol);
    tally = sum(tally, finding.tally);
    if (finding.alarm !== undefined) return { alarm: finding.alarm, runs: index + 1 };
  }
  const never = vacuous(tally, protocol, faults);
  const sentence = `never happened in ${blindRuns} runs: ${never.join(", ")}`;
  return { alarm: never.length === 0 ? undefined : { check: "vacuous", sentence }, runs: blindRuns };
}
