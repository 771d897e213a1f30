/** Chaos: a schedule of faults drawn from the seed, all of which end by a given time. */
import { type Chaos, type Fault, type FaultKind, faultKinds, type What } from "./fault.ts";
import type { Dice } from "./target.ts";

/** Of what is drawn if a file names no kinds. */
export const usualChaos: readonly FaultKind[] = [
  "crash",
  "pause",
  "partition",
  "loss",
  "duplication",
  "reordering",
  "jitter",
  "slowDisk",
  "diskStall",
];

/** Faults of the kinds that have a rate, each from a stream of its own; a kind more leaves the others as they are. */
export function drawChaos(chaos: Chaos, dice: (name: string) => Dice): Fault[] {
  return faultKinds.flatMap(({ name: kind }) => {
    const perSecond = chaos.perSecond[kind] ?? 0;
    return perSecond === 0 ? [] : drawKind(kind, perSecond, chaos, dice(`chaos ${kind}`));
  });
}

function drawKind(kind: FaultKind, perSecond: number, chaos: Chaos, dice: Dice): Fault[] {
  const { startNs, untilNs, shortestNs, longestNs } = chaos;
  const faults: Fault[] = [];
  let atNs = startNs;
  for (;;) {
    atNs += Math.ceil((-Math.log(1 - dice.next()) / perSecond) * 1e9);
    if (atNs >= untilNs) return faults;
    const forNs = Math.round(shortestNs + (longestNs - shortestNs) * dice.next());
    faults.push({ what: drawWhat(kind, dice), when: { on: "time", atNs }, forNs, untilNs });
  }
}

function drawWhat(kind: FaultKind, dice: Dice): What {
  const between = (low: number, high: number) => low + (high - low) * dice.next();
  const link = { from: ["any"], to: ["another"], both: dice.next() < 0.5 };
  switch (kind) {
    case "partition":
      return { kind, groups: [["some"], ["rest"]], direction: directionOf(dice) };
    case "isolate":
      return { kind, who: ["any"], direction: directionOf(dice) };
    case "cut":
    case "hold":
      return { kind, ...link };
    case "loss":
    case "duplication":
    case "reordering":
      return { kind, amount: rounded(between(0.02, 0.4)) }; // on every link
    case "delay":
    case "jitter":
      return { kind, ...link, amount: Math.round(between(0.5e6, 20e6)) };
    case "slowCpu":
    case "slowDisk":
      return { kind, who: ["any"], amount: rounded(between(2, 20)) };
    case "clockRate":
      return { kind, who: ["any"], amount: rounded(between(0.8, 1.25)) };
    case "clockJump":
      return { kind, who: ["any"], amount: Math.round(between(-2e9, 2e9)) };
    case "crash":
      return { kind, who: ["any"], torn: dice.next() < 0.5 };
    default:
      return { kind, who: ["any"] };
  }
}

/** Jepsen's partitions are mostly symmetric. */
function directionOf(dice: Dice): "both" | "out" | "in" {
  const drawn = dice.next();
  if (drawn < 0.6) return "both";
  return drawn < 0.8 ? "out" : "in";
}

const rounded = (value: number): number => Math.round(value * 1e3) / 1e3;
