/** From the checked faults of a file to those that strike. */
import { usualChaos } from "../faults/chaos.ts";
import type { Chaos, Fault, FaultKind, Names, What, When } from "../faults/fault.ts";
import { type ChaosFile, type FaultFile, kindOf } from "./faults-schema.ts";

const USUAL_RATE = 6 / 60;

export function resolveFault(file: FaultFile): Fault {
  const { for: forNs, until: untilNs } = file;
  const optional = file.optional || undefined;
  const bounded = file.beyondTolerance === false || undefined;
  return { what: whatOf(file), when: whenOf(file), forNs, untilNs, optional, bounded };
}

const list = (names: string | readonly string[] | undefined): Names | undefined =>
  names === undefined ? undefined : [names].flat();

function whatOf(file: FaultFile): What {
  const kind = kindOf(file)!;
  const filter = compact({ types: list(file.messages), count: file.count });
  switch (kind) {
    case "partition":
      return {
        kind,
        groups: groupsOf(file.partition!),
        ...filter,
        ...compact({ direction: file.direction }),
      };
    case "isolate":
      return { kind, who: list(file.isolate)!, ...filter, ...compact({ direction: file.direction }) };
    case "cut": {
      const [one, other] = file.cut!.map(list) as [Names, Names];
      const [from, to] = file.direction === "in" ? [other, one] : [one, other];
      return { kind, from, to, both: (file.direction ?? "both") === "both", ...filter };
    }
    case "delay":
    case "jitter":
    case "loss":
    case "duplication":
    case "reordering":
      return { kind, amount: file[kind]!, ...endsOf(file), ...filter };
    case "hold":
      return { kind, ...endsOf(file), ...filter };
    case "heal":
      return { kind };
    default: {
      const amount = kind === "clockJump" ? file.by : file.factor;
      return { kind, who: list(file[kind])!, ...compact({ amount, torn: file.torn }) };
    }
  }
}

function groupsOf(groups: NonNullable<FaultFile["partition"]>): readonly Names[] | "ring" | "bridge" {
  if (groups === "majorities-ring") return "ring";
  return groups === "bridge" ? groups : groups.map(names => list(names)!);
}

function endsOf({ from, to, between, of }: FaultFile): Pick<What, "from" | "to" | "both"> {
  if (between !== undefined) return { from: list(between[0])!, to: list(between[1])!, both: true };
  if (of !== undefined) return { from: list(of)!, to: ["all"], both: true };
  return from === undefined && to === undefined
    ? {}
    : { from: list(from) ?? ["all"], to: list(to) ?? ["all"] };
}

type Times = Pick<FaultFile, "at" | "every" | "rate" | "after" | "when" | "start">;

export function whenOf({ at, every, rate, after, when, start }: Times): When {
  const startNs = start ?? 0;
  if (at !== undefined) return { on: "time", atNs: at };
  if (every !== undefined) return { on: "every", everyNs: every, startNs: start ?? every };
  if (rate !== undefined) return { on: "rate", perSecond: rate, startNs };
  if (after !== undefined) {
    return { on: "fact", fact: "leads", count: after.elections, delayNs: after.delay ?? 0, startNs };
  }
  if (typeof when === "string") return { on: "alone", delayNs: 0, startNs };
  const delayNs = when!.delay ?? 0;
  if ("entry" in when!) return { on: "alone", delayNs, startNs };
  return { on: "fact", fact: when!.fact, count: when!.count ?? 1, delayNs, startNs };
}

export function resolveChaos(file: ChaosFile): Chaos {
  const usual = Object.fromEntries(usualChaos.map(kind => [kind, USUAL_RATE]));
  return {
    startNs: file.start ?? 0,
    untilNs: file.until,
    perSecond: (file.kinds === undefined ? usual : compact(file.kinds)) as Partial<Record<FaultKind, number>>,
    shortestNs: file.shortest ?? 1e8,
    longestNs: file.longest ?? 2e9,
    beyondTolerance: file.beyondTolerance ?? false,
  };
}

/** Without the fields that are not given, so that the resolved file has only what counts. */
function compact<Fields extends object>(fields: Fields): Partial<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Partial<Fields>;
}
