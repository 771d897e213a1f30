/** One fault striking: its roles are cast, it begins, and it ends. */
import type { NodeId } from "#protocol";
import { Casting, nodesText } from "./casting.ts";
import { type Fault, linkKinds, textOf, type What } from "./fault.ts";
import { type LinkPlan, planLinks } from "./links.ts";
import type { NodeFaults } from "./nodes.ts";
import type { Dice, FaultTarget, TroubleHandle } from "./target.ts";

/** A fault that has struck. */
export interface Strike {
  readonly fault: Fault;
  readonly text: string; // with whom it hit
  readonly startNs: number;
  readonly hits: readonly NodeId[];
  readonly troubles: readonly TroubleHandle[]; // of links and lies: nothing is done until a message is touched
  readonly ends: readonly (() => void)[];
  ended: boolean;
}

/** Whether it takes messages for it to have done anything. */
export const isOfMessages = ({ kind }: What): boolean => kind === "lie" || isOfLinks({ kind });

const isOfLinks = ({ kind }: Pick<What, "kind">): boolean => linkKinds.includes(kind);

export interface Setting {
  readonly target: FaultTarget;
  readonly nodes: NodeFaults;
  readonly dice: Dice;
  readonly eligible: readonly NodeId[];
  readonly most: number; // nodes that one strike may hit, where its roles leave a choice
  readonly admits: (hits: readonly NodeId[]) => boolean; // whether it may hit these
  readonly parts: Map<string, readonly NodeId[]>; // who plays what already
}

/** Undefined where nobody plays its roles now. */
type Struck = Strike | "too many" | undefined;

export function strike(fault: Fault, endNs: number | undefined, setting: Setting): Struck {
  const { target, dice, eligible, most, parts, admits } = setting;
  const casting = new Casting(target, dice, eligible, most, parts);
  if (isOfLinks(fault.what)) {
    const plan = planLinks(fault.what, casting, target, dice);
    if (plan === undefined) return undefined;
    return admits(plan.hits) ? strikeLinks(fault, plan, target) : "too many";
  }
  return strikeNodes(fault, endNs, casting, setting);
}

function strikeLinks(fault: Fault, { effects, text, hits }: LinkPlan, target: FaultTarget): Strike {
  const troubles = effects.map(({ links, trouble }) => target.trouble(links, trouble));
  return {
    fault,
    text: textOf(fault.what, text),
    startNs: target.nowNs(),
    hits,
    troubles,
    ends: troubles.map(trouble => () => trouble.end()),
    ended: false,
  };
}

function strikeNodes(
  fault: Fault,
  endNs: number | undefined,
  casting: Casting,
  { target, nodes, dice, admits }: Setting,
): Struck {
  const { what } = fault;
  const concerned = casting.cast([what.who ?? []])?.[0]?.nodes.filter(node => nodes.canHit(what.kind, node));
  if (concerned === undefined || concerned.length === 0) return undefined;
  if (!admits(concerned)) return "too many";
  if (what.kind === "lie") return strikeLie(fault, concerned, target);
  const ends = concerned.map(node => nodes.begin(what, node, endNs, dice));
  return {
    fault,
    text: textOf(what, nodesText(concerned)),
    startNs: target.nowNs(),
    hits: what.kind === "restart" ? [] : concerned,
    troubles: [],
    ends: ends.filter(end => end !== undefined),
    ended: false,
  };
}

function strikeLie(fault: Fault, liars: readonly NodeId[], target: FaultTarget): Strike {
  const troubles = liars.map(node => target.lie(fault.what.entry!, node));
  return {
    fault,
    text: textOf(fault.what, nodesText(liars)),
    startNs: target.nowNs(),
    hits: liars,
    troubles,
    ends: troubles.map(trouble => () => trouble.end()),
    ended: false,
  };
}
