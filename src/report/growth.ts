/** Why a term rose: by how much, who raised it, and what was wrong at the time. */

import type { Story } from "./charts/timeline.ts";
import type { FaultSpan } from "./faults.ts";
import { counted, listed, moment, span, whole } from "./numbers.ts";

const MOST_RAISERS = 3;

export function growthText(story: Story): string {
  const { run } = story;
  const { start, max, raised_by } = run.epochs!;
  const who = raised_by
    .slice(0, MOST_RAISERS)
    .map(({ node, times }) => `n${node} (${times === 1 ? "once" : `${whole(times)} times`})`);
  const rise = `The term went from ${whole(start)} to ${whole(max)}`;
  const raisers = raised_by.length === 1 ? `n${raised_by[0]!.node}` : listed(who);
  const others = raised_by.length > MOST_RAISERS ? " and others" : "";
  return `${rise}, raised by ${raisers}${others}. ${circumstances(story)}`;
}

/** The fault under which, or after whose beginning, most steps were taken. */
function circumstances({ run, series, spans }: Story): string {
  const steps = stepsUp(series.epochs, run.epochs!.start);
  if (spans.length === 0) return "No fault had struck: votes were split, or messages came too late.";
  const during = spans.map(fault => ({ fault, count: steps.filter(us => isDuring(us, fault)).length }));
  const { fault, count } = during.reduce((one, two) => (better(two, one) ? two : one));
  const first = steps[0];
  if (count === 0 || first === undefined) return "No fault was under way at the time.";
  const length = fault.endUs - fault.startUs;
  const lasted = length === 0 ? "" : `, which lasted ${fault.isOpen ? "to the end" : span(length)}`;
  const share =
    count === steps.length
      ? count === 1
        ? "It rose"
        : `All ${whole(count)} steps fell`
      : `${whole(count)} of ${counted(steps.length, "step")} fell`;
  const into = count === 1 && steps.length === 1 ? ` ${span(first - fault.startUs)} after` : " into";
  return `${share}${into} “${fault.what}” at ${moment(fault.startUs)}${lasted}.`;
}

const isDuring = (us: number, { startUs, endUs }: FaultSpan): boolean => us >= startUs && us <= endUs;

interface Blame {
  readonly fault: FaultSpan;
  readonly count: number;
}

/** More steps, or as many in less time. */
const better = (one: Blame, two: Blame): boolean =>
  one.count > two.count ||
  (one.count === two.count && one.fault.endUs - one.fault.startUs < two.fault.endUs - two.fault.startUs);

/** When the highest term of all rose above what the measurement began with. */
function stepsUp(epochs: Story["series"]["epochs"], start: number): number[] {
  let highest = start;
  const steps: number[] = [];
  for (const [us, , epoch] of epochs) {
    if (epoch <= highest) continue;
    highest = epoch;
    steps.push(us);
  }
  return steps;
}
