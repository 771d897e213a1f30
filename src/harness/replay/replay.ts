/** Recomputes a run from its key, and says whether it is still the same run. */
import type { Status } from "#protocol";
import { runTraced } from "../run.ts";
import type { FoundRun } from "./find.ts";
import { Listener, type Moment, type Wanted } from "./listener.ts";

export interface Replayed {
  readonly traceHash: string | undefined; // undefined: it failed
  readonly error: string | undefined;
  readonly standing: readonly (Status | undefined)[];
}

export function replay(
  { spec, protocol }: FoundRun,
  wanted: Wanted,
  hear: (moment: Moment) => void,
): Replayed {
  const listener = new Listener(wanted, hear);
  const outcome = performed(spec, protocol, listener);
  listener.finish();
  return { ...outcome, standing: listener.standing };
}

/** A run that threw throws again, at the same event: that is what it is replayed for. */
function performed(
  spec: FoundRun["spec"],
  protocol: FoundRun["protocol"],
  listener: Listener,
): Pick<Replayed, "traceHash" | "error"> {
  try {
    const { line } = runTraced({ ...spec, traceFile: undefined }, protocol, listener);
    return { traceHash: line.trace_hash ?? undefined, error: undefined };
  } catch (error) {
    return { traceHash: undefined, error: error instanceof Error ? error.message : String(error) };
  }
}
