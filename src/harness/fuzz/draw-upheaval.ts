/**
 * Trouble where protocols are weakest: one leader after another is struck just after it was elected, so that what it
 * has begun is known to few, and those before it come back with what nobody else knows; and elections drag on, so that
 * what was said in one is heard in the next.
 */
import type { AnyProtocol } from "#protocol";
import type { FaultKind } from "../../faults/fault.ts";
import type { FaultEntry } from "./case.ts";
import type { CaseDice } from "./dice.ts";
import type { Circumstances } from "./draw-faults.ts";

type Ways = Readonly<Partial<Record<FaultKind, readonly object[]>>>;

const againstLeaders: Ways = {
  crash: [{ crash: "leader" }],
  pause: [{ pause: "leader" }],
  isolate: [{ isolate: "leader" }, { isolate: "leader", direction: "out" }],
  partition: [
    { partition: [["leader", "follower"], ["rest"]] },
    { partition: [["minority-with-leader"], ["rest"]] },
  ],
  hold: [{ hold: true, of: "leader" }],
};
const nothing: Ways = {};
const againstElections: Ways = {
  crash: [{ crash: "any" }],
  hold: [
    { hold: true, of: "candidate" },
    { hold: true, of: "any" },
  ],
  delay: [
    { delay: "200ms", of: "candidate" },
    { delay: "200ms", of: "any" },
  ],
};
const againstMessages: Ways = { loss: [{ loss: 0.3 }, { loss: 0.3, of: "leader" }] };

export const elects = ({ messages }: AnyProtocol): boolean =>
  Object.values(messages).some(({ cause }) => cause === "election");

/** Empty where none of the kinds is suitable. */
export function drawUpheaval(
  dice: CaseDice,
  suitable: readonly FaultKind[],
  { n, healMs, tripUs }: Circumstances,
): FaultEntry[] {
  const until = `${healMs}ms`;
  const strikes: FaultEntry[] = [];
  const strike = (ways: Ways, moment: object) => {
    const possible = suitable.filter(kind => ways[kind] !== undefined);
    if (possible.length === 0) return;
    const lasts = { for: dice.milliseconds(20, 800), until };
    strikes.push({ ...moment, ...lasts, ...dice.pick(ways[dice.pick(possible)]!) } as FaultEntry);
  };
  const elections = dice.whole(3, 6);
  const besides = dice.pick([nothing, nothing, nothing, againstElections, againstElections, againstMessages]);
  for (let election = 1; election <= elections; election++) {
    const delay = dice.chance(0.8) ? dice.microseconds(0, 10 * tripUs) : dice.milliseconds(0, 100);
    strike(againstLeaders, { after: { elections: election, delay } });
    // All enter an epoch, more or less, and whoever wants to lead it is the first.
    const count = n * election + dice.whole(1, n);
    if (dice.chance(0.6)) strike(besides, { when: { fact: "epoch", count } });
  }
  return strikes;
}
