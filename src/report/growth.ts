/** Why a term rose: by how much, who raised it, and what was wrong at the time. */

import { counted, listed, moment, span, whole } from "../metrics/numbers.ts";
import type { Story } from "./charts/timeline.ts";
import { type FaultSpan, plainly } from "./faults.ts";

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
  return [`${rise}, raised by ${raisers}${others}.`, circumstances(story), ...inVain(story)].join(" ");
}

/** A term without a leader is an election that nobody won. */
function inVain({ run, series }: Story): string[] {
  if (compete(series.leaders)) return [];
  const led = new Set(series.leaders.map(([, , epoch]) => epoch));
  const steps = stepsUp(series.epochs, run.epochs!.start).map(({ epoch }) => epoch);
  const vain = steps.filter(epoch => !led.has(epoch)).length;
  if (vain === 0) return [];
  const which = vain === steps.length ? (vain === 1 ? "it" : "all of them") : `${whole(vain)} of them`;
  return [`In ${which} nobody came to lead: too few voted for whoever stood for election.`];
}

const SPLIT = "votes were split, or messages came too late";
const OUTBID = "proposers outbid each other, and who is outbid asks again in a higher one";

/** Whether several lead at once from the start, as the proposers of basic Paxos do: nobody is elected there. */
function compete(leaders: Story["series"]["leaders"]): boolean {
  const first = leaders[0];
  return (
    first !== undefined && leaders.filter(([us, , epoch]) => us === first[0] && epoch === first[2]).length > 1
  );
}

/** The fault under which, or after whose beginning, most steps were taken. */
function circumstances({ run, series, spans }: Story): string {
  const steps = stepsUp(series.epochs, run.epochs!.start);
  if (spans.length === 0) return `No fault had struck: ${compete(series.leaders) ? OUTBID : SPLIT}.`;
  const during = spans.map(fault => ({ fault, count: steps.filter(({ us }) => isDuring(us, fault)).length }));
  const { fault, count } = during.reduce((one, two) => (better(two, one) ? two : one));
  const first = steps[0];
  if (first === undefined) return "No fault was under way at the time.";
  if (count === 0) return afterwards(first, spans);
  const length = fault.endUs - fault.startUs;
  const lasted = length === 0 ? "" : `, which lasted ${fault.isOpen ? "to the end" : span(length)}`;
  const share =
    count === steps.length
      ? count === 1
        ? "It rose"
        : `All ${whole(count)} steps fell`
      : `${whole(count)} of ${counted(steps.length, "step")} fell`;
  const into = count === 1 && steps.length === 1 ? ` ${span(first.us - fault.startUs)} after` : " into";
  const what = `“${plainly(fault.what)}”${onLeader(fault, series.leaders)}`;
  return `${share}${into} ${what} at ${moment(fault.startUs)}${lasted}.`;
}

/** What had ended last when the first step was taken: its effects may last longer. */
function afterwards({ us }: Step, spans: readonly FaultSpan[]): string {
  const over = spans.filter(({ endUs }) => endUs < us);
  if (over.length === 0) return "No fault had struck by then.";
  const last = over.reduce((one, two) => (two.endUs >= one.endUs ? two : one));
  const before = `${span(us - last.endUs)} before, at ${moment(last.endUs)}`;
  return `No fault was under way at the time; “${plainly(last.what)}” had ended ${before}.`;
}

/** Of a fault of a single node, whether that one led when it struck. */
function onLeader({ what, startUs }: FaultSpan, leaders: Story["series"]["leaders"]): string {
  const struck = new Set(what.match(/\bn\d+\b/g));
  const last = leaders.findLast(([us, node]) => us < startUs && struck.has(`n${node}`));
  return struck.size === 1 && last?.[3] === 1 ? " (the leader)" : "";
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

interface Step {
  readonly us: number;
  readonly epoch: number;
}

/** When the highest term of all rose above what the measurement began with. */
function stepsUp(epochs: Story["series"]["epochs"], start: number): Step[] {
  let highest = start;
  const steps: Step[] = [];
  for (const [us, , epoch] of epochs) {
    if (epoch <= highest) continue;
    highest = epoch;
    steps.push({ us, epoch });
  }
  return steps;
}
