/**
 * Did the faults of a workload strike? A schedule that did nothing proves nothing, so that it is a failed expectation,
 * whether or not the file expects anything. A fault drawn by chance may pass a run by, but not all runs of a cell; a
 * kind of chaos may do even that, where so few strikes were to be expected that none is no surprise: then it is told.
 */
import { type Chaos, type FaultKind, linkKinds } from "../faults/fault.ts";
import type { Manifest, RunLine } from "../results/schema.ts";

type Cell = Manifest["cells"][number];
type Judgement = NonNullable<Manifest["expectations"]>[number];

/** Of so many on average none comes once in a thousand times; a workload may have twenty kinds. */
const ENOUGH = 7;
const WITHHELD = ", withheld";

const boundText = "so as not to hit more than f nodes: beyondTolerance: true lets it strike";

/** Undefined where no fault was planned. */
export function judgeStrikes(
  cell: Cell,
  lines: readonly RunLine[],
  chaos: Chaos | undefined,
): Judgement | undefined {
  const told = lines.filter(({ faults }) => faults !== null);
  if (told.length === 0) return undefined;
  const idle = idleIn(told);
  const excuse = idle.length === 0 ? null : excuseFor(idle, told, chaos);
  return {
    workload: cell.workload,
    algo: cell.algo,
    n: cell.n,
    point: cell.point,
    field: "faults",
    of: "each",
    expected: "have struck",
    ok: idle.length === 0 ? true : excuse === null ? false : null,
    found: idle.length === 0 ? "struck" : `never struck: ${idle.join("; ")}`,
    runs: told.length,
    seeds: [],
    says: excuse ?? (idle.some(isWithheld) ? boundText : null),
  };
}

/** What struck in no run, with a word where it would have struck in some, but for the bound on how many it may hit. */
function idleIn(told: readonly RunLine[]): string[] {
  const plain = (fault: string) => fault.replace(new RegExp(`${WITHHELD}$`), "");
  const [first, ...others] = told.map(({ faults }) => faults!.never_struck);
  const held = new Set(told.flatMap(({ faults }) => faults!.never_struck.filter(isWithheld)));
  return first!
    .map(plain)
    .filter(fault => others.every(never => never.some(other => plain(other) === fault)))
    .map(fault => (held.has(fault + WITHHELD) ? fault + WITHHELD : fault));
}

const isWithheld = (fault: string): boolean => fault.endsWith(WITHHELD);

/** Why it proves nothing that these did not strike; null where it does. */
function excuseFor(
  idle: readonly string[],
  told: readonly RunLine[],
  chaos: Chaos | undefined,
): string | null {
  const isMute = told.every(({ messages }) => messages?.total === 0);
  const mute = idle.filter(fault => isMute && isOfOthers(fault));
  const others = idle.filter(fault => !mute.includes(fault));
  const hopeless = others.filter(fault => isWithheld(fault) && told[0]!.f === 0);
  const rare = others.filter(fault => !hopeless.includes(fault) && expectedOf(fault, told, chaos) < ENOUGH);
  if (hopeless.length + rare.length < others.length) return null;
  const few = rare.map(fault => `${fault} (${expectedOf(fault, told, chaos).toPrecision(2)})`);
  const reasons = [
    ...(mute.length > 0 ? [`replicas exchange no messages that could be hit: ${mute.join("; ")}`] : []),
    ...(hopeless.length > 0 ? [`with f = 0 no node may be hit: ${hopeless.join("; ")}`] : []),
    ...(few.length > 0
      ? [`too few strikes were to be expected, more seeds or a higher rate would tell: ${few.join("; ")}`]
      : []),
  ];
  return `not judged: ${reasons.join("; and ")}`;
}

/**
 * Where replicas say nothing to each other, faults of their links have nothing to strike, and liars nothing to say; nor
 * need there be anybody who follows.
 */
function isOfOthers(fault: string): boolean {
  const [kind = "", ...whom] = fault.replace(/^(fault|liar) \d+: |^chaos /, "").split(/[ ,]/);
  const isOfWords = kind === "lie" || (linkKinds as readonly string[]).includes(kind);
  return isOfWords || whom.some(name => /^(followers?|another|another-follower)$/.test(name));
}

/** How often a kind of chaos strikes on average in so many runs; a fault that a file lists is always expected. */
function expectedOf(fault: string, told: readonly RunLine[], chaos: Chaos | undefined): number {
  const kind = fault.replace(/^chaos /, "").replace(WITHHELD, "") as FaultKind;
  const perSecond = fault.startsWith("chaos ") ? chaos?.perSecond[kind] : undefined;
  if (perSecond === undefined) return Number.POSITIVE_INFINITY;
  return (perSecond * (chaos!.untilNs - chaos!.startNs) * told.length) / 1e9;
}
