/** Faults whose fields are right one by one and make no sense together. */
import { formatDuration } from "./units.ts";

/** What of a fault is looked at here. Any of it may be wrong by itself, and then be anything. */
interface Fields {
  readonly at?: unknown;
  readonly start?: unknown;
  readonly for?: unknown;
  readonly until?: unknown;
  readonly partition?: unknown;
  readonly cut?: unknown;
  readonly between?: unknown;
  readonly from?: unknown;
  readonly to?: unknown;
}

type Report = (path: (string | number)[], message: string) => void;

export function refuseNonsense(fault: Fields, report: Report): void {
  checkTimes(fault, report);
  if (Array.isArray(fault.partition)) checkGroups(fault.partition, report);
  if (Array.isArray(fault.cut)) checkEnds("cut", fault.cut, report);
  if (Array.isArray(fault.between)) checkEnds("between", fault.between, report);
  if (fault.to !== undefined) checkEnds("to", [fault.from, fault.to], report);
}

function checkTimes({ at, start, for: lasting, until }: Fields, report: Report): void {
  if (at !== undefined && start !== undefined) {
    report(["start"], "does not go with at, which says when it strikes: leave one of them out");
  }
  if (lasting === 0) report(["for"], "must be above 0: it would end as it begins");
  if (typeof until !== "number") return;
  for (const [name, begins] of [["at", at] as const, ["start", start] as const]) {
    if (typeof begins !== "number" || begins < until) continue;
    report(
      ["until"],
      `must be after ${name}, which is ${formatDuration(begins)}; for: 1s says how long it lasts`,
    );
  }
}

/** Who is in two groups reaches both, and so is a bridge. A group that another one holds whole divides nobody. */
function checkGroups(groups: readonly unknown[], report: Report): void {
  const named = groups.map(namesIn);
  for (const [index, names] of named.entries()) {
    const isHeld = (others: readonly string[], other: number): boolean => {
      if (other === index || names.length === 0) return false;
      const same = others.length === names.length;
      return names.every(name => others.includes(name)) && (!same || other < index);
    };
    const holder = named.findIndex(isHeld);
    if (holder >= 0) {
      const who = names.join(", ");
      report(
        ["partition", index],
        `divides nobody: group ${holder + 1} has ${who} too, who reach each other there`,
      );
    } else if (groups.length > 1 && names.includes("all")) {
      report(
        ["partition", index],
        "divides nobody: here all reach each other; those in no other group are rest",
      );
    }
  }
}

/** Roles that one node plays, or one client. */
const single = /^(leader|follower|another-follower|candidate|any|another|[nc]\d+)$/;

function checkEnds(field: string, [one, other]: readonly unknown[], report: Report): void {
  const ends = [...new Set([...namesIn(one), ...namesIn(other)])];
  const nobody = namesIn(one).length === 0 || namesIn(other).length === 0;
  if (nobody || ends.length > 1 || !single.test(ends[0]!)) return;
  report(
    [field],
    `has ${ends[0]} at both ends, and no link leads from a node to itself: name two different ones`,
  );
}

const namesIn = (names: unknown): string[] =>
  [names].flat().filter((name): name is string => typeof name === "string");
