/** Has traces kept for the report, and says what is missing. */
import { chooseRuns, keepTraces } from "../harness/kept-traces.ts";
import type { PlannedRun } from "../harness/plan.ts";
import type { Manifest, RunLine } from "../results/schema.ts";

export interface Finished {
  readonly folder: string;
  readonly runs: readonly PlannedRun[];
  readonly lines: readonly RunLine[];
  readonly expectations: Manifest["expectations"];
}

export async function keepForReport(
  { folder, runs, lines, expectations }: Finished,
  workers: number,
  quiet: boolean,
  stopped: () => boolean,
): Promise<void> {
  const choices = chooseRuns(runs, lines, expectations);
  const failures = await keepTraces(folder, choices, workers, stopped);
  if (quiet) return;
  const { chosen, leftOut } = choices;
  if (leftOut > 0) {
    const rows = chosen.length + leftOut;
    console.error(
      `note: traces for the report are kept of ${chosen.length} of ${rows} rows; replay shows any run`,
    );
  }
  for (const failure of failures) console.error(`note: a trace for the report could not be kept: ${failure}`);
}
