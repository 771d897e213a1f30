/** Trouble for one case: explicit faults, so that they can be taken away one by one until only the guilty are left. */
import type { AnyProtocol } from "#protocol";
import { ignoredBy, lieKinds } from "../../faults/byzantine.ts";
import type { FaultKind } from "../../faults/fault.ts";
import type { WorkloadInput } from "../../workload/schema.ts";
import type { FaultEntry } from "./case.ts";
import type { CaseDice } from "./dice.ts";
import { drawUpheaval, elects } from "./draw-upheaval.ts";

/** Kinds that no protocol has to survive, or that are not faults, are left to whoever names them. */
const usualKinds: readonly FaultKind[] = [
  "crash",
  "pause",
  "partition",
  "isolate",
  "cut",
  "delay",
  "jitter",
  "loss",
  "duplication",
  "reordering",
  "hold",
  "slowCpu",
  "slowDisk",
  "diskStall",
  "fsyncFailure",
  "diskFull",
  "clockRate",
  "clockJump",
];
/** What a campaign may be told to explore. */
export const exploredKinds: readonly string[] = [...usualKinds, "byzantine"];

const ofClocks: readonly string[] = ["clockRate", "clockJump"];
const LONG_MS = 500; // longer than any time-out: what was said is heard when nobody thinks of it any more
const roles = ["leader", "leader", "follower", "any", "another-follower", "candidate"];
const telling = ["leads", "accepted", "committed", "epoch", "voted", "promised", "prepared"] as const;

export interface Trouble {
  readonly faults: FaultEntry[];
  readonly byzantine: NonNullable<WorkloadInput["byzantine"]>;
}

export interface Circumstances {
  readonly protocol: AnyProtocol;
  readonly n: number;
  readonly healMs: number; // everything is well again by then
  readonly tripUs: number; // of a message, on average
  readonly kinds: readonly string[] | undefined;
  readonly byTheClock: boolean; // leases: a clock that is wrong is outside their assumptions
}

export function drawTrouble(dice: CaseDice, circumstances: Circumstances): Trouble {
  const { protocol, n, kinds, byTheClock } = circumstances;
  const possible = (kinds ?? usualKinds).filter(kind => kind !== "byzantine") as FaultKind[];
  const suitable = possible.filter(kind => !byTheClock || !ofClocks.includes(kind));
  const faults = drawFaults(dice, suitable, circumstances);
  const lies = kinds === undefined || kinds.includes("byzantine");
  const liars = protocol.faultModel === "byzantine" && lies && dice.chance(0.7) ? protocol.tolerates(n) : 0;
  return { faults, byzantine: drawLiars(dice, protocol, n, liars) };
}

/** In a third of all cases leaders are struck, one after another; mostly those are disturbed by nothing else. */
function drawFaults(
  dice: CaseDice,
  suitable: readonly FaultKind[],
  circumstances: Circumstances,
): FaultEntry[] {
  const { protocol } = circumstances;
  const upheaval = elects(protocol) && dice.chance(0.35) ? drawUpheaval(dice, suitable, circumstances) : [];
  const [least, most] = upheaval.length === 0 ? [1, 7] : dice.chance(0.6) ? [0, 0] : [1, 3];
  const count = suitable.length === 0 ? 0 : dice.whole(least, most);
  const others = Array.from({ length: count }, () => drawFault(dice, dice.pick(suitable), circumstances));
  return [...upheaval, ...others];
}

function drawFault(dice: CaseDice, kind: FaultKind, circumstances: Circumstances): FaultEntry {
  const { healMs } = circumstances;
  const what = drawWhat(dice, kind, circumstances);
  const lasts = kind === "crash" && dice.chance(0.15) ? {} : drawEnd(dice, healMs);
  return { ...drawWhen(dice, circumstances), ...lasts, ...what } as FaultEntry;
}

const drawEnd = (dice: CaseDice, healMs: number): object => ({
  for: dice.milliseconds(20, dice.chance(0.2) ? 1500 : 500),
  until: `${healMs}ms`,
});

/** Half of them strike at a time; the others where it hurts: just after somebody led, accepted, voted … */
function drawWhen(dice: CaseDice, { healMs, tripUs }: Circumstances): object {
  const drawn = dice.between(0, 1);
  if (drawn < 0.5) return { at: dice.milliseconds(100, healMs - 50) };
  const delay = dice.chance(0.5) ? {} : { delay: dice.microseconds(0, 4 * tripUs) };
  if (drawn < 0.6)
    return {
      when: { entry: "committed-nowhere-but-leader", ...delay },
      start: dice.milliseconds(0, healMs / 2),
    };
  if (drawn < 0.75) return { after: { elections: dice.whole(1, 4), ...delay } };
  return {
    when: { fact: dice.pick(telling), count: dice.whole(1, 40), ...delay },
    start: dice.milliseconds(0, healMs / 2),
  };
}

function drawWhat(dice: CaseDice, kind: FaultKind, circumstances: Circumstances): object {
  const { n } = circumstances;
  const messages = () => drawMessages(dice, circumstances);
  const who = () => (dice.chance(0.6) ? dice.pick(roles) : `n${dice.whole(0, n - 1)}`);
  switch (kind) {
    case "crash":
      return { crash: dice.chance(0.1) ? "all" : who(), torn: dice.chance(0.3) };
    case "partition":
      return { partition: drawGroups(dice, n), ...drawDirection(dice) };
    case "isolate":
      return { isolate: who(), ...drawDirection(dice) };
    case "cut":
      return n > 1 ? { cut: dice.chance(0.5) ? ["leader", "follower"] : twoOf(dice, n) } : { isolate: "any" };
    case "delay":
      return { delay: dice.milliseconds(1, dice.chance(0.3) ? LONG_MS : 60), ...messages() };
    case "jitter":
      return { jitter: dice.milliseconds(1, 30), ...messages() };
    case "loss":
    case "duplication":
    case "reordering":
      return { [kind]: Math.round(dice.between(0.05, 1) * 100) / 100, ...messages() };
    case "hold":
      return { hold: true, ...messages() };
    case "slowCpu":
    case "slowDisk":
      return { [kind]: who(), factor: dice.whole(2, 40) };
    case "clockRate":
      return { clockRate: who(), factor: Math.round(dice.between(0.5, 2) * 100) / 100 };
    case "clockJump":
      return { clockJump: who(), by: `${dice.whole(-1500, 1500)}ms` };
    default:
      return { [kind]: who() };
  }
}

function drawGroups(dice: CaseDice, n: number): unknown {
  const drawn = dice.between(0, 1);
  if (drawn < 0.15 && n >= 3) return dice.pick(["majorities-ring", "bridge"]);
  if (drawn < 0.4) return [["minority-with-leader"], ["rest"]];
  if (drawn < 0.55) return [["leader", "c0"], ["rest"]];
  const ids = Array.from({ length: n }, (_, id) => `n${id}`);
  return [dice.some(ids, dice.whole(1, Math.max(1, n - 1))), ["rest"]];
}

const drawDirection = (dice: CaseDice): object =>
  dice.chance(0.3) ? { direction: dice.pick(["out", "in"]) } : {};

/** On which links, and now and then only those of one type. */
function drawMessages(dice: CaseDice, { protocol, n }: Circumstances): object {
  const types = Object.keys(protocol.messages);
  const one = types.length > 0 && dice.chance(0.2) ? { messages: [dice.pick(types)] } : {};
  return { ...drawLinks(dice, n), ...one };
}

function drawLinks(dice: CaseDice, n: number): object {
  const drawn = dice.between(0, 1);
  if (drawn < 0.4 || n < 2) return {};
  if (drawn < 0.7) return { of: dice.pick(["leader", "follower", "candidate", "any"]) };
  const [from, to] = twoOf(dice, n);
  return drawn < 0.85 ? { between: [from, to] } : { from, to };
}

function twoOf(dice: CaseDice, n: number): [string, string] {
  const first = dice.whole(0, n - 1);
  const second = (first + dice.whole(1, n - 1)) % n;
  return [`n${first}`, `n${second}`];
}

function drawLiars(dice: CaseDice, protocol: AnyProtocol, n: number, most: number): Trouble["byzantine"] {
  if (most === 0) return [];
  const all = Array.from({ length: n }, (_, id) => `n${id}`);
  const nodes = dice.some(all, dice.whole(1, most));
  const lies = [...lieKinds.map(({ name }) => name), ...Object.keys(protocol.lies ?? {})];
  const types = Object.keys(protocol.messages);
  const others = (node: string) => all.filter(other => other !== node);
  return nodes.flatMap(node =>
    dice.some(lies, dice.whole(1, 2)).map(lie =>
      heeded(protocol, {
        node,
        lie,
        at: dice.milliseconds(0, 800),
        ...(dice.chance(0.5) ? { for: dice.milliseconds(100, 1500) } : {}),
        ...(dice.chance(0.3) ? { receivers: dice.some(others(node), dice.whole(1, n - 1)) } : {}),
        ...(dice.chance(0.2) ? { types: [dice.pick(types)] } : {}),
        ...(dice.chance(0.4) ? { rate: Math.round(dice.between(0.05, 0.9) * 100) / 100 } : {}),
      }),
    ),
  );
}

/** Without what that lie takes no notice of; a protocol's own is about messages of one type anyway. */
function heeded(protocol: AnyProtocol, liar: Trouble["byzantine"][number]): Trouble["byzantine"][number] {
  const isOwn = protocol.lies?.[liar.lie] !== undefined;
  const unheeded: readonly string[] = isOwn ? ["types"] : ignoredBy(liar.lie);
  return Object.fromEntries(
    Object.entries(liar).filter(([field]) => !unheeded.includes(field)),
  ) as typeof liar;
}
