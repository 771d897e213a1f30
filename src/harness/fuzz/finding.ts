/** What came of one case: an alarm or none, and how much happened in it. */
import type { AnyProtocol } from "#protocol";
import type { RunLine } from "../../results/schema.ts";
import { BudgetSpent } from "../../simulation/budget.ts";
import { workloadFrom } from "../../workload/written.ts";
import { runTraced } from "../run.ts";
import type { RunSpec } from "../spec.ts";
import type { Case } from "./case.ts";
import { type Tally, tallyOf } from "./tally.ts";

export interface Alarm {
  readonly check: string; // an invariant by name, linearizability, liveness, or "run": it threw
  readonly sentence: string;
}

export interface Finding {
  readonly alarm: Alarm | undefined;
  readonly tally: Tally;
  readonly traceHash: string | null;
  readonly events: number; // that it took; of one that throws, if it took too many
}

/** What no run of a few virtual seconds needs. One that does is stuck in a loop that time takes part in. */
const EVENT_BUDGET = 5_000_000;

export function perform(given: Case, protocol: AnyProtocol): Finding {
  try {
    const { line, happened, eventsInAll: events } = runTraced(specOf(given), protocol, undefined);
    const tally = tallyOf(line, happened);
    return { alarm: alarmIn(line), tally, traceHash: line.trace_hash, events };
  } catch (error) {
    const sentence = error instanceof Error ? error.message : String(error);
    const events = error instanceof BudgetSpent ? error.events : 0;
    const tally = tallyOf(undefined, undefined);
    return { alarm: { check: "run", sentence }, tally, traceHash: null, events };
  }
}

export function specOf({ algo, n, seed, options, file }: Case): RunSpec {
  const workload = workloadFrom("fuzz", file);
  const names = { key: "fuzz", pairKey: "fuzz", rerun: "" };
  return {
    algo,
    n,
    seed,
    options,
    workload,
    point: {},
    traceFile: undefined,
    eventBudget: EVENT_BUDGET,
    ...names,
  };
}

/** The first thing that is wrong: what follows from it would only bury it. What nobody promised is no alarm. */
function alarmIn({ checks }: RunLine): Alarm | undefined {
  const first = checks.violations?.find(({ outside }) => outside === null);
  return first === undefined ? undefined : { check: first.invariant, sentence: first.sentence };
}
