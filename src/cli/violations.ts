/** Violations that nobody expected, for stderr: one sentence each, and how to see what led to it. */
import type { Surprise } from "../harness/violations.ts";
import type { RunLine } from "../results/schema.ts";
import { coordinates } from "./expectations.ts";

const SHOWN = 5;

/** `traceOf`: the file with all events of that run, if it was kept. `study`: the folder as a shell takes it. */
export function violationsText(
  surprises: readonly Surprise[],
  study: string,
  traceOf: (line: RunLine) => string | undefined,
): string {
  const entries = surprises.slice(0, SHOWN).map(({ line, violation }) => {
    const { algo, n, workload, point, seed, key } = line;
    const place = [`${algo} n=${n} ${workload}`, ...coordinates(point), `seed ${seed}`].join(" ");
    const outside = violation.outside === null ? "" : ` (${violation.outside})`;
    const trace = traceOf(line);
    return [
      `violation: ${place}: ${violation.sentence}${outside}`,
      `  replay: npm run replay -- ${study} --run ${key}`,
      `  again:  ${violation.again}`,
      ...(trace === undefined ? [] : [`  trace:  ${trace}`]),
    ].join("\n");
  });
  const more = surprises.length - entries.length;
  const rest =
    more > 0 ? [`… and ${more} more runs with a violation: see checks.violations in runs.ndjson`] : [];
  return [...entries, ...rest].join("\n");
}
